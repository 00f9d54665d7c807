import { money } from '@throughline/shared/money';
import type { BlockOf, EventData, FormField, FormValues } from '@throughline/shared/schema';
import type { blockWords } from '../../i18n/words/block.ts';
import type { Bubble } from '../../store/selectors.ts';
import type { useTexts } from '../context.ts';
import { answerOf } from './answers.ts';

interface Around {
  t: ReturnType<typeof useTexts<typeof blockWords>>;
  tag: string;
}

/** What was answered to a field, as it is read. */
export function answerWords(
  field: FormField,
  value: FormValues[string] | undefined,
  { t, tag }: Around,
): string {
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (field.type === 'select')
    return field.options.find((option) => option.value === value)?.label ?? `${value ?? ''}`;
  return typeof value === 'number' ? value.toLocaleString(tag) : (value ?? '');
}

export const amountWords = ({ amount, currency }: BlockOf<'payment'>, tag: string): string =>
  money(amount, currency, tag);

type Status = Exclude<EventData<'payment.completed'>['status'], 'failed'> | 'due' | 'overdue';

/** After a try that failed it is as due as before. */
export function statusOf(bubble: Bubble, { dueAt }: Pick<BlockOf<'payment'>, 'dueAt'>): Status {
  const said = answerOf(bubble, 'payment.completed')?.status;
  if (said && said !== 'failed') return said;
  return dueAt !== undefined && dueAt < Date.now() ? 'overdue' : 'due';
}

const dayOf = (time: number, tag: string): string =>
  new Date(time).toLocaleDateString(tag, { day: 'numeric', month: 'long', year: 'numeric' });

export function statusWords(status: Status, dueAt: number | undefined, { t, tag }: Around): string {
  if (dueAt === undefined || !/due$/.test(status)) return t(status);
  return t(status === 'due' ? 'dueOn' : 'overdue', { day: dayOf(dueAt, tag) });
}
