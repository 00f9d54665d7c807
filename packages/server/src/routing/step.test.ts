import { routing as schema } from '@throughline/shared/schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plan, queue } from '../../test/routing.ts';
import { unborn } from '../conversations/evolve.ts';
import type { Conversation } from '../conversations/queries.ts';
import { compileRouting } from '../settings/routing/compile.ts';
import { type Step, stepOf } from './step.ts';

const NOW = 1_800_000_000_000;
const people = [{ id: 'ada', email: 'ada@example.com' }];

const routing = compileRouting(
  schema.parse({
    ...plan(['ada@example.com'], { capacity: { parkAfterMs: 60_000, returnAfterMs: 400_000 } }),
    queues: [
      queue({
        ...{ firstReplyMs: 500_000, nextReplyMs: 5000 },
        rings: [
          { afterMs: 0, teams: ['team'] },
          { afterMs: 30_000, teams: ['team'] },
        ],
        overflow: [
          { afterMs: 10_000, when: '!open', to: { promise: 'reply', withinMs: 60_000 } },
          { afterMs: 90_000, to: { queue: 'pull' } },
        ],
      }),
      queue({ id: 'pull', name: 'Pull', offer: { mode: 'pull' } }),
    ],
  }),
  people,
);

interface Around {
  status?: 'available' | 'away' | 'offline';
  applies?: boolean;
}

const step = (
  more: Partial<Conversation>,
  { status = 'available', applies = true }: Around = {},
): Step =>
  stepOf(
    { ...unborn({ id: 'c', site: 'shop', contact: 'v' }, NOW), ...more },
    {
      now: NOW,
      routing,
      statusOf: () => status,
      applies: (_queue, { when }) => !when || applies,
    },
  );

const waits = (agoMs: number, more: object = {}): Partial<Conversation> => ({
  unansweredSince: NOW - agoMs,
  waiting: {
    ...{ queue: 'support', base: 0, rate: 1, need: {}, placedAt: NOW - agoMs },
    ...{ hold: null, declined: [], promised: false, ...more },
  },
});

describe('a conversation nobody has', () => {
  test('is placed once its visitor waits, and not before', () => {
    expect(step({})).toEqual({ do: 'rest', dueAt: null });
    expect(step({ unansweredSince: NOW })).toEqual({ do: 'place' });
    expect(step({ unansweredSince: NOW, status: 'snoozed' })).toEqual({ do: 'rest', dueAt: null });
  });

  test('whose queue is published no more is placed anew', () => {
    expect(step(waits(0, { queue: 'gone' }))).toEqual({ do: 'place' });
  });

  test('waits in the ring its wait has come to, until the next thing changes', () => {
    expect(step(waits(1000), { applies: false })).toMatchObject({
      ...{ do: 'wait', dueAt: NOW + 9000, item: { ring: 0, since: NOW - 1000 } },
    });
    expect(step(waits(31_000), { applies: false })).toMatchObject({
      ...{ do: 'wait', dueAt: NOW + 30_000, item: { ring: 1 } },
    });
  });

  test('waits for whom it is held alone, and then for anybody', () => {
    const hold = { agent: 'ada', until: NOW + 5 };
    expect(step(waits(0, { hold }))).toMatchObject({ item: { only: 'ada' }, dueAt: NOW + 5 });
    expect(step(waits(0, { hold: { ...hold, until: NOW } }))).toMatchObject({
      item: { only: null },
    });
  });

  test('overflows in its time where that applies, and is promised something once', () => {
    const promise = { promise: 'reply', withinMs: 60_000 };
    expect(step(waits(10_000))).toEqual({ do: 'overflow', to: promise });
    expect(step(waits(10_000), { applies: false }).do).toBe('wait');
    expect(step(waits(10_000, { promised: true })).do).toBe('wait');
    expect(step(waits(90_000, { promised: true }))).toEqual({
      ...{ do: 'overflow', to: { queue: 'pull' } },
    });
  });

  test('whom a person answered begins its wait in the queue anew', () => {
    const again = { ...waits(90_000, { promised: true }), unansweredSince: NOW - 1000 };
    expect(step(again)).toMatchObject({ do: 'wait', item: { ring: 0, since: NOW - 1000 } });
    expect(step({ ...again, unansweredSince: null, status: 'waiting' }).do).toBe('rest');
  });

  test('is offered to nobody where people take by themselves', () => {
    expect(step(waits(0, { queue: 'pull' }))).toEqual({ do: 'rest', dueAt: null });
  });
});

