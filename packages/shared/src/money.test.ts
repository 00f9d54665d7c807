import { expect, test } from 'vitest';
import { money } from './money.ts';

test.each([
  [4990, 'EUR', 'en', '€49.90'],
  [4990, 'JPY', 'en', '¥4,990'],
  [4990, 'KWD', 'en', 'KWD 4.990'],
  [4990, 'EUR', 'de', '49,90 €'],
  [100, 'XYZ', 'en', 'XYZ 1.00'],
])('%i of %s, in %s', (...[amount, currency, locale, said]) => {
  expect(money(amount, currency, locale).replace(/\s/g, ' ')).toBe(said);
});
