import type { Button as ButtonData } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useTexts } from '../context.ts';
import { SentIcon } from '../icons.tsx';
import { answerOf, usePending, useSay } from './answers.ts';
import { Failed } from './Failed.tsx';
import { Out } from './Out.tsx';

interface Props {
  bubble: Bubble;
  buttons: ButtonData[];
}

/** Ways out of the chat, and things a program is told were pressed. */
export function Buttons({ bubble, buttons }: Props): VNode {
  const pending = usePending('message:act', bubble.id);
  const isOurs = buttons.some(({ action }) => action && action === pending?.input.action);
  return (
    <>
      <div class="buttons">
        {buttons.map((button) =>
          button.url ? (
            <Out key={button.label} url={button.url} label={button.label} />
          ) : (
            <Press key={button.action} bubble={bubble} button={button} />
          ),
        )}
      </div>
      {isOurs && <Failed pending={pending} />}
    </>
  );
}

function Press({ bubble, button }: { bubble: Bubble; button: ButtonData }): VNode {
  const { action = '', label } = button;
  const w = useTexts(blockWords);
  const say = useSay(bubble.id);
  const pending = usePending('message:act', bubble.id);
  const isGoing = pending?.input.action === action && pending.state !== 'failed';
  const isPressed = isGoing || answerOf(bubble, 'message.action_clicked')?.action === action;
  return (
    <button type="button" disabled={isGoing} onClick={() => say('message:act', { action })}>
      {isPressed && (
        <>
          <SentIcon />
          <span class="unseen">{w('chosen')}: </span>
        </>
      )}
      <bdi>{label}</bdi>
    </button>
  );
}
