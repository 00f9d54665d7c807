import type { BlockOf } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useTexts } from '../context.ts';
import { usePending, useSay } from './answers.ts';
import { Failed } from './Failed.tsx';

interface Props {
  bubble: Bubble;
  options: BlockOf<'replies'>['options'];
}

/** Ready answers to the newest message; the relay says the one that is chosen in the visitor's name. */
export function Replies({ bubble, options }: Props): VNode | null {
  const w = useTexts(blockWords);
  const say = useSay(bubble.id);
  const pending = usePending('message:act', bubble.id);
  const box = useRef<HTMLDivElement>(null);
  if (bubble.answer) return null;
  // What has not been sent yet can be seen all the same.
  if (pending) {
    const chosen = options.find(({ action }) => action === pending.input.action);
    return (
      <>
        <p class="chosen">{chosen && <bdi>{chosen.label}</bdi>}</p>
        <Failed pending={pending} />
      </>
    );
  }
  const choose = ({ action }: Props['options'][number]) => {
    // They are about to go, and the focus with them.
    const root = box.current?.getRootNode() as ShadowRoot | undefined;
    root?.querySelector<HTMLElement>('.messages')?.focus({ preventScroll: true });
    say('message:act', { action });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent together.
    <div class="replies" role="group" aria-label={w('answers')} ref={box}>
      {options.map((option) => (
        <button key={option.action} type="button" onClick={() => choose(option)}>
          <bdi>{option.label}</bdi>
        </button>
      ))}
    </div>
  );
}
