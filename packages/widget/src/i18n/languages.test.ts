import { describe, expect, test } from 'vitest';
import { ar } from './ar.ts';
import { en, type Texts } from './en.ts';
import { fill, loadLanguage } from './languages.ts';

describe('which language', () => {
  test.each([
    [['ar'], 'ar', 'rtl'],
    [['ar-EG', 'en'], 'ar-EG', 'rtl'],
    [['en-GB', 'ar'], 'en-GB', 'ltr'],
    [[undefined, null, 'AR'], 'AR', 'rtl'],
    [['C', 'en_US@posix'], 'en-US', 'ltr'],
    [['xx', 'en'], 'en', 'ltr'],
    [['xx'], 'en', 'ltr'],
    [[], 'en', 'ltr'],
  ] as const)('%j → %s', async (wanted, tag, dir) => {
    expect(await loadLanguage([...wanted])).toMatchObject({ tag, dir });
  });
});

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each([['ar', ar]] as const)('%s has every text, with the same places to fill', (_, texts) => {
  for (const key of Object.keys(en) as (keyof Texts)[]) {
    expect(texts[key].trim(), key).not.toBe('');
    expect(placeholders(texts[key]), key).toEqual(placeholders(en[key]));
  }
});

test('filling', () => {
  expect(fill('{name} says {text}', { name: 'Ada', text: '{name}' })).toBe('Ada says {name}');
  expect(fill('{n} of {m}', { n: 0 })).toBe('0 of ');
});
