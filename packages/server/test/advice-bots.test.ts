import { uuidv7 } from '@throughline/shared';
import type { Turn } from '@throughline/shared/schema';
import { verify } from '@throughline/shared/webhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogRecord } from '../src/store/store.ts';
import { type Asked, startBotServer } from './bot-server.ts';
import { type BotDocument, publishBots } from './bots.ts';
import { type Play, startModelServer } from './model-server.ts';
import { startReceiver } from './receiver.ts';
import { send, startRelay, until } from './relay.ts';
import { plan, publishRouting } from './routing.ts';

const SAYS = { acts: [{ do: 'say', text: 'Tomorrow.' }] };

/** A relay with a person, and a bot at an address of its own that only advises. */
async function world(bot: BotDocument) {
  const relay = await startRelay();
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.agent();
  await publishRouting(relay, plan([ada.agent.email]));
  await publishBots(relay, [bot]);
  const { session: as } = await relay.hire('Root', 'admin');
  const conversation = uuidv7();
  const visitor = await relay.visitor();
  const told = async () => (await relay.events()).filter((it) => it.conversation === conversation);
  return {
    ...{ relay, ada, as, conversation, visitor, told },
    async ask(text = 'When does it come?') {
      await visitor.give('conversation:start', { conversation });
      await visitor.give('message:send', { conversation, text });
    },
    comes: (type: LogRecord['type']) =>
      until(async () => (await told()).find((it) => it.type === type), type),
    saidByBots: async () =>
      (await told()).flatMap(({ type, actor, data }) =>
        type === 'message.created' && actor.kind === 'bot' && 'text' in data ? [data.text] : [],
      ),
  };
}

const MODES = ['shadow', 'suggest', 'supervised'] as const;
type Mode = (typeof MODES)[number];

/** In each mode a person answers at last; what became of the suggestion by then. */
const ENDS = { shadow: 'shadow', suggest: 'superseded', supervised: 'sent' } as const;

/** What holds in a mode, whoever the bot is. */
async function expectMode(mode: Mode, its: Awaited<ReturnType<typeof world>>, text: string) {
  const { ada, conversation, visitor, comes, saidByBots } = its;
  const made = await comes('suggestion.made');
  expect(made).toMatchObject({ actor: { kind: 'bot' }, pub: null, data: { mode, text } });
  if (mode === 'supervised') await comes('suggestion.ended');
  else await ada.give('message:send', { conversation, text: 'On Friday' });
  const { data } = await comes('suggestion.ended');
  expect(data).toMatchObject({ suggestion: made.id, outcome: ENDS[mode] });
  expect(await saidByBots()).toEqual(mode === 'supervised' ? [text] : []);
  const isShown = JSON.stringify(visitor.all('event')).includes(text);
  expect(isShown && mode !== 'supervised').toBe(false);
}

const supervising = (mode: Mode) => (mode === 'supervised' ? { sendAfterMs: 1000 } : {});

/** A program at an address, and its secret. */
async function httpWorld(mode: Mode, answer: Parameters<typeof startBotServer>[0]) {
  const server = await startBotServer(answer);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const about = { id: 'lina', name: 'Lina', start: {}, mode, ...supervising(mode) };
  const its = await world({ ...about, kind: 'http', url: server.url });
  const path = '/v1/bots/lina/rotate';
  const { json } = await its.relay.fetch(path, { as: its.as, method: 'POST' });
  return { ...its, server, secret: (json as { secret: string }).secret };
}

