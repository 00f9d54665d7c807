import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useChat } from '../context.ts';
import { useStyles } from '../use-part.ts';
import css from './foot.css?inline';

interface Props {
  /** A word above the button. */
  note?: ComponentChildren;
  /** What the button says. */
  children: ComponentChildren;
}

/** Leads from what is around a conversation into a new one. */
export function Foot({ note, children }: Props): VNode {
  const { view } = useChat();
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, css);
  const write = () => view.setState({ place: { at: 'thread', conversation: null } });
  return (
    <div ref={ref} class="foot">
      {note && <p>{note}</p>}
      <button type="button" class="button" onClick={write}>
        {children}
      </button>
    </div>
  );
}
