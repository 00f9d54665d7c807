import { describe, expect, test } from 'vitest';
import { type EffectiveFact, effectiveFacts } from './facts.ts';
import type { Fact } from './schema/index.ts';

const NOW = 1_800_000_000_000;

const fact = (more: Partial<Fact> = {}): Fact => ({
  name: 'plan',
  value: 'pro',
  source: { kind: 'bot', id: 'crm', name: 'CRM' },
  signed: false,
  observedAt: NOW - 1000,
  expiresAt: null,
  confidence: null,
  visibility: 'agents',
  ...more,
});
const page = (more: Partial<Fact> = {}) => fact({ source: { kind: 'visitor', id: 'v' }, ...more });
const agent = (more: Partial<Fact> = {}) => fact({ source: { kind: 'agent', id: 'ada' }, ...more });

const only = (...facts: Fact[]): EffectiveFact => {
  const found = effectiveFacts(facts, NOW);
  expect(found).toHaveLength(1);
  return found[0] as EffectiveFact;
};

describe('the value that counts', () => {
  test.each([
    ['the only one', [fact()], 'pro', 'only'],
    ['a system’s over an agent’s', [agent({ value: 'free' }), fact()], 'pro', 'source'],
    ['an agent’s over the page’s', [page({ value: 'free' }), agent()], 'pro', 'source'],
    [
      'a system’s that is older, over the page’s',
      [page({ value: 'free', observedAt: NOW }), fact({ observedAt: 1 })],
      'pro',
      'source',
    ],
    [
      'what is signed, over what is fresher',
      [
        fact({ value: 'free', source: { kind: 'bot', id: 'x' }, observedAt: NOW }),
        fact({ signed: true }),
      ],
      'pro',
      'signed',
    ],
    [
      'the fresher one',
      [fact({ value: 'free', source: { kind: 'bot', id: 'x' }, observedAt: 1 }), fact()],
      'pro',
      'fresher',
    ],
    [
      'the one that has not expired, whoever says it',
      [fact({ value: 'free', expiresAt: NOW }), page()],
      'pro',
      'only',
    ],
    [
      'one that has expired, where there is no other',
      [fact({ expiresAt: NOW - 1 })],
      'pro',
      'stale',
    ],
  ])('is %s', (...[, facts, value, reason]) => {
    for (const said of [facts, [...facts].reverse()])
      expect(only(...said)).toMatchObject({ value, reason, stale: reason === 'stale' });
  });

  test('is none where it was taken back', () => {
    expect(effectiveFacts([fact({ value: null })], NOW)).toEqual([]);
    expect(only(fact({ value: null }), page({ value: 'free' })).value).toBe('free');
  });

  test('may be false or zero', () => {
    expect(only(fact({ value: false })).value).toBe(false);
    expect(only(fact({ value: 0 })).value).toBe(0);
  });

  test('comes with what the others say, best first', () => {
    const said = [page({ value: 'a' }), agent({ value: 'b' }), fact({ value: 'c' })];
    expect(only(...said).others.map(({ value }) => value)).toEqual(['b', 'a']);
  });
});

test('names are apart and sorted', () => {
  const names = effectiveFacts([fact({ name: 'b' }), fact({ name: 'a' })], NOW);
  expect(names.map(({ name }) => name)).toEqual(['a', 'b']);
});

describe('whatever is said, in whatever order', () => {
  /** mulberry32, so that a seed that fails can be tried again. */
  function randomFrom(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
  }
  const seeds = Array.from({ length: 300 }, (_, i) => i + 1);

  test.each(seeds)('everybody sees the same value for the same reason (seed %i)', (seed) => {
    const random = randomFrom(seed);
    const pick = <T>(...from: T[]): T => from[Math.floor(random() * from.length)] as T;
    const kinds = ['visitor', 'agent', 'bot', 'system'] as const;
    const facts = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, i) =>
      fact({
        name: pick('plan', 'seats'),
        value: pick<Fact['value']>('pro', 'free', 3, true, null),
        source: { kind: pick(...kinds), id: `s${i}` },
        signed: pick(true, false),
        observedAt: NOW - Math.floor(random() * 5),
        expiresAt: pick(null, NOW - 1, NOW, NOW + 1),
        confidence: pick(null, 0.5, 1),
      }),
    );
    const shuffled = [...facts].sort(() => random() - 0.5);
    const found = effectiveFacts(facts, NOW);
    expect(effectiveFacts(shuffled, NOW)).toEqual(found);
    for (const { name, stale, value } of found) {
      const said = facts.filter((it) => it.name === name && it.value !== null);
      expect(value).not.toBeNull();
      const fresh = said.filter(({ expiresAt }) => expiresAt === null || expiresAt > NOW);
      expect(stale).toBe(fresh.length === 0);
    }
  });
});
