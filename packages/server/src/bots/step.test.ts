import { describe, expect, test } from 'vitest';
import { unborn } from '../conversations/evolve.ts';
import type { BotRun, Conversation } from '../conversations/queries.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { type Asked, type Step, stepOf } from './step.ts';

const NOW = 1_800_000_000_000;
const DUE = NOW + 5000;

const run = (more: Partial<BotRun> = {}): BotRun => ({
  ...{ run: 'r', bot: 'faq', version: 'v', visit: 1, reason: null, goal: null, heard: 2 },
  ...{ unheard: null, cutShort: 0, alone: { turns: 1, words: 1 }, hops: 0, state: null },
  ...{ events: [], since: 0, asked: null, until: null, outcome: null, queue: null, ...more },
});

const bot = (kind: BotInForce['kind'] = 'llm') => ({ kind }) as BotInForce;
const asked: Asked = { run: 'r', visit: 1, heard: 2, deadlineAt: DUE };
const said = (firstMs: number, lastMs: number) => ({
  unheard: { seq: 3, firstAt: NOW - firstMs, lastAt: NOW - lastMs },
});

type Approval = NonNullable<Conversation['approval']>;
const decided = (outcome: Approval['outcome'], decidedSeq: number): Approval => ({
  ...{ id: 'a', tool: 't', hash: 'h', expiresAt: DUE, used: false },
  ...{ outcome, decidedSeq },
});

function step(more: Partial<BotRun>, around: Partial<Around> = {}): Step {
  const { approval = null, ...parts } = around;
  const begun = unborn({ id: 'c', site: 'shop', contact: 'v' }, NOW);
  const row = { ...begun, bot: run(more), approval };
  const now = { now: NOW, bot: bot(), isOn: true, hasHappened: false, asked: undefined };
  return stepOf(row, { ...now, ...parts });
}

type Around = Parameters<typeof stepOf>[1] & { approval: Approval };

const rest = (dueAt: number | null): Step => ({ do: 'rest', dueAt });

describe('a bot is asked', () => {
  test.each([
    ['when it begins', { reason: 'begun' as const }, 'begun'],
    ['when it follows another one', { reason: 'fallback' as const }, 'begun'],
    ['when a person gives it back', { reason: 'handed_back' as const }, 'handed_back'],
    ['when the visitor says something', said(0, 0), 'message'],
    ['when its time is over', { until: NOW }, 'timeout'],
    ['for what was said, where both are so', { ...said(0, 0), until: NOW }, 'message'],
  ])('%s', (_when, more, reason) => {
    expect(step(more)).toEqual({ do: 'ask', reason });
  });

  test('[F15] when what it waits for has happened, and after what was said', () => {
    const happened = { hasHappened: true };
    expect(step({}, happened)).toEqual({ do: 'ask', reason: 'event' });
    expect(step({ reason: 'event' }, happened)).toEqual({ do: 'ask', reason: 'event' });
    expect(step(said(0, 0), happened)).toEqual({ do: 'ask', reason: 'message' });
  });

  test('[AI-16] when what it wants to do is decided, once, and after what was said', () => {
    for (const outcome of ['approved', 'rejected', 'expired'] as const) {
      const approval = decided(outcome, 3);
      expect(step({}, { approval })).toEqual({ do: 'ask', reason: 'approval' });
      expect(step(said(0, 0), { approval })).toEqual({ do: 'ask', reason: 'message' });
      expect(step({ heard: 3 }, { approval })).toEqual(rest(null));
    }
  });

  test('otherwise it waits, for its time or for the visitor', () => {
    expect(step({})).toEqual(rest(null));
    expect(step({ until: NOW + 1 })).toEqual(rest(NOW + 1));
  });
});

describe('who writes on while a bot thinks', () => {
  test('cuts it short', () => {
    expect(step(said(0, 0), { asked })).toEqual({ do: 'give_up' });
  });

  test('is heard once they are silent, and after four seconds at the latest', () => {
    expect(step({ cutShort: 1, ...said(1000, 100) })).toEqual(rest(NOW + 600));
    expect(step({ cutShort: 1, ...said(1000, 700) })).toEqual({ do: 'ask', reason: 'message' });
    expect(step({ cutShort: 1, ...said(3900, 100) })).toEqual(rest(NOW + 100));
    expect(step({ cutShort: 1, ...said(4000, 0) })).toEqual({ do: 'ask', reason: 'message' });
  });

  test('cuts it short twice in a row, and no third time', () => {
    expect(step({ cutShort: 1, ...said(0, 0) }, { asked })).toEqual({ do: 'give_up' });
    expect(step({ cutShort: 2, ...said(0, 0) }, { asked })).toEqual(rest(DUE));
  });

  test('[AI-16] does not cut short what a person has just allowed', () => {
    expect(step(said(0, 0), { asked, approval: decided('approved', 3) })).toEqual(rest(DUE));
    expect(step(said(0, 0), { asked, approval: decided('rejected', 3) })).toEqual({
      do: 'give_up',
    });
    expect(step({ heard: 3, ...said(0, 0) }, { asked, approval: decided('approved', 3) })).toEqual({
      do: 'give_up',
    });
  });

  test('waits for no flow: it has answered already', () => {
    const flow = bot('flow');
    expect(step(said(0, 0), { asked, bot: flow })).toEqual(rest(DUE));
    expect(step({ cutShort: 1, ...said(0, 0) }, { bot: flow })).toMatchObject({ do: 'ask' });
  });
});

const ends = (how: object): Step => ({ do: 'end', ...how }) as Step;

describe('a bot that cannot go on ends', () => {
  test.each([
    [
      '[F9] that is too slow',
      { asked: { ...asked, deadlineAt: NOW } },
      { outcome: 'failed', failure: 'deadline' },
    ],
    ['that is published no more', { bot: undefined }, { outcome: 'failed', failure: 'gone' }],
    [
      '[AI-13] that is switched off, in the middle of a turn',
      { isOn: false, asked },
      { outcome: 'off' },
    ],
  ])('%s', (_which, around, how) => {
    expect(step({}, around)).toEqual(ends(how));
  });
});
