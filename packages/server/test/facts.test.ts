import { effectiveFacts, uuidv7 } from '@throughline/shared';
import type { Actor, NewFact } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../bench/referee/random.ts';
import { createProgramContacts } from '../src/contacts/program.ts';
import { ground } from './ground.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const START = 1_000_000;

interface Push {
  id: string;
  actor: Actor;
  facts: NewFact[];
}

/** Pushes of three sources that contradict each other and themselves, expire, and take things back. */
function pushesFrom(seed: number): Push[] {
  const { pick } = createRandom(seed);
  const sources: Actor[] = [
    { kind: 'bot', id: 'crm', name: 'CRM' },
    { kind: 'bot', id: 'billing', name: 'Billing' },
    { kind: 'agent', id: 'ada', name: 'Ada' },
  ];
  // A source says one thing at a time: no two of its pushes were observed in the same moment.
  return Array.from({ length: 30 }, (_, i) => {
    const observedAt = START + i;
    const expiresAt = pick([null, observedAt + 5, observedAt + 50]);
    const value = pick<NewFact['value']>(['pro', 'free', 3, true, null]);
    const fact = { name: pick(['plan', 'seats', 'risk']), value, observedAt, expiresAt };
    return { id: uuidv7(), actor: pick(sources), facts: [fact] };
  });
}

/** What counts after these pushes, in this order, at several moments. */
async function outcomeOf(pushes: readonly Push[]) {
  const { store, now, start, people } = await ground();
  await start();
  const program = createProgramContacts(store, now);
  const contact = people.visitor.id;
  for (const { id, actor, facts } of pushes)
    expect((await program.record({ id, actor, cause: null }, { contact, facts })).ok).toBe(true);
  const said = await store.read.facts.of(contact);
  return [START, START + 20, START + 35, START + 100].map((at) => effectiveFacts(said, at));
}

describe('facts that are pushed, contradicted, expire and come again', () => {
  test.each(SEEDS)('end the same in whatever order, however often (seed %i)', async (seed) => {
    const pushes = pushesFrom(seed);
    const { between } = createRandom(seed + 1000);
    const shuffled = [...pushes, ...pushes.slice(0, 15), ...pushes.slice(10)]
      .map((push) => ({ push, place: between(0, 1e9) }))
      .sort((a, b) => a.place - b.place)
      .map(({ push }) => push);
    const expected = await outcomeOf(pushes);
    expect(await outcomeOf(shuffled)).toEqual(expected);
    // Something expired meanwhile, or there was nothing to prove.
    expect(expected[0]).not.toEqual(expected[3]);
    for (const moment of expected)
      for (const { stale, expiresAt, value } of moment) {
        expect(value).not.toBeNull();
        if (stale) expect(expiresAt).not.toBeNull();
      }
  });
});
