import { safeHref } from '@throughline/shared';
import {
  type Block,
  block,
  type FlowVars,
  type Form,
  type Money,
  parse,
} from '@throughline/shared/schema';
import type { CompiledStep } from '../../settings/flows/compile.ts';

export interface Moment {
  now: number;
  timeZone: string;
}

const NAME = /\{\{\s*([a-zA-Z][\w-]*)\s*\}\}/g;
/** What would be a mark in a message. */
const MARKS = /[\\`*_[\]()]/g;

/** A word is a word, whoever it is from; an address stays one, so that a link may lead there. */
function shown(value: FlowVars[string] | undefined): string {
  const text = String(value ?? '').replace(/\s+/g, ' ');
  return safeHref(text)?.replace(/[()]/g, encodeURIComponent) ?? text.replace(MARKS, '\\$&');
}

/** The words of a step with what is known by now: `{{number}}`. */
export const fill = (text: string, vars: FlowVars): string =>
  text.replace(NAME, (_, name: string) => shown(vars[name]));

type Step<K extends CompiledStep['kind']> = Extract<CompiledStep, { kind: K }>;

export const dayIn = ({ now, timeZone }: Moment): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();

/** The end of the day somebody has named, by the clock of the site; undefined: it is none, or too far off. */
export function dueOf(
  due: Step<'promise'>['due'],
  vars: FlowVars,
  moment: Moment,
): number | undefined {
  if ('afterMs' in due) return moment.now + due.afterMs;
  const text = vars[due.date];
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    const [day, today] = [Temporal.PlainDate.from(text), dayIn(moment)];
    const days = today.until(day).days;
    if (days < 0 || days > due.withinDays) return undefined;
    return day.add({ days: 1 }).toZonedDateTime(moment.timeZone).epochMilliseconds - 1;
  } catch {
    // The 30th of February.
    return undefined;
  }
}

/** What is known as money; undefined: it is none. */
export function sumOf(names: Step<'promise'>['amount'], vars: FlowVars): Money | undefined {
  if (!names) return undefined;
  const [value, currency] = [vars[names.amount], vars[names.currency]];
  const isMoney =
    Number.isSafeInteger(value) && Number(value) > 0 && /^[A-Z]{3}$/.test(String(currency));
  return isMoney ? { value: Number(value), currency: String(currency) } : undefined;
}

/** Its dates are from today on, and not too far off. */
function within(form: Form, days: number | undefined, moment: Moment): Form {
  if (days === undefined) return form;
  const today = dayIn(moment);
  const [min, max] = [today.toString(), today.add({ days }).toString()];
  const fields = form.fields.map((field) =>
    field.type === 'date' ? { min, max, ...field } : field,
  );
  return { ...form, fields };
}

function paymentOf({ url, reference, ...names }: Step<'pay'>, vars: FlowVars): Block | undefined {
  const sum = sumOf(names, vars);
  const number = reference && vars[reference];
  const made = parse(block, {
    ...{ kind: 'payment', amount: sum?.value, currency: sum?.currency, url: vars[url] },
    ...(number !== undefined && { reference: String(number) }),
  });
  return made.ok ? made.value : undefined;
}

/** The block under what a step says, where it asks for something; undefined: it asks for nothing. */
export function blockOf(step: CompiledStep, vars: FlowVars, moment: Moment): Block | undefined {
  if (step.kind === 'ask')
    return { kind: 'form', form: within(step.form, step.withinDays, moment) };
  if (step.kind === 'pay') return paymentOf(step, vars);
  if (step.kind !== 'choose') return undefined;
  const options = step.options.map(({ action, label }) => ({ action, label }));
  return { kind: 'replies', options };
}
