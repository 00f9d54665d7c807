import type { BlockOf } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useChat, useTexts, useView } from '../context.ts';
import { usePending, useSay } from './answers.ts';

interface Props {
  bubble: Bubble;
  options: BlockOf<'replies'>['options'];
}

/** Ready answers to the newest message; one that is chosen is said in the visitor's name. */
export function Replies({ bubble, options }: Props): VNode | null {
  const { send } = useChat();
  const w = useTexts(blockWords);
  const say = useSay(bubble.id);
  const place = useView((view) => view.place);
  const isChosen = usePending('message:act', bubble.id) !== undefined || bubble.answer;
  const box = useRef<HTMLDivElement>(null);
  if (isChosen) return null;
  const choose = ({ action, label }: Props['options'][number]) => {
    // They are about to go, and the focus with them.
    const root = box.current?.getRootNode() as ShadowRoot | undefined;
    root?.querySelector<HTMLElement>('.messages')?.focus({ preventScroll: true });
    say('message:act', { action });
    void send(label, place.at === 'thread' ? place.conversation : null);
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
