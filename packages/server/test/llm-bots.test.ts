import { uuidv7 } from '@throughline/shared';
import type { AgentEvent, Ephemeral } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import type { Conversation } from '../src/store/store.ts';
import { type BotDocument, publishBots } from './bots.ts';
import { publishFlows } from './flows.ts';
import { type Play, startModelServer } from './model-server.ts';
import { startReceiver } from './receiver.ts';
import { startRelay, until } from './relay.ts';
import { plan, publishRouting } from './routing.ts';

/** It pays back what it is asked to, and says so. */
const refunds: Play = ({ messages }) =>
  messages.at(-1)?.role === 'tool'
    ? {
        text: messages.at(-1)?.content.includes('"ok"')
          ? 'I have refunded it.'
          : 'That is not to be.',
      }
    : { calls: [{ name: 'issue_refund', arguments: { order: '17' } }] };

/** A relay with a person, a model somewhere else, and a tool of the business. */
async function world(play: Play, more: object = {}) {
  const model = await startModelServer(play);
  const tool = await startReceiver();
  tool.answers((response) => response.end('{"ok":true}'));
  const clock = { aheadMs: 0 };
  const relay = await startRelay({ now: () => Date.now() + clock.aheadMs });
  onTestFinished(async () => {
    await relay[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await tool[Symbol.asyncDispose]();
  });
  const ada = await relay.agent();
  await publishRouting(relay, plan([ada.agent.email]));
  const { session: root } = await relay.hire('Root', 'admin');
  const helper: BotDocument = {
    ...{ id: 'helper', name: 'Helper', kind: 'llm', start: {} },
    ...{ url: model.url, model: 'test-1', discloses: false },
    tools: [
      {
        ...{ name: 'issue_refund', description: 'Pays back.', url: tool.url, claims: ['refund'] },
        parameters: { properties: { order: { type: 'string' } }, required: ['order'] },
        verified: false,
      },
    ],
    ...more,
  };
  const put = (path: string, body: object) =>
    relay.fetch(`/v1/bots/${path}`, { as: root, method: 'PUT', body });
  const publish = () => publishBots(relay, [helper]);
  const visitor = await relay.visitor();
  const conversation = uuidv7();
  return {
    ...{ clock, relay, model, tool, ada, visitor, conversation, put, publish },
    async write(text: string) {
      if (visitor.all('event').length === 0)
        await visitor.give('conversation:start', { conversation });
      await visitor.give('message:send', { conversation, text });
    },
    reads: (text: string) =>
      visitor.next<AgentEvent>(
        'event',
        ({ type, actor, data }) =>
          type === 'message.created' &&
          actor.kind === 'bot' &&
          'text' in data &&
          data.text === text,
      ),
    becomes: (is: (row: Conversation) => unknown) =>
      until(async () => {
        const row = await relay.store.read.conversations.get(conversation);
        return row && is(row) ? row : undefined;
      }, 'its state'),
    told: async (type: AgentEvent['type']) =>
      (await relay.events()).filter((it) => it.conversation === conversation && it.type === type),
    decide: (approval: string, outcome: 'approved' | 'rejected') =>
      ada.give('approval:decide', { conversation, approval, outcome }),
  };
}

const isAsked = ({ approval }: Conversation) => approval?.outcome === null && approval;
const ASKED = 'A person has to agree to this first. One moment, please.';
const waitsForPerson = ({ offer, assignee, waiting }: Conversation) => offer ?? assignee ?? waiting;

test('[AI-16] what a person agrees to is done once, and the visitor reads that it was', async () => {
  const { put, publish, write, reads, becomes, told, decide, ...its } = await world(refunds);
  await publish();
  expect((await put('helper/secret', { secret: 'model-key' })).status).toBe(204);
  expect((await put('helper/secret', { secret: 'tools-key', use: 'tools' })).status).toBe(204);
  await write('Refund order 17');
  await reads(ASKED);
  const { approval } = await becomes(isAsked);
  expect(its.tool.received).toEqual([]);
  expect(await told('approval.requested')).toMatchObject([
    {
      actor: { kind: 'bot', id: 'llm:helper', name: 'Helper' },
      data: { bot: 'helper', tool: 'issue_refund', arguments: '{"order":"17"}' },
    },
  ]);

  await decide(approval?.id ?? '', 'approved');
  await reads('I have refunded it.');
  expect(its.tool.received.map(({ headers }) => headers)).toMatchObject([
    { 'idempotency-key': approval?.id, authorization: 'Bearer tools-key' },
  ]);
  expect(new Set(its.model.keys)).toEqual(new Set(['Bearer model-key']));
  const turns = await told('bot.advanced');
  expect(turns).toMatchObject([
    // Asked for is not called.
    { data: { usage: { toolCalls: 0 } } },
    { data: { usage: { toolCalls: 1 }, trace: [{ kind: 'tool', ok: true }, { kind: 'model' }] } },
  ]);
  await becomes(({ bot }) => bot?.heard !== undefined && bot.visit === 2);
  expect(await told('approval.used')).toHaveLength(1);

  const writes = its.visitor
    .all<Ephemeral>('ephemeral')
    .flatMap((it) => (it.kind === 'typing' ? [[it.actor.name, it.on]] : []));
  expect(writes.slice(0, 2)).toEqual([
    ['Helper', true],
    ['Helper', false],
  ]);
});

test('[AI-16] a no is heard and said, and nothing is done; words meanwhile are the next turn', async () => {
  const { publish, write, reads, becomes, told, decide, model, tool } = await world(refunds);
  await publish();
  await write('Refund order 17');
  const { approval } = await becomes(isAsked);
  model.play(() => ({ text: 'Still waiting.' }));
  await write('And?');
  await reads('Still waiting.');
  model.play(refunds);
  await decide(approval?.id ?? '', 'rejected');
  await reads('That is not to be.');
  expect(tool.received).toEqual([]);
  expect(await told('bot.superseded')).toEqual([]);
});

test('[AI-16] nobody’s answer in time is a no, and the visitor is told', async () => {
  const approvalMs = 60_000;
  const { publish, write, becomes, reads, told, clock, tool } = await world(refunds, {
    approvalMs,
  });
  await publish();
  await write('Refund order 17');
  await becomes(isAsked);
  clock.aheadMs = approvalMs;
  await reads('That is not to be.');
  expect(await told('approval.decided')).toMatchObject([
    { actor: { kind: 'system' }, data: { outcome: 'expired' } },
  ]);
  expect(tool.received).toEqual([]);
});

test('[AI-16] whoever takes the conversation has it: what the bot wanted can be allowed no more', async () => {
  const { publish, write, becomes, decide, ada, tool, conversation } = await world(refunds);
  await publish();
  await write('Refund order 17');
  const { approval, epoch } = await becomes(isAsked);
  const assignee = ada.agent.id;
  await ada.give('conversation:assign', { conversation, assignee, expectedEpoch: epoch });
  const { approval: left, bot } = await becomes((row) => row.assignee === assignee);
  expect([left, bot?.outcome]).toEqual([null, 'taken']);
  await expect(decide(approval?.id ?? '', 'approved')).rejects.toThrow('wrong_status');
  expect(tool.received).toEqual([]);
});

test('[F9] a model that fails leaves what it cost, a flow goes on, and then a person', async () => {
  const { publish, relay, write, reads, becomes, told } = await world(
    () => ({ fault: 'status 500' }),
    { otherwise: 'spare' },
  );
  const steps = {
    sorry: { kind: 'send', text: 'I fetch somebody.', next: 'over' },
    over: { kind: 'route' },
  } as const;
  await publishFlows(relay, [
    { id: 'spare', name: 'Spare', start: { when: 'false' }, first: 'sorry', steps },
  ]);
  await publish();
  await write('Hello');
  await reads('I fetch somebody.');
  await becomes(waitsForPerson);
  const [failed] = await told('bot.completed');
  expect(failed).toMatchObject({
    data: {
      ...{ outcome: 'failed', failure: 'error' },
      usage: { tokensIn: expect.any(Number), toolCalls: 0 },
      trace: [
        { kind: 'model', ok: false },
        { kind: 'model', ok: false },
      ],
    },
  });
});

test('[AI-13] the switch ends a turn in the middle: people get it, and what it had cost is known', async () => {
  const { publish, put, write, becomes, told, model } = await world(() => ({ fault: 'hang' }));
  await publish();
  await write('Hello');
  await until(() => model.asked.length > 0);
  expect((await put('switch', { on: false })).status).toBe(200);
  await becomes(waitsForPerson);
  expect(await told('bot.completed')).toMatchObject([{ data: { outcome: 'off' } }]);
  const [late] = await until(async () => {
    const all = await told('bot.superseded');
    return all.length > 0 ? all : undefined;
  });
  expect(late).toMatchObject({ data: { why: 'late', trace: [{ kind: 'model', ok: false }] } });
});

test('[AI-11] whose budget is spent asks no model: people get it', async () => {
  const budget = { conversation: { tokens: 100 } };
  const { publish, write, becomes, told, model } = await world(() => ({ text: 'Hi' }), { budget });
  await publish();
  await write('Hello');
  await becomes(waitsForPerson);
  expect(model.asked).toEqual([]);
  expect(await told('bot.completed')).toMatchObject([
    { data: { outcome: 'routed', reason: 'guard' } },
  ]);
});
