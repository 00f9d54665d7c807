import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const known = ['PUBLIC_URL', 'TRUST_PROXY', 'REDIS_URL', 'PORT'];

test.each([
  ['PUBLIC_ULR', 'PUBLIC_URL'],
  ['PUBLICURL', 'PUBLIC_URL'],
  ['TRUST_PROXIES', undefined],
  ['TRUST_PROXI', 'TRUST_PROXY'],
  ['TTRUST_PROXY', 'TRUST_PROXY'],
  ['REDIS_URI', 'REDIS_URL'],
  ['POST', undefined],
  ['', undefined],
  ['SOMETHING_ELSE', undefined],
])('near %j is %j', (word, meant) => expect(nearest(word, known)).toBe(meant));

test('the nearest of several is meant', () =>
  expect(nearest('REDIS_URLS', ['REDIS_URI', 'REDIS_URL'])).toBe('REDIS_URL'));
