import { describe, expect, test } from 'vitest';
import { en, type Text } from './en.ts';
import { files, fill, loadLanguage } from './languages.ts';
import { articleWords } from './words/article.ts';
import { awayWords } from './words/away.ts';
import { blockWords } from './words/block.ts';
import { filesWords } from './words/files.ts';
import { greetingWords } from './words/greeting.ts';
import { menuWords } from './words/menu.ts';
import { standingWords } from './words/standing.ts';

describe('which language', () => {
  test.each([
    [['ar'], 'ar', 'rtl'],
    [['ar-EG', 'en'], 'ar-EG', 'rtl'],
    [['iw'], 'he', 'rtl'],
    [['en-GB', 'ar'], 'en-GB', 'ltr'],
    [['pt'], 'pt', 'ltr'],
    [['de_AT'], 'de-AT', 'ltr'],
    [[undefined, null, 'AR'], 'ar', 'rtl'],
    [['C', 'en_US@posix'], 'en-US', 'ltr'],
    [['zh', 'fr'], 'fr', 'ltr'],
    [['zh'], 'en', 'ltr'],
    [[], 'en', 'ltr'],
  ] as const)('%j → %s', async (wanted, tag, dir) => {
    expect(await loadLanguage([...wanted])).toMatchObject({ tag, dir });
  });

  test('a region speaks the words of its language', async () => {
    expect((await loadLanguage(['pt-PT'])).texts.you).toBe('Você');
  });
});

const parts = [
  articleWords,
  awayWords,
  blockWords,
  filesWords,
  greetingWords,
  menuWords,
  standingWords,
];
const all: Record<string, Text> = Object.assign({}, en, ...parts);

test('no two parts call different words by the same name', () => {
  const names = [en, ...parts].flatMap((words) => Object.keys(words));
  expect(names).toHaveLength(Object.keys(all).length);
});

const formsOf = (text: Text | undefined): Record<string, string> =>
  typeof text === 'string' ? { other: text } : (text ?? {});
const placesOf = (text = ''): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
const others = Object.keys(files);

test('there are twelve languages, two of them read from right to left', async () => {
  const dirs = await Promise.all(
    ['en', ...others].map(async (tag) => (await loadLanguage([tag])).dir),
  );
  expect(dirs).toHaveLength(12);
  expect(dirs.filter((dir) => dir === 'rtl')).toHaveLength(2);
});

describe.each(others)('%s', (tag) => {
  test('has every text and no other, each with the same places to fill', async () => {
    const { texts } = await loadLanguage([tag]);
    expect(Object.keys(texts).sort()).toEqual(Object.keys(all).sort());
    for (const [key, text] of Object.entries(texts)) {
      const places = placesOf(formsOf(all[key]).other);
      expect(placesOf(formsOf(text).other), key).toEqual(places);
      for (const form of Object.values(formsOf(text))) {
        expect(form.trim(), key).not.toBe('');
        // "Two new messages" may do without the number.
        expect([[], places], key).toContainEqual(placesOf(form));
      }
    }
  });

  test('has a form for every count it counts with', async () => {
    const { texts } = await loadLanguage([tag]);
    const rules = new Intl.PluralRules(tag);
    const needed = new Set(Array.from({ length: 200 }, (_, i) => rules.select(i + 1)));
    for (const text of Object.values(texts))
      if (typeof text !== 'string')
        expect(Object.keys(text)).toEqual(expect.arrayContaining([...needed]));
  });
});

describe('filling', () => {
  test('puts words in place, and nothing into them', () => {
    expect(fill('{name} says {text}', { name: 'Ada', text: '{name}' }, 'en')).toBe(
      'Ada says {name}',
    );
    expect(fill('{n} of {m}', { n: 0 }, 'en')).toBe('0 of ');
  });

  test.each([
    ['en', 1, '1 new message'],
    ['en', 1200, '1,200 new messages'],
    ['pl', 1, '1 nowa wiadomość'],
    ['pl', 3, '3 nowe wiadomości'],
    ['pl', 12, '12 nowych wiadomości'],
    ['ar', 2, 'رسالتان جديدتان'],
    ['ar-EG', 5, '٥ رسائل جديدة'],
    ['fr', 1, '1 nouveau message'],
    ['ja', 3, '新着メッセージ3件'],
  ])('counts as %s does: %i', async (wanted, n, says) => {
    const { texts, tag } = await loadLanguage([wanted]);
    expect(fill(texts.newMessages, { n }, tag)).toBe(says);
  });
});
