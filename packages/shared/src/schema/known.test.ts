import { expect, test } from 'vitest';
import { z } from 'zod';
import { blueprint } from './blueprint.ts';
import { parseKnown } from './known.ts';

const site = { key: 'shop', name: 'The Shop', origins: [] };

test('names a newer version has added are left out, wherever they stand', () => {
  const known = parseKnown(blueprint, {
    sites: [
      { ...site, mood: 'calm', reply: { withinMs: 60_000, onBusyDays: 1 } },
      { ...site, key: 'garage', offset: { x: 1, y: 2, 'z/~': 3 } },
    ],
    weather: { today: 'rain' },
  });
  expect(known?.unknown.toSorted()).toEqual([
    '/sites/0/mood',
    '/sites/0/reply/onBusyDays',
    '/sites/1/offset/z~1~0',
    '/weather',
  ]);
  expect(known?.value.sites).toMatchObject([
    { key: 'shop', reply: { withinMs: 60_000 } },
    { key: 'garage', offset: { x: 1, y: 2 } },
  ]);
});

test('what says nothing new is as it would be without', () => {
  const document = { sites: [site] };
  expect(parseKnown(blueprint, structuredClone(document))).toEqual({
    value: blueprint.parse(document),
    unknown: [],
  });
});

test('a value that is not known is not guessed at', () => {
  const kind = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('old') })]);
  expect(parseKnown(kind, { kind: 'new' })).toBeUndefined();
  expect(parseKnown(blueprint, { sites: [{ ...site, theme: 'sepia', mood: 1 }] })).toBeUndefined();
  expect(parseKnown(blueprint, null)).toBeUndefined();
});
