import { expect, test } from 'vitest';
import { isVisible, oneLine } from './visible.ts';

test('[EV-10] one line is one line, and turns nothing that stands beside it', () => {
  expect(oneLine('\u2066a\u2069\u200F b\u0007\r\nc')).toBe('a b c');
});

test.each([
  '',
  ' ',
  '\n',
  '\u200B\u2060',
  '\u3164',
  '\u2800',
  '\u0301\u0301',
  '\u{E0041}',
  '\u202E',
])('nothing is to be seen of text %#', (text) => expect(isVisible(text)).toBe(false));

test.each(['a', '.', '🙂', '☂', '田', 'e\u0301', ' x '])('something is to be seen of %s', (text) =>
  expect(isVisible(text)).toBe(true),
);
