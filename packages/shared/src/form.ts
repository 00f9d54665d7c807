import { OFFLINE_MESSAGE } from './opening.ts';
import type { Form, FormField, FormValues, OpeningForm } from './schema/form.ts';
import { isVisible } from './visible.ts';

export { OFFLINE_MESSAGE };

/** What is wrong with an answer, in a word a client has a kind sentence for. */
export type Mistake =
  | 'missing'
  | 'email'
  | 'phone'
  | 'number'
  | 'date'
  | 'small'
  | 'large'
  | 'early'
  | 'late'
  | 'long'
  | 'option';

type Value = FormValues[string];
type Check<F extends FormField> = (value: Value, field: F) => Mistake | undefined;

const LINE_CHARS = 500;
const TEXT_CHARS = 5000;

const isLine = (value: Value, chars = LINE_CHARS): value is string =>
  typeof value === 'string' && value.length <= chars;

/** `2026-02-30` has the shape of a day and is none. */
const isDay = (value: Value): value is string => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
};

const checks: { [T in FormField['type']]: Check<Extract<FormField, { type: T }>> } = {
  text: (value) => (isLine(value) ? undefined : 'long'),
  textarea: (value) => (isLine(value, TEXT_CHARS) ? undefined : 'long'),
  email: (value) =>
    isLine(value, 320) && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]{2,}$/.test(value) ? undefined : 'email',
  phone: (value) =>
    isLine(value, 40) && /^\+?[\d\s()./-]+$/.test(value) && value.replace(/\D/g, '').length >= 5
      ? undefined
      : 'phone',
  number(value, { min = -Infinity, max = Infinity }) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'number';
    if (value < min) return 'small';
    return value > max ? 'large' : undefined;
  },
  date(value, { min = '', max = '9' }) {
    if (!isDay(value)) return 'date';
    if (value < min) return 'early';
    return value > max ? 'late' : undefined;
  },
  checkbox: (value) => (typeof value === 'boolean' ? undefined : 'option'),
  select: (value, { options }) =>
    options.some((option) => option.value === value) ? undefined : 'option',
};

/** A box that has to be ticked is missing while it is not. */
const isEmpty = (value: Value | undefined): value is undefined =>
  value === undefined || value === false || (typeof value === 'string' && !isVisible(value));

/** What is wrong with one answer; undefined: nothing. */
export function checkField(field: FormField, value: Value | undefined): Mistake | undefined {
  if (isEmpty(value)) return field.required ? 'missing' : undefined;
  return (checks[field.type] as Check<FormField>)(value, field);
}

/**
 * The first field at fault, with what is wrong; undefined: it can be sent. The page asks before it sends
 * and the relay before it believes, both by this function.
 */
export function checkForm(
  { fields }: Pick<Form, 'fields'>,
  values: FormValues,
): { name: string; mistake: Mistake | 'unknown' } | undefined {
  for (const field of fields) {
    const mistake = checkField(field, values[field.name]);
    if (mistake) return { name: field.name, mistake };
  }
  const names = new Set(fields.map(({ name }) => name));
  const stray = Object.keys(values).find((name) => !names.has(name));
  return stray === undefined ? undefined : { name: stray, mistake: 'unknown' };
}

/** What the answers say about who gave them. */
export const factsIn = (
  { fields }: Pick<Form, 'fields'>,
  values: FormValues,
): { name: string; value: Value }[] =>
  fields.flatMap(({ name, fact }) => {
    const value = values[name];
    const isSaid = fact !== undefined && value !== undefined && value !== '';
    return isSaid
      ? [{ name: fact, value: typeof value === 'string' ? value.slice(0, 1000) : value }]
      : [];
  });

interface Labelled {
  label: string;
  labels?: Record<string, string> | undefined;
}

const said = <T extends Labelled>(one: T, base: string): T => ({
  ...one,
  label: one.labels?.[base] ?? one.label,
});

/** The form as somebody reads it whose language this is (BCP 47): `pt-BR` reads what is said for `pt`. */
export function inLanguage(form: Form, tag: string): Form {
  const [base = ''] = tag.toLowerCase().split('-');
  const fields = form.fields.map((field) => {
    const own = said(field, base);
    return own.type === 'select'
      ? { ...own, options: own.options.map((option) => said(option, base)) }
      : own;
  });
  return { ...form, fields };
}

type Asking = { [K in 'prechat' | 'offline']?: Form | undefined } & {
  forms?: readonly Form[] | undefined;
};

/** The form a site has by that name, of those that stand before a conversation. */
export const formOf = (site: Asking, as: OpeningForm): Form | undefined =>
  as === 'prechat' || as === 'offline' ? site[as] : site.forms?.find(({ name }) => name === as);

/** Of an offline form, what is said beside the first message: that one is a message like any other. */
export const openingForm = (form: Form, as: OpeningForm): Form | undefined => {
  const fields =
    as === 'offline' ? form.fields.filter(({ name }) => name !== OFFLINE_MESSAGE) : form.fields;
  return fields.length > 0 ? { ...form, fields } : undefined;
};
