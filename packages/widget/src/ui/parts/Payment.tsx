import { safeHref } from '@throughline/shared';
import { money } from '@throughline/shared/money';
import type { BlockOf, EventData } from '@throughline/shared/schema';
import type { VNode } from 'preact';
import { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import { useTexts, useView } from '../context.ts';
import { answerOf } from './answers.ts';
import { Out } from './Out.tsx';

type Status = EventData<'payment.completed'>['status'] | 'due' | 'overdue';

interface Props {
  bubble: Bubble;
  payment: BlockOf<'payment'>;
}

const day = (time: number, tag: string): string =>
  new Date(time).toLocaleDateString(tag, { day: 'numeric', month: 'long', year: 'numeric' });

/** Asks for money. It is paid on the business's own page; what became of it the business says. */
export function Payment({ bubble, payment }: Props): VNode {
  const { title, amount, currency, dueAt, url } = payment;
  const w = useTexts(blockWords);
  const { tag } = useView((view) => view.language);
  const said = answerOf(bubble, 'payment.completed')?.status;
  const isOpen = said === undefined || said === 'failed';
  const isLate = isOpen && dueAt !== undefined && dueAt < Date.now();
  const status: Status = isLate ? 'overdue' : isOpen ? 'due' : said;
  const on = dueAt === undefined ? '' : day(dueAt, tag);
  const says: Record<Status, string> = {
    due: on ? w('dueOn', { day: on }) : w('due'),
    overdue: w('overdue', { day: on }),
    failed: '',
    paid: w('paid'),
    refunded: w('refunded'),
    cancelled: w('cancelled'),
  };
  const href = safeHref(url);
  return (
    <div class="card payment" data-status={status}>
      {title && <span dir="auto">{title}</span>}
      <b class="amount">{money(amount, currency, tag)}</b>
      <span class="status" role="status">
        {says[status]}
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
