import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { greetingWords } from '../../i18n/words/greeting.ts';
import { useSiteName, useTexts, useView } from '../context.ts';
import { CloseIcon } from '../icons.tsx';
import { useStyles } from '../use-part.ts';
import { Avatar } from './Avatar.tsx';
import css from './greeting.css?inline';
import { useGreeting } from './use-greeting.ts';

/** Words beside the button, by the business's rules. It never takes the focus, and is heard once. */
export function Greeting(): VNode {
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, css);
  const say = useTexts(greetingWords);
  const siteName = useSiteName();
  const greeting = useGreeting();
  const name = greeting?.rule.agent ?? siteName;
  return (
    <div ref={ref}>
      <div class="greeting-heard" aria-live="polite">
        {greeting && say('from', { name, text: greeting.rule.text })}
      </div>
      {greeting && <Bubble {...greeting} name={name} />}
    </div>
  );
}

type BubbleProps = NonNullable<ReturnType<typeof useGreeting>> & { name: string };

function Bubble({ rule, name, click, dismiss }: BubbleProps): VNode {
  const say = useTexts(greetingWords);
  const { tag, dir } = useView((view) => view.language);
  const theme = useView((view) => view.theme);
  return (
    <section
      class="greeting"
      part="greeting"
      aria-label={say('greeting')}
      lang={tag}
      dir={dir}
      data-theme={theme}
      onKeyDown={({ key, isComposing }) => {
        if (key === 'Escape' && !isComposing) dismiss();
      }}
    >
      <button type="button" class="greeting-text" onClick={() => click()}>
        {rule.agent && <Avatar name={rule.agent} />}
        <span>
          <bdi class="greeting-name">{name}</bdi>
          <span dir="auto">{rule.text}</span>
        </span>
      </button>
      <button
        type="button"
        class="greeting-close"
        aria-label={say('greetingClose')}
        onClick={dismiss}
      >
        <CloseIcon />
      </button>
      {rule.quick && (
        <div class="greeting-quick">
          {rule.quick.map((words) => (
            <button key={words} type="button" dir="auto" onClick={() => click(words)}>
              {words}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
