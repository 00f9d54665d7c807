import { flowsDocument, type Turn } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import { expect, test } from 'vitest';
import { compileFlow } from '../../settings/flows/compile.ts';
import { flowScope } from '../../settings/routing/vocabulary.ts';
import { createFlowBot, type FlowParts } from './participant.ts';

const NOW = 1_800_000_000_000;
const [document] = flowsDocument.parse({
  flows: [
    {
      ...{ id: 'faq', name: 'FAQ', first: 'topic' },
      steps: {
        topic: {
          ...{ kind: 'choose', text: 'What is it?', other: 'person' },
          options: [{ action: 'call', label: 'A call', next: 'number' }],
        },
        number: {
          ...{ kind: 'ask', next: 'done', timeout: { afterMs: 60_000, next: 'person' } },
          form: { fields: [{ type: 'text', name: 'phone', label: 'Number' }] },
        },
        done: { kind: 'end', resolve: true },
        person: { kind: 'route', queue: 'support' },
      },
    },
  ],
}).flows;
if (!document) throw new Error('no flow');

const nobody = () => Promise.reject(new Error('nobody'));

const parts: FlowParts = {
  now: () => NOW,
  scope: async () => (vars) => flowScope({}, { open: true, vars }),
  site: () => undefined,
  ...{ poster: { post: nobody, open: nobody, close() {} } },
  ...{ urlOf: () => undefined, secretsOf: async () => [] },
};
const bot = createFlowBot(compileFlow(document), parts);

type Line = Turn['lines'][number];
const line = (seq: number, more: Partial<Line> = {}): Line => ({
  ...{ seq, id: `m${seq}`, by: 'visitor', name: null, text: 'hi', time: seq, ...more },
});

const turnOf = (more: Partial<Turn>) => {
  const turn = { reason: 'message', state: null, lines: [], heard: 9, asked: null, ...more };
  return { ...turn, contact: {}, conversation: { id: 'c' } } as unknown as Turn;
};
const around = { signal: new AbortController().signal, draft() {} };
const answer = async (more: Partial<Turn>) => (await bot.answer(turnOf(more), around)).reply;

const at = (step: string, more: object = {}) => ({
  step,
  vars: {},
  heard: 5,
  until: null,
  events: [],
  ...more,
});

test('begins where it has kept nothing, whatever it is asked for', async () => {
  expect(await answer({ reason: 'begun' })).toMatchObject({
    acts: [{ do: 'say', text: 'What is it?', block: { kind: 'replies' } }],
    next: { do: 'wait' },
    state: { step: 'topic', heard: 9 },
  });
});

test('hears the answer to what it asked, and of the words only those that are new', async () => {
  const chosen = line(7, { answer: { message: 'q', action: 'call' } });
  const more = { asked: 'q', state: at('topic') };
  expect(await answer({ ...more, lines: [line(3), chosen, line(8)] })).toMatchObject({
    next: { do: 'wait', timeoutMs: 60_000 },
    state: { step: 'number', vars: { topic: 'call' } },
  });
  expect(await answer({ ...more, lines: [line(7)] })).toMatchObject({
    next: { do: 'hand_off', queue: 'support' },
  });
});

test('an answer to something else is none: it waits on, for what is left of its time', async () => {
  const state = at('number', { until: NOW + 30_000 });
  const stale = line(7, { answer: { message: 'old', action: 'call' } });
  expect(await answer({ asked: 'q', state, lines: [line(3), stale] })).toEqual({
    ...{ acts: [], next: { do: 'wait', timeoutMs: 30_000 }, state },
  });
});

test('goes on after a form, and when nobody fills it in', async () => {
  const filled = line(7, { answer: { message: 'q', form: { phone: '1' } } });
  const state = at('number');
  expect(await answer({ asked: 'q', state, lines: [filled] })).toMatchObject({
    next: { do: 'end', resolve: true },
  });
  expect(await answer({ reason: 'timeout', state })).toMatchObject({ next: { do: 'hand_off' } });
});

test('knows the steps it still has', () => {
  expect(bot.knows?.(at('topic'))).toBe(true);
  expect(bot.knows?.(at('gone'))).toBe(false);
  expect(bot.knows?.('something')).toBe(false);
});

test('of the calls it wanted, those are counted that somebody was asked', async () => {
  const call = { kind: 'call' as const, take: [], facts: [], attempts: 1, next: 'over' };
  const [flow] = flowsDocument.parse({
    flows: [
      {
        ...{ id: 'two', name: 'Two', first: 'known' },
        steps: {
          known: { ...call, tool: 'known', otherwise: 'gone' },
          gone: { ...call, tool: 'gone', otherwise: 'over' },
          over: { kind: 'end' },
        },
      },
    ],
  }).flows;
  if (!flow) throw new Error('no flow');
  const urlOf = (tool: string) => (tool === 'known' ? 'https://known.example/' : undefined);
  const asking = createFlowBot(compileFlow(flow), {
    ...parts,
    urlOf,
    secretsOf: async () => [newWebhookSecret()],
  });
  const { usage, trace } = await asking.answer(turnOf({ reason: 'begun' }), around);
  expect(trace).toMatchObject([{ name: 'known', output: 'nobody' }, { name: 'gone' }]);
  expect(usage?.toolCalls).toBe(1);
});
