import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Bubble } from '../../store/selectors.ts';
import { draftOf } from '../../store/view.ts';
import { usePart, useStyles } from '../use-part.ts';
import { answerOf, usePending, useSay } from './answers.ts';
import { Buttons } from './Buttons.tsx';
import css from './block.css?inline';
import { Cards } from './Cards.tsx';
import { Failed } from './Failed.tsx';
import { Payment } from './Payment.tsx';
import { Rating } from './Rating.tsx';
import { Replies } from './Replies.tsx';

export { FailedMessage } from './Failed.tsx';

interface Props {
  bubble: Bubble;
  /** Nothing was said after it. */
  isNewest: boolean;
}

/** What stands under a message's text. A kind this version does not know is the text alone. */
export function Block({ bubble, isNewest }: Props): VNode {
  const ref = useRef<HTMLDivElement>(null);
  useStyles(ref, css);
  return (
    <div class="block" ref={ref}>
      {draw({ bubble, isNewest })}
    </div>
  );
}

function draw({ bubble, isNewest }: Props): VNode | null {
  const { block, id } = bubble;
  switch (block?.kind) {
    case 'replies':
      return isNewest ? <Replies bubble={bubble} options={block.options} /> : null;
    case 'buttons':
      return <Buttons bubble={bubble} buttons={block.buttons} />;
    case 'cards':
      return <Cards bubble={bubble} cards={block.cards} />;
    case 'payment':
      return <Payment bubble={bubble} payment={block} />;
    case 'rating':
      return <Rating bubble={bubble} rating={block} />;
    case 'form':
      return <FormOf key={id} bubble={bubble} />;
    default:
      return null;
  }
}

function FormOf({ bubble }: Pick<Props, 'bubble'>): VNode | null {
  const { id, block } = bubble;
  const part = usePart(true, () => import('./form.tsx'));
  const pending = usePending('form:submit', id);
  const say = useSay(id);
  const done = answerOf(bubble, 'form.submitted');
  if (!part || block?.kind !== 'form') return null;
  const isGoing = pending !== undefined && pending.state !== 'failed';
  return (
    <>
      <part.Form
        form={block.form}
        draft={draftOf(id)}
        {...(done && { sent: done.values })}
        {...(isGoing && { sending: pending.input.values })}
        onSubmit={(values) => say('form:submit', { values })}
      />
      {!done && <Failed pending={pending} />}
    </>
  );
}
