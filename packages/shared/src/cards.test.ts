import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskCards } from './cards.ts';

/** Test numbers the schemes publish. */
const CARDS = [
  ['Visa', '4111111111111111'],
  ['Visa', '4242424242424242'],
  ['Visa, 19 digits', '4000000000000000006'],
  ['Mastercard', '5555555555554444'],
  ['Mastercard, 2-series', '2223003122003222'],
  ['American Express', '378282246310005'],
  ['Diners Club', '30569309025904'],
  ['Diners Club, 16 digits', '3056930009020004'],
  ['Discover', '6011111111111117'],
  ['JCB', '3566002020360505'],
  ['UnionPay', '6200000000000005'],
  ['Maestro', '6759649826438453'],
  ['Mir', '2200000000000004'],
  ['RuPay', '6521111111111110'],
] as const;

describe('[PR-07] the number of a payment card keeps its last four digits', () => {
  test.each(CARDS)('%s %s', (_scheme, number) => {
    const bare = '•'.repeat(number.length - 4) + number.slice(-4);
    expect(maskCards(number)).toBe(bare);
    expect(maskCards(`my card is ${number}, thanks`)).toBe(`my card is ${bare}, thanks`);
  });

  test.each([
    ['4111 1111 1111 1111', '•••• •••• •••• 1111'],
    ['4111-1111-1111-1111', '••••-••••-••••-1111'],
    ['4111.1111.1111.1111', '••••.••••.••••.1111'],
    ['4111 - 1111 - 1111 - 1111', '•••• - •••• - •••• - 1111'],
    ['4111\u00a01111\u202f1111\u20131111', '••••\u00a0••••\u202f••••\u20131111'],
    ['41111111 11111111', '•••••••• ••••1111'],
    ['3782 822463 10005', '•••• •••••• •0005'],
    ['4000 0000 0000 0000 006', '•••• •••• •••• •••0 006'],
    ['Visa4111111111111111', 'Visa••••••••••••1111'],
    ['MC5555 5555 5555 4444', 'MC•••• •••• •••• 4444'],
    ['**4111 1111 1111 1111**', '**•••• •••• •••• 1111**'],
  ])('written %s', (text, expected) => expect(maskCards(text)).toBe(expected));

  test.each([
    ['4111 1111 1111 1111 12/27', '•••• •••• •••• 1111 12/27'],
    ['4111 1111 1111 1111 0127', '•••• •••• •••• 1111 0127'],
    ['order 2024 4111 1111 1111 1111', 'order 2024 •••• •••• •••• 1111'],
    ['4111111111111111 5555555555554444', '••••••••••••1111 ••••••••••••4444'],
    ['4111111111111111\n5555555555554444', '••••••••••••1111\n••••••••••••4444'],
  ])('beside other numbers: %j', (text, expected) => expect(maskCards(text)).toBe(expected));

  test.each([
    ['4111 1111 1111 1111 CVV 123', '•••• •••• •••• 1111 CVV •••'],
    ['cvc: 1234 / 4111111111111111', 'cvc: •••• / ••••••••••••1111'],
    ['4111111111111111, security code is 123', '••••••••••••1111, security code is •••'],
    ['4111111111111111 Prüfziffer 123', '••••••••••••1111 Prüfziffer •••'],
  ])('and nothing of its security code: %s', (text, expected) =>
    expect(maskCards(text)).toBe(expected),
  );
});

describe('[PR-08] what is no card number is not touched', () => {
  test.each([
    ['an order that fails the check', 'order 4111111111111112'],
    ['... in groups', '4111 1111 1111 1112'],
    ['an order that begins like no card', '1111 1111 1111 1117'],
    ['... or is too long', '41111111111111110000'],
    ['... or too short', '411111111111'],
    ['a Visa number of 13 digits, which is a telephone number', '4222222222222'],
    ['a telephone number', '+49 171 1234567'],
    ['... without its plus', '4917112345674'],
    ['telephone numbers', '0171 4765432, 0160 4455667 and 5512345'],
    ['an account', 'DE89 3704 0044 0532 0130 00'],
    ['... whose groups would pass for a card', 'AT70 4111 1111 1111 1111'],
    ['... without spaces', 'AT704111111111111111'],
    ['... with letters', 'GB29 NWBK 6016 1331 9268 19'],
    ['a UUID', '01a20265-65a2-7c34-badd-0e186b0df4ad'],
    ['... of digits', '41111111-1111-1111-8111-111111111111'],
    ['a fraction', '0.4111111111111111'],
    ['a table', '45 67 89 12 34 56 78 90 41 11 11 11 11 11 11 11'],
    ['a code without a card', 'CVV 123, order 4711'],
    ['a date and a time', '2026-11-25 21:43:47.1234567'],
    ['what is masked already', '•••• •••• •••• 1111'],
    ['other scripts', 'שלום 🙂 ٤١١١'],
    ['nothing', ''],
  ])('%s: %s', (_what, text) => expect(maskCards(text)).toBe(text));
});

test('whatever is around it, no card is left, the length stays, and twice is once', () => {
  const card = fc.constantFrom(...CARDS.map(([, number]) => number));
  const around = fc.string({ unit: fc.constantFrom('a', ' ', ',', '\n', '🙂', '/', ':') });
  fc.assert(
    fc.property(around, card, around, (before, number, after) => {
      const result = maskCards(before + number + after);
      expect(result).not.toContain(number);
      expect(result).toContain(`•${number.slice(-4)}`);
      expect([...result]).toHaveLength([...before, ...number, ...after].length);
      expect(maskCards(result)).toBe(result);
    }),
  );
});

test('[EV-30] any text, of digits above all, is masked once and for all, and quickly', () => {
  const unit = fc.constantFrom(...'0123456789', '4111', ' ', '-', '.', 'A', 'T', 'cvv');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      const result = maskCards(text);
      expect(result).toHaveLength(text.length);
      expect(maskCards(result)).toBe(result);
    }),
    { numRuns: 2000 },
  );
  const began = performance.now();
  for (const hostile of ['4', '4 ', '1111 ', '4111-', 'AT70 1111 ', '4111 1111 1111 1111 ', 'cvv '])
    maskCards(hostile.repeat(10_000).slice(0, 10_000));
  expect(performance.now() - began).toBeLessThan(1000);
});
