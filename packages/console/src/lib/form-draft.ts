import type { Form, FormField } from '@throughline/shared/schema';

export const FIELD_TYPES = [
  ['text', 'One line'],
  ['textarea', 'Several lines'],
  ['email', 'E-mail address'],
  ['phone', 'Phone number'],
  ['number', 'Number'],
  ['date', 'Date'],
  ['select', 'One of several'],
  ['checkbox', 'A box to tick'],
] as const satisfies readonly (readonly [FormField['type'], string])[];

type Option = Extract<FormField, { type: 'select' }>['options'][number];

/** What programs know something by, made of what people read. */
export function keyOf(label: string, taken: readonly string[], fallback: string): string {
  const plain = label.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const made = words
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 36)
    .replace(/-+$/, '');
  const base = made || fallback;
  let key = base;
  for (let n = 2; taken.includes(key); n += 1) key = `${base}-${n}`;
  return key;
}

const namesBut = (fields: readonly FormField[], i: number): string[] =>
  fields.filter((_, at) => at !== i).map(({ name }) => name);

/** A name that was made of the words before goes with them; one that was given stays. */
export function relabel(fields: readonly FormField[], i: number, label: string): FormField[] {
  const field = fields[i];
  if (!field) return [...fields];
  const taken = namesBut(fields, i);
  const isMade = field.name === keyOf(field.label, taken, 'field');
  const name = isMade ? keyOf(label, taken, 'field') : field.name;
  return fields.with(i, { ...field, label, name });
}

/** Of another type it asks the same, and has what that type needs. */
export function retype(field: FormField, type: FormField['type']): FormField {
  const { name, label, labels, hint, required, fact } = field;
  const kept = {
    ...{ name, label },
    ...(labels && { labels }),
    ...(hint && { hint }),
    ...(required && { required }),
    ...(fact && { fact }),
  };
  return type === 'select'
    ? { ...kept, type, options: optionsOf(['First choice', 'Second choice']) }
    : ({ ...kept, type } as FormField);
}

/** One a line; each known by its own words, and said in other languages as it was before. */
export function optionsOf(lines: readonly string[], before: readonly Option[] = []): Option[] {
  const made: Option[] = [];
  for (const label of lines) {
    const taken = made.map(({ value }) => value);
    const { labels } = before.find((option) => option.label === label) ?? {};
    made.push({ value: keyOf(label, taken, 'choice'), label, ...(labels && { labels }) });
  }
  return made;
}

interface Labelled {
  label: string;
  labels?: Record<string, string> | undefined;
}

/** The same, said in a language; in no words there it goes by its own label. */
export function translate<T extends Labelled>(one: T, language: string, label: string): T {
  const { [language]: _, ...others } = one.labels ?? {};
  const labels = label.trim() === '' ? others : { ...others, [language]: label };
  const { labels: __, ...bare } = one;
  return (Object.keys(labels).length > 0 ? { ...bare, labels } : bare) as T;
}

/** Choices that are still empty lines are none. */
export const tidyForm = <T extends Form>(form: T): T => ({
  ...form,
  fields: form.fields.map((field) =>
    field.type === 'select'
      ? { ...field, options: field.options.filter(({ label }) => label.trim() !== '') }
      : field,
  ),
});

export const newField = (fields: readonly FormField[]): FormField => ({
  type: 'text',
  name: keyOf('Question', namesBut(fields, -1), 'field'),
  label: 'Question',
});

const NAME: FormField = { type: 'text', name: 'name', label: 'Name', fact: 'name' };
const EMAIL: FormField = {
  type: 'email',
  name: 'email',
  label: 'E-mail',
  required: true,
  fact: 'email',
};

export const newPrechat = (): Form => ({ title: 'Before we begin', fields: [NAME, EMAIL] });

export const newOffline = (): Form => ({
  title: 'Leave us a message',
  fields: [NAME, EMAIL, { type: 'textarea', name: 'message', label: 'Message', required: true }],
});

/** A form pages lead to by this name. */
export const newLed = (name: string): Form & { name: string } => ({
  name,
  title: 'How can we reach you?',
  fields: [NAME, EMAIL, { type: 'textarea', name: 'about', label: 'What is it about?' }],
});

/** What an agent asks in the middle of a conversation. */
export const newQuestions = (): Form => ({ fields: [newField([])] });
