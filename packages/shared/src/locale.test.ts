import fc from 'fast-check';
import { expect, test } from 'vitest';
import { localeOf } from './locale.ts';

test.each([
  ['en', 'en'],
  ['es-419', 'es-419'],
  ['zh-Hant-TW', 'zh-Hant-TW'],
  ['de_AT', 'de-AT'],
  ['en-US@posix', 'en-US'],
  ['de-AT-1996', 'de-AT'],
  ['ar-', 'ar'],
  ['fil', 'fil'],
  ['C', undefined],
  ['english', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('%s is read as %s', (tag, locale) => expect(localeOf(tag)).toBe(locale));

test('what it gives back never makes Intl throw, whatever it was given', () => {
  const tags = fc.stringMatching(/^[a-zA-Z]{1,4}([-_@.][a-zA-Z0-9]{0,5}){0,4}$/);
  fc.assert(
    fc.property(tags, (tag) => {
      expect(() => new Intl.DateTimeFormat(localeOf(tag))).not.toThrow();
    }),
  );
});
