import { describe, expect, test } from 'vitest';
import { checkField, checkForm, factsIn, inLanguage, openingForm } from './form.ts';
import { form, formValues, offlineForm } from './schema/form.ts';
import { parse } from './schema/parse.ts';

const field = (type: string, more: object = {}) =>
  form.parse({ fields: [{ name: 'a', label: 'A', type, ...more }] }).fields[0]!;

describe('a form in several languages', () => {
  const asked = form.parse({
    fields: [
      { type: 'text', name: 'street', label: 'Street', labels: { de: 'Straße', pt: 'Rua' } },
      { type: 'text', name: 'order', label: 'Order' },
      {
        ...{ type: 'select', name: 'size', label: 'Size', labels: { de: 'Größe' } },
        options: [{ value: 's', label: 'Small', labels: { de: 'Klein' } }],
      },
    ],
  });
  const read = (tag: string) =>
    inLanguage(asked, tag).fields.flatMap((one) => [
      one.label,
      ...(one.type === 'select' ? one.options.map(({ label }) => label) : []),
    ]);

  test.each([
    ['de-AT', ['Straße', 'Order', 'Größe', 'Klein']],
    ['pt-BR', ['Rua', 'Order', 'Size', 'Small']],
    ['en', ['Street', 'Order', 'Size', 'Small']],
  ])('in %s is read in it, and in its own words where nothing is said', (tag, labels) => {
    expect(read(tag)).toEqual(labels);
  });

  test.each([{ 'de-AT': 'Straße' }, { de: ' ' }, { de: 'x'.repeat(121) }])(
    'labels are by base language and never blank: %j',
    (labels) => {
      const fields = [{ type: 'text', name: 'a', label: 'A', labels }];
      expect(parse(form, { fields }).ok).toBe(false);
    },
  );
});

describe('what a field takes', () => {
  const options = [{ value: 'red', label: 'Red' }];
  test.each([
    ['text', {}, 'hello', undefined],
    ['text', {}, 'x'.repeat(501), 'long'],
    ['text', { required: true }, ' \u200b ', 'missing'],
    ['text', { required: true }, undefined, 'missing'],
    ['text', {}, undefined, undefined],
    ['textarea', {}, 'a\nb', undefined],
    ['textarea', {}, 'x'.repeat(5001), 'long'],
    ['email', {}, 'ada@example.com', undefined],
    ['email', {}, 'ada@example', 'email'],
    ['email', {}, 'ada example@x.com', 'email'],
    ['phone', {}, '+49 (0)30 123-45', undefined],
    ['phone', {}, '12', 'phone'],
    ['phone', {}, 'call me', 'phone'],
    ['number', { min: 1, max: 5 }, 3, undefined],
    ['number', { min: 1, max: 5 }, 0, 'small'],
    ['number', { min: 1, max: 5 }, 6, 'large'],
    ['number', {}, '3', 'number'],
    ['date', {}, '2026-02-28', undefined],
    ['date', {}, '2026-02-30', 'date'],
    ['date', {}, 'tomorrow', 'date'],
    ['date', { min: '2026-01-01' }, '2025-12-31', 'early'],
    ['date', { max: '2026-01-01' }, '2026-01-02', 'late'],
    ['checkbox', { required: true }, false, 'missing'],
    ['checkbox', { required: true }, true, undefined],
    ['checkbox', {}, 'yes', 'option'],
    ['select', { options }, 'red', undefined],
    ['select', { options }, 'blue', 'option'],
    ['select', { options }, 'toString', 'option'],
  ])('%s %j takes %j: %s', (...[type, more, value, mistake]) => {
    expect(checkField(field(type, more), value)).toBe(mistake);
  });
});

test('[EV-33] the first field at fault is named, and one nobody asked for', () => {
  const { fields } = form.parse({
    fields: [
      { name: 'email', label: 'E-mail', type: 'email', required: true, fact: 'email' },
      { name: 'more', label: 'More', type: 'textarea' },
    ],
  });
  expect(checkForm({ fields }, {})).toEqual({ name: 'email', mistake: 'missing' });
  expect(checkForm({ fields }, { email: 'a@b.de', more: 1 })).toMatchObject({ name: 'more' });
  expect(checkForm({ fields }, { email: 'a@b.de', other: 'x' })).toEqual({
    name: 'other',
    mistake: 'unknown',
  });
  const values = { email: 'a@b.de', more: 'Hello' };
  expect(checkForm({ fields }, values)).toBeUndefined();
  expect(factsIn({ fields }, values)).toEqual([{ name: 'email', value: 'a@b.de' }]);
});

test.each([
  ['no fields', { fields: [] }],
  [
    '21 fields',
    { fields: Array.from({ length: 21 }, (_, i) => ({ name: `f${i}`, label: 'F', type: 'text' })) },
  ],
  ['two of one name', { fields: ['a', 'a'].map((name) => ({ name, label: 'A', type: 'text' })) }],
  ['an unknown type', { fields: [{ name: 'a', label: 'A', type: 'password' }] }],
  [
    'a name that reaches into a prototype',
    { fields: [{ name: '__proto__', label: 'A', type: 'text' }] },
  ],
  [
    'a select without options',
    { fields: [{ name: 'a', label: 'A', type: 'select', options: [] }] },
  ],
  ['a blank label', { fields: [{ name: 'a', label: ' ', type: 'text' }] }],
])('a form with %s is refused', (_, made) => {
  expect(parse(form, made).ok).toBe(false);
});

test('answers hold no name that could reach into a prototype', () => {
  expect(parse(formValues, JSON.parse('{"__proto__": "x"}')).ok).toBe(false);
});

describe('a form for when nobody is there', () => {
  const email = { type: 'email', name: 'email', label: 'E-mail' };
  const message = { type: 'textarea', name: 'message', label: 'Message', required: true };
  test.each([
    [[email, message], undefined],
    [[message], undefined],
    [[email], 'fields.message'],
    [[email, { ...message, required: false }], 'fields.message'],
    [[email, { ...message, type: 'text' }], 'fields.message'],
    [[email, { ...message, fact: 'note' }], 'fields.message'],
    [[email, { ...message, label: ' ' }], 'fields.1.label'],
  ])('%# has a field that becomes the first message', (fields, fault) => {
    const parsed = parse(offlineForm, { fields });
    expect(parsed.ok ? undefined : parsed.error.field).toBe(fault);
  });

  test('leaves in the conversation what is not the message', () => {
    const both = form.parse({ fields: [email, message] });
    expect(openingForm(both, 'offline')?.fields).toMatchObject([{ name: 'email' }]);
    expect(openingForm(both, 'prechat')).toEqual(both);
    expect(openingForm(form.parse({ fields: [message] }), 'offline')).toBeUndefined();
  });
});
