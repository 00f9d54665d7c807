import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { block } from './block.ts';
import { newMessage } from './http.ts';
import { parse } from './parse.ts';

const guide = readFileSync(
  join(import.meta.dirname, '../../../../docs/guides/rich-messages.md'),
  'utf8',
);
const examples = [...guide.matchAll(/```json\n([\s\S]+?)```/g)].map(([, json = '']) =>
  JSON.parse(json),
);

describe('the guide', () => {
  test.each(examples)('its example "$text" is taken', (example) => {
    expect(parse(newMessage, example)).toEqual({ ok: true, value: example });
  });

  test('shows every kind there is', () => {
    const kinds = new Set(examples.map((example) => example.block.kind));
    expect([...kinds].sort()).toEqual(
      ['buttons', 'cards', 'form', 'payment', 'rating', 'replies'].sort(),
    );
  });
});

const button = { label: 'Go', url: 'https://shop.example/' };
const payment = { kind: 'payment', amount: 1, currency: 'EUR', url: 'https://pay.example/' };
const ADDRESSES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'blob:https://x.example/1',
  'mailto:a@b.example',
  '//evil.example',
  'https://shop.example@evil.example/',
];
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const fields = Array.from({ length: 20 }, (_, i) => ({
  type: 'select',
  name: `f${i}`,
  label: 'x'.repeat(120),
  options: many(50, { value: 'a', label: 'x'.repeat(120) }),
}));

describe('[MD-15] a block is refused', () => {
  test.each<[string, unknown]>([
    ['of an unknown kind', { kind: 'video', url: 'https://x.example/' }],
    ['with 1000 buttons', { kind: 'buttons', buttons: many(1000, button) }],
    ['without a button', { kind: 'buttons', buttons: [] }],
    ['with 11 cards', { kind: 'cards', cards: many(11, { title: 'x' }) }],
    ['with 11 replies', { kind: 'replies', options: many(11, { action: 'a', label: 'A' }) }],
    ['with a button that leads nowhere', { kind: 'buttons', buttons: [{ label: 'Go' }] }],
    ['with a button that does both', { kind: 'buttons', buttons: [{ ...button, action: 'go' }] }],
    ['with a blank label', { kind: 'replies', options: [{ action: 'a', label: ' ' }] }],
    ['with markup beside its fields', { kind: 'buttons', buttons: [{ ...button, html: '<b>' }] }],
    ['with a sum of nothing', { ...payment, amount: 0 }],
    ['with a sum in fractions', { ...payment, amount: 1.5 }],
    ['with a currency that is none', { ...payment, currency: 'euro' }],
    ['that weighs more than 16 kB', { kind: 'form', form: { fields } }],
    ...ADDRESSES.flatMap((url): [string, unknown][] => [
      [`with a button to ${url}`, { kind: 'buttons', buttons: [{ label: 'Go', url }] }],
      [`with a picture from ${url}`, { kind: 'cards', cards: [{ title: 'x', image: { url } }] }],
      [`with a payment at ${url}`, { ...payment, url }],
    ]),
  ])('%s', (_, made) => {
    expect(parse(block, made).ok).toBe(false);
  });
});
