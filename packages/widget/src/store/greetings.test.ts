import type { GreetingRule } from '@throughline/shared/schema';
import { describe, expect, it, test } from 'vitest';
import { applies, arrive, isOnPage, isWelcome, type Memory, type Situation } from './greetings.ts';

const DAY_MS = 86_400_000;

const situation = (more: Partial<Situation> = {}): Situation => ({
  url: 'https://shop.example/pricing?plan=pro',
  sinceMs: 5000,
  scrolled: 40,
  isLeaving: false,
  visits: 1,
  facts: { plan: 'trial' },
  events: new Set(['cart opened']),
  ...more,
});
const rule = (when: GreetingRule['when'], more: Partial<GreetingRule> = {}): GreetingRule => ({
  id: 'help',
  when,
  text: 'Hello',
  ...more,
});

describe('a greeting applies when all that is named is so', () => {
  test.each<[GreetingRule['when'], Partial<Situation>, boolean]>([
    [{}, {}, true],
    [{ url: '/pricing' }, {}, true],
    [{ url: '/pricing*' }, { url: 'https://shop.example/pricing/teams' }, true],
    [{ url: '/pricing' }, { url: 'https://shop.example/' }, false],
    [{ afterMs: 5000 }, {}, true],
    [{ afterMs: 5001 }, {}, false],
    [{ scroll: 40 }, {}, true],
    [{ scroll: 41 }, {}, false],
    [{ exit: true }, {}, false],
    [{ exit: true }, { isLeaving: true }, true],
    [{ visits: 2 }, {}, false],
    [{ visits: 2 }, { visits: 3 }, true],
    [{ fact: { name: 'plan', is: 'trial' } }, {}, true],
    [{ fact: { name: 'plan', is: 'pro' } }, {}, false],
    [{ fact: { name: 'seats', is: 3 } }, { facts: { seats: '3' } }, false],
    [{ event: 'cart opened' }, {}, true],
    [{ event: 'cart' }, {}, false],
    [{ url: '/pricing', afterMs: 9000 }, {}, false],
  ])('%j in %j: %s', (when, more, expected) => {
    expect(applies(rule(when), situation(more))).toBe(expected);
  });
});

test.each([
  ['/', 'https://a.example/', true],
  ['/', 'https://a.example/x', false],
  ['*/x', 'https://a.example/y/x', true],
  ['https://a.example/*', 'https://a.example/y', true],
  ['https://a.example/*', 'https://b.example/y', false],
  ['/x?a=1', 'https://a.example/x?a=1', true],
  ['/x', 'https://a.example/x?a=1', true],
  ['/a.b', 'https://a.example/aXb', false],
  ['/(', 'https://a.example/(', true],
])('the pattern %s on %s: %s', (pattern, url, expected) => {
  expect(isOnPage(pattern, url)).toBe(expected);
});

describe('how often one person sees a greeting', () => {
  const memory = (more: Partial<Memory> = {}): Memory => ({
    visits: 2,
    seenAt: 0,
    shown: {},
    gone: [],
    ...more,
  });
  test.each<[GreetingRule['often'], Partial<Memory>, boolean]>([
    [undefined, {}, true],
    [undefined, { shown: { help: [0, 2] } }, false],
    ['session', { shown: { help: [0, 1] } }, true],
    ['once', { shown: { help: [0, 1] } }, false],
    [{ days: 7 }, { shown: { help: [0, 1] } }, true],
    [{ days: 11 }, { shown: { help: [0, 1] } }, false],
    ['session', { gone: ['help'] }, false],
    ['once', { shown: { other: [0, 2] }, gone: ['other'] }, true],
  ])('%j with %j, ten days later: %s', (often, more, expected) => {
    const of = rule({}, often === undefined ? {} : { often });
    expect(isWelcome(of, memory(more), 10 * DAY_MS)).toBe(expected);
  });

  it('counts a visit after half an hour away, and the first one of whom nobody remembers', () => {
    const first = arrive({}, DAY_MS);
    expect(first.visits).toBe(1);
    const next = arrive(first, DAY_MS + 60_000);
    expect(next.visits).toBe(1);
    expect(arrive(next, DAY_MS + 60_000 + 31 * 60_000).visits).toBe(2);
  });
});
