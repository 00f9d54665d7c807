import { expect, test } from 'vitest';
import { cspDirectives } from './csp.ts';

test('a page lets in the relay alone: its scripts, its socket and its pictures', () =>
  expect(cspDirectives({ relay: 'https://chat.example:8443/' })).toEqual({
    'script-src': ['https://chat.example:8443'],
    'connect-src': ['https://chat.example:8443', 'wss://chat.example:8443'],
    'img-src': ['https://chat.example:8443'],
  }));

test('a relay without TLS, on a machine of one’s own, is reached over ws', () =>
  expect(cspDirectives({ relay: 'http://localhost:4600' })['connect-src']).toEqual([
    'http://localhost:4600',
    'ws://localhost:4600',
  ]));