describe('a bot over HTTP that advises', () => {
  test.each(MODES)(
    'in the mode %s is asked with a signed turn, and speaks as far as it may',
    async (mode) => {
      const { server, secret, ...its } = await httpWorld(mode, () => SAYS);
      await its.ask();
      await expectMode(mode, its, 'Tomorrow.');
      const [{ text, headers }] = server.asked as [Asked];
      expect(verify<Turn>(text, headers, secret)).toMatchObject({ mode, reason: 'message' });
    },
  );

  test('answers later under the token of its turn, and is too late once a person has answered', async () => {
    const { server, relay, ...its } = await httpWorld('suggest', (_asked, response) => {
      response.writeHead(202).end();
    });
    const reply = ({ json, headers }: Asked) =>
      send(`${relay.url}/v1/turns/${encodeURIComponent((json as Turn).id)}/reply`, {
        ...{ method: 'POST', body: SAYS },
        headers: { authorization: `Bearer ${headers['throughline-reply-token']}` },
      });
    await its.ask();
    const first = await until(() => server.asked[0], 'a turn');
    expect((await reply(first)).status).toBe(202);
    await its.comes('suggestion.made');
    await its.visitor.give('message:send', { conversation: its.conversation, text: 'And where?' });
    const second = await until(() => server.asked[1], 'another turn');
    await its.ada.give('message:send', { conversation: its.conversation, text: 'On Friday' });
    await until(async () => (await reply(second)).status === 409, 'the turn to be over');
    expect((await its.told()).filter(({ type }) => type === 'suggestion.made')).toHaveLength(1);
  });

  test('that fails is seen, and its visitor reads nothing of it', async () => {
    const its = await httpWorld('supervised', (_asked, response) => {
      response.writeHead(418).end();
    });
    await its.ask();
    const failed = await its.comes('suggestion.failed');
    expect(failed).toMatchObject({ pub: null, data: { bot: 'lina', failure: 'error' } });
    expect(await its.saidByBots()).toEqual([]);
  });
});

/** It looks the order up, wants to pay it back, and says when it comes. */
const curious: Play = ({ messages }) => {
  const answers = messages.filter(({ role }) => role === 'tool').length;
  if (answers === 0) return { calls: [{ name: 'find_order', arguments: { order: '17' } }] };
  if (answers === 1) return { calls: [{ name: 'issue_refund', arguments: { order: '17' } }] };
  return { text: 'It comes on Monday.' };
};

/** A model at an endpoint, with a tool that looks and one that changes something. */
async function modelWorld(mode: Mode, play: Play) {
  const model = await startModelServer(play);
  const [find, refund] = [await startReceiver(), await startReceiver()];
  for (const it of [model, find, refund]) onTestFinished(() => it[Symbol.asyncDispose]());
  for (const it of [find, refund]) it.answers((response) => response.end('{"ok":true}'));
  const order = { properties: { order: { type: 'string' as const } }, required: ['order'] };
  const tool = { description: 'Of an order.', parameters: order, verified: false };
  const its = await world({
    ...{ id: 'helper', name: 'Helper', kind: 'llm', start: {}, mode, ...supervising(mode) },
    ...{ url: model.url, model: 'test-1', discloses: false },
    tools: [
      { ...tool, name: 'find_order', url: find.url, effect: 'read' },
      { ...tool, name: 'issue_refund', url: refund.url, approval: false },
    ],
  });
  return { ...its, model, find, refund };
}

describe('a model that advises', () => {
  test.each(MODES)(
    'in the mode %s looks things up, changes nothing, asks nobody, and speaks as far as it may',
    async (mode) => {
      const { find, refund, ...its } = await modelWorld(mode, curious);
      await its.ask();
      await expectMode(mode, its, 'It comes on Monday.');
      expect(find.received).toHaveLength(1);
      expect(refund.received).toEqual([]);
      const types = (await its.told()).map(({ type }) => type);
      expect(types.filter((type) => type.startsWith('approval.'))).toEqual([]);
      expect((await its.comes('suggestion.made')).data).toMatchObject({
        // The one that was refused is none.
        usage: { toolCalls: 1 },
        trace: expect.arrayContaining([expect.objectContaining({ kind: 'tool', ok: true })]),
      });
    },
  );

  test('that fails is seen with what it had cost', async () => {
    const its = await modelWorld('suggest', () => ({ fault: 'status 500' }));
    await its.ask();
    expect((await its.comes('suggestion.failed')).data).toMatchObject({
      ...{
        failure: 'error',
        trace: [
          { kind: 'model', ok: false },
          { kind: 'model', ok: false },
        ],
      },
    });
  });
});
