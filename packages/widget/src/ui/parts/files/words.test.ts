import { expect, test } from 'vitest';
import { languages, type Words } from './words.ts';

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test.each(Object.entries(languages))(
  '%s has every word, with the same places to fill',
  (_, words) => {
    for (const [key, text] of Object.entries(languages.en ?? {})) {
      const found = words[key as keyof Words];
      expect(found.trim(), key).not.toBe('');
      expect(placeholders(found), key).toEqual(placeholders(text));
    }
  },
);
