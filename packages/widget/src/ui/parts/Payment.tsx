import { safeHref } from '@throughline/shared';
import type { BlockOf } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useTexts, useView } from '../context.ts';
import { amountWords, statusOf, statusWords } from './answer-words.ts';
import { answerOf } from './answers.ts';
import { Out } from './Out.tsx';

interface Props {
  bubble: Bubble;
  payment: BlockOf<'payment'>;
}

/** Asks for money. It is paid on the business's own page; what became of it the business says. */
export function Payment({ bubble, payment }: Props): VNode {
  const { title, dueAt, url } = payment;
  const w = useTexts(blockWords);
  const { tag } = useView((view) => view.language);
  const said = answerOf(bubble, 'payment.completed')?.status;
  const status = statusOf(bubble, payment);
  const isOpen = status === 'due' || status === 'overdue';
  const href = safeHref(url);
  return (
    <div class="card payment" data-status={status}>
      {title && <span dir="auto">{title}</span>}
      <b class="amount">{amountWords(payment, tag)}</b>
      <span class="status" role="status">
        {statusWords(status, dueAt, { t: w, tag })}
      </span>
      {said === 'failed' && (
        <p class="wrong" role="alert">
          {w('paymentFailed')}
        </p>
      )}
      {isOpen && href && (
        <>
          <div class="buttons main">
            <Out url={href} label={w('pay')} />
          </div>
          <small>{w('opens', { host: new URL(href).host })}</small>
        </>
      )}
    </div>
  );
}