describe('an offer', () => {
  const offered = (until: number) => ({ ...waits(0), offer: { id: 'o', agent: 'ada', until } });

  test('ends with its time, or when whoever has it may take nothing any more', () => {
    expect(step(offered(NOW + 1))).toEqual({ do: 'rest', dueAt: NOW + 1 });
    const ended = { do: 'end_offer', offer: 'o' };
    expect(step(offered(NOW))).toEqual({ ...ended, outcome: 'missed' });
    for (const status of ['away', 'offline'] as const)
      expect(step(offered(NOW + 1), { status })).toEqual({ ...ended, outcome: 'withdrawn' });
  });
});

describe('a conversation somebody has', () => {
  const owned = { assignee: 'ada' };

  test('goes back where its visitor waits and its owner has left, and stays where they are only away', () => {
    const waiting = { ...owned, unansweredSince: NOW };
    expect(step(waiting, { status: 'offline' }).do).toBe('place');
    expect(step(waiting, { status: 'away' })).toEqual({ do: 'rest', dueAt: NOW + 400_000 });
    expect(step(waiting, { status: 'available' })).toEqual({ do: 'rest', dueAt: null });
  });

  test('[F11] goes back, target or not, once whoever is away has left its visitor without an answer for long enough', () => {
    const waiting = { ...owned, unansweredSince: NOW - 400_000 };
    const away = { status: 'away' } as const;
    expect(step(waiting, away)).toEqual({ do: 'place', reason: 'its owner is away' });
    expect(step({ ...waiting, parked: true }, away).do).toBe('place');
    expect(step({ ...waiting, unansweredSince: NOW - 399_999 }, away)).toEqual({
      ...{ do: 'rest', dueAt: NOW + 1 },
    });
    // Nobody waits: it is theirs however long they are away.
    expect(step({ ...owned, unansweredSince: null }, away)).toEqual({ do: 'rest', dueAt: null });
    expect(step(waiting, { status: 'available' })).toEqual({ do: 'rest', dueAt: null });
  });

  test('[F5] is parked when its visitor is quiet, and woken when they write', () => {
    const quiet = { ...owned, status: 'waiting' as const, activeAt: NOW - 59_000 };
    expect(step(quiet)).toEqual({ do: 'rest', dueAt: NOW + 1000 });
    expect(step({ ...quiet, activeAt: NOW - 60_000 })).toEqual({ do: 'park' });
    expect(step({ ...quiet, parked: true })).toEqual({ do: 'rest', dueAt: null });
    expect(step({ ...owned, parked: true, unansweredSince: NOW })).toEqual({ do: 'unpark' });
  });
});

describe('[I6] [F10] the target of an answer', () => {
  const missed = (more: Partial<Conversation>) => step({ ...waits(600_000), ...more });
  const service = { queue: 'support', need: {}, answered: false, breached: null, broken: null };

  test('is missed by the first message without an answer, whoever has it by then', () => {
    const target = {
      ...{ queue: 'support', reply: 'first', since: NOW - 600_000, dueAt: NOW - 100_000 },
      ...{ soonAt: NOW - 225_000 },
    };
    expect(missed({ service })).toEqual({ do: 'breach', target });
    expect(missed({ service, waiting: null, assignee: 'ada' })).toEqual({ do: 'breach', target });
  });

  test('is another one once a person has written', () => {
    const next = { ...waits(4000), waiting: null, assignee: 'ada' };
    expect(step({ ...next, service: { ...service, answered: true } })).toEqual({
      ...{ do: 'rest', dueAt: NOW + 1000 },
    });
  });

  test('is missed once, and not where nobody waits', () => {
    const breached = { ...service, breached: NOW - 600_000 };
    expect(missed({ service: breached, waiting: null, assignee: 'ada' }).do).toBe('rest');
    expect(missed({ service, unansweredSince: null, waiting: null }).do).toBe('rest');
    expect(missed({ service, status: 'snoozed', waiting: null }).do).toBe('rest');
  });
});

test('[F11] whatever waits for a person and is nobody’s has a place in a line, something to do, or a time', () => {
  const held = { agent: 'ada', until: NOW + 5000 };
  fc.assert(
    fc.property(
      fc.record({
        status: fc.constantFrom('open' as const, 'waiting' as const),
        agoMs: fc.nat(700_000),
        queue: fc.constantFrom('support', 'gone', null),
        hold: fc.constantFrom(null, held),
        promised: fc.boolean(),
        breached: fc.boolean(),
      }),
      fc.boolean(),
      ({ status, agoMs, queue: id, breached, ...more }, applies) => {
        const service = { queue: id, need: {}, answered: false, broken: null };
        const { waiting, unansweredSince } = waits(agoMs, { ...more, queue: id });
        const since = NOW - agoMs;
        const found = step(
          {
            ...{ status, unansweredSince: unansweredSince ?? null },
            waiting: id === null ? null : (waiting ?? null),
            service: { ...service, breached: breached ? since : null },
          },
          { applies },
        );
        if (found.do === 'rest') expect(found.dueAt).toBeGreaterThan(NOW);
      },
    ),
  );
});
