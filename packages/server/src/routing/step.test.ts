import { routing as schema } from '@throughline/shared/schema';
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
    ...plan(['ada@example.com'], { capacity: { parkAfterMs: 60_000 } }),
    queues: [
      queue({
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
    expect(step(waiting, { status: 'away' })).toEqual({ do: 'rest', dueAt: null });
  });

  test('[F5] is parked when its visitor is quiet, and woken when they write', () => {
    const quiet = { ...owned, status: 'waiting' as const, activeAt: NOW - 59_000 };
    expect(step(quiet)).toEqual({ do: 'rest', dueAt: NOW + 1000 });
    expect(step({ ...quiet, activeAt: NOW - 60_000 })).toEqual({ do: 'park' });
    expect(step({ ...quiet, parked: true })).toEqual({ do: 'rest', dueAt: null });
    expect(step({ ...owned, parked: true, unansweredSince: NOW })).toEqual({ do: 'unpark' });
  });
});
