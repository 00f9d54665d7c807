import { expect, test } from 'vitest';
import { unborn } from '../conversations/evolve.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import type { Answer } from './participant.ts';
import type { BotsParts } from './parts.ts';
import { createThinking } from './thinking.ts';
import type { Led } from './turn.ts';

const bot = { id: 'faq', name: 'FAQ', kind: 'http', deadlineMs: 5000 } as BotInForce;

const led = (id: string): Led => ({
  ...unborn({ id, site: 'shop', contact: 'v' }, 0),
  bot: {
    ...{ run: `run-${id}`, bot: 'faq', version: 'v', visit: 0, reason: 'begun', goal: null },
    ...{
      heard: 0,
      unheard: null,
      cutShort: 0,
      events: [],
      since: 0,
      alone: { turns: 0, words: 0 },
      hops: 0,
    },
    ...{ asked: null, until: null, state: null, outcome: null, queue: null },
  },
});

const soon = () => new Promise<void>((done) => setImmediate(done));

function createWorld() {
  const asked: ((answer: Answer) => void)[] = [];
  const given: string[] = [];
  const over: string[] = [];
  const participant = {
    ...{ id: 'faq', name: 'FAQ', version: 'v', deadlineMs: 5000 },
    answer: () => new Promise<Answer>((resolve) => asked.push(resolve)),
  };
  const parts = {
    conversations: {
      run: async (_who: unknown, name: string) => {
        given.push(name);
        return { ok: true };
      },
    },
    queries: { facts: async () => [], saidBefore: async () => [] },
    contacts: { summary: async () => undefined },
    crew: { get: () => bot, participantOf: () => participant },
    writing: () => () => {},
    now: () => 0,
    log: { warn() {}, error() {} },
  } as unknown as BotsParts;
  const thinking = createThinking(parts, (id) => over.push(id));
  return { thinking, asked, given, over };
}

const nothing: Answer = { reply: { acts: [], next: { do: 'wait' }, state: null } };

test('sixty-four turns are thought about at a time, and the next one when one of them is over', async () => {
  const { thinking, asked, over } = createWorld();
  for (let n = 0; n < 66; n++)
    thinking.ask(led(`c${n}`), bot, { reason: 'begun', event: undefined });
  await soon();
  expect([asked.length, thinking.count('faq')]).toEqual([64, 66]);
  asked[0]?.(nothing);
  await soon();
  expect([asked.length, over]).toEqual([65, ['c0']]);
  // Whoever is dropped makes room, whether they stop or not.
  thinking.drop('c1');
  await soon();
  expect(asked).toHaveLength(66);
});

test('when the relay ends nothing is said of what was thought about, and nobody is waited for', async () => {
  const { thinking, asked, given } = createWorld();
  thinking.ask(led('c'), bot, { reason: 'begun', event: undefined });
  await soon();
  await thinking.stop();
  asked[0]?.(nothing);
  await soon();
  expect(given).toEqual([]);
  thinking.ask(led('d'), bot, { reason: 'begun', event: undefined });
  await soon();
  expect(asked).toHaveLength(1);
});
