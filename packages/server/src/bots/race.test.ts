import { expect, test } from 'vitest';
import { createRace } from '../../test/bots-model.ts';

const RACES = 10_000;

/** The same numbers from the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(`[F6] [F7] [F8] two bots and a person race for one message in ${RACES} orders: one answer comes, and each other is seen with its reason`, async () => {
  const first = Math.floor(Math.random() * 2 ** 31);
  const outcomes = new Map<string, number>();
  for (let seed = first; seed < first + RACES; seed++) {
    const race = await createRace(randomFrom(seed));
    await race.settle();
    const where = `seed ${seed}`;
    const said = [...race.words('bot'), ...race.words('agent')];
    expect(said.length, where).toBe(1);
    const spoken = race.words('bot').flatMap(({ data }) => ('text' in data ? [data.text] : []));
    const refused = race.memory.log.flatMap(({ type, data }) =>
      type === 'bot.superseded' && 'why' in data ? [data] : [],
    );
    expect(refused.flatMap(({ draft = [] }) => draft).sort(), where).toEqual(
      race.answers.filter((text) => !spoken.includes(text)).sort(),
    );
    expect(race.faults, where).toEqual([]);
    const by = String(said[0]?.actor.id);
    for (const what of [by, ...refused.map(({ why }) => why)])
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
  }
  // Races in which everybody wins, and every answer that comes too late is refused for what it was.
  expect([...outcomes.keys()]).toEqual(
    expect.arrayContaining(['http:first', 'http:second', 'ada', 'taken', 'late']),
  );
}, 240_000);

const STAGES = ['approval.requested', 'approval.decided', 'approval.used'];

test(`[AI-16] a person is asked, decides, takes over or does nothing in ${RACES} orders: no call without a yes, and none twice`, async () => {
  const first = Math.floor(Math.random() * 2 ** 31);
  const outcomes = new Map<string, number>();
  for (let seed = first; seed < first + RACES; seed++) {
    const race = await createRace(randomFrom(seed), { asks: true });
    await race.settle();
    const where = `seed ${seed}`;
    expect([...race.words('bot'), ...race.words('agent')].length, where).toBe(1);
    const told = race.memory.log.filter(({ type }) => STAGES.includes(type));
    // At most one of each, in this order.
    expect(
      told.map(({ type }) => type),
      where,
    ).toEqual(STAGES.slice(0, told.length));
    const [asked, decided, used] = told;
    const outcome = decided && 'outcome' in decided.data ? String(decided.data.outcome) : 'none';
    expect(race.called, where).toEqual(used ? [asked?.id] : []);
    if (used) expect(outcome, where).toBe('approved');
    expect(race.faults, where).toEqual([]);
    const what = used ? 'used' : outcome;
    outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
  }
  // Allowed and done, allowed too late to be done, refused, expired, and never decided.
  expect([...outcomes.keys()].sort()).toEqual(['approved', 'expired', 'none', 'rejected', 'used']);
}, 240_000);
