import { cspDirectives } from '@throughline/shared/csp';
import { describe, expect, test } from 'vitest';
import { allows, parsePolicy } from './page-policy.ts';

const page = 'https://shop.example/';
const relay = 'https://chat.example';

/** What the chat of that relay would miss on a page with this policy. */
const missing = (text: string, nonce?: string): string[] =>
  Object.entries(cspDirectives({ relay })).flatMap(([directive, sources]) =>
    sources
      .filter((source) => !allows(parsePolicy(text), { directive, source, page, nonce }))
      .map((source) => `${directive} ${source}`),
  );

const ALL = [
  'script-src https://chat.example',
  'connect-src https://chat.example',
  'connect-src wss://chat.example',
  'img-src https://chat.example',
];

describe('a page lets the chat in', () => {
  test.each([
    ['without a policy', ''],
    ['which says nothing about it', "frame-ancestors 'none'; upgrade-insecure-requests"],
    ['which names what is needed', `default-src 'none'; ${directives()}`],
    ['which names it without a scheme', "default-src 'self' chat.example wss://chat.example"],
    ['which names a whole domain', 'default-src *.example wss://*.example'],
    ['which lets in everything secure', 'default-src https: wss:'],
    ['which lets in everything', 'DEFAULT-SRC *'],
  ])('%s', (_, text) => expect(missing(text)).toEqual([]));

  test('whose tag has the nonce of the policy', () =>
    expect(
      missing("script-src 'nonce-abc' 'strict-dynamic'; connect-src https: wss:", 'abc'),
    ).toEqual([]));
});

describe('what is missing is named', () => {
  test.each([
    ["default-src 'self'", ALL],
    ["default-src 'none'; script-src https://chat.example", ALL.slice(1)],
    ['connect-src https:', ['connect-src wss://chat.example']],
    ['connect-src https://chat.example', ['connect-src wss://chat.example']],
    ['script-src https://chat.example:8443', ['script-src https://chat.example']],
    ['script-src http://other.example chatxexample', ['script-src https://chat.example']],
    ["script-src-elem 'self'; script-src *", ['script-src https://chat.example']],
    ["script-src 'self'; script-src *", ['script-src https://chat.example']],
    ["script-src 'nonce-abc' 'strict-dynamic' https:", ['script-src https://chat.example']],
    ['img-src data: *.chat.example', ['img-src https://chat.example']],
  ])('%s', (text, expected) => expect(missing(text)).toEqual(expected));
});

function directives(): string {
  return Object.entries(cspDirectives({ relay }))
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
