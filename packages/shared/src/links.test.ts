import { expect, test } from 'vitest';
import { safeHref, splitLinks } from './links.ts';

const hrefs = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

test('finds addresses and loses no character', () => {
  const text = 'See https://a.example/x?y=1#z, or (http://b.example/q_(r)). Bye';
  expect(hrefs(text)).toEqual(['https://a.example/x?y=1#z', 'http://b.example/q_(r)']);
  expect(
    splitLinks(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://bank.example@evil.example/',
  'ftp://x.example',
  'http://',
])('does not link %s', (text) => {
  expect(hrefs(text)).toEqual([]);
  expect(safeHref(text)).toBeUndefined();
});

test('leaves brackets to the sentence when the address did not open them', () => {
  expect(hrefs('(see http://a.example/[1])].')).toEqual(['http://a.example/[1]']);
});

const shown = (text: string) => splitLinks(text).find(({ href }) => href)?.text;

test.each([
  ['https://bank.ex\u0430mple/a', 'https://bank.xn--exmple-4nf/a'],
  ['https://bank.example\u2044login.evil.example/', /^https:\/\/[^/]*\.evil\.example\/$/],
  ['http://2130706433/x', 'http://127.0.0.1/x'],
  ['https:///evil.example/', 'https://evil.example/'],
  ['https://evil.example/\u202Egpj.exe', 'https://evil.example/%E2%80%AEgpj.exe'],
])('%# shows the host an address really has', (text, expected) => {
  expect(shown(text)).toMatch(expected);
});

test.each(['HTTPS://Shop.Example:8443/Ä?b=ü#c', 'http://[2001:db8::1]/', 'https://a.example'])(
  'shows %s as it was written',
  (text) => {
    expect(shown(text)).toBe(text);
  },
);

test('[EV-30] is done with a hostile text at once', () => {
  const texts = [
    '*'.repeat(50_000),
    '['.repeat(50_000),
    'http://'.repeat(9_000),
    `http://a.b/${']'.repeat(65_000)}`,
    `http://a.b/${'('.repeat(30_000)}${')'.repeat(35_000)}`,
    'http://\u0430.b/ '.repeat(4_000),
    'http://a.b/).'.repeat(5_000),
  ];
  // Quadratic work would outlast the test's own limit.
  for (const text of texts) splitLinks(text);
  expect(hrefs(texts[3] ?? '')).toEqual(['http://a.b/']);
  expect(hrefs(`http://a.b/${'x'.repeat(2048)}`)).toEqual([]);
});

test('stops at quotes and markup', () => {
  expect(hrefs('<a href="https://x.example/">')).toEqual(['https://x.example/']);
});
