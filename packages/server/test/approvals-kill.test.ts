import { uuidv7 } from '@throughline/shared';
import type { Ack } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import { type BotDocument, publishBots } from './bots.ts';
import { startChild } from './killable.ts';
import { type Play, startModelServer } from './model-server.ts';
import { type Received, startReceiver } from './receiver.ts';
import { connect, ORIGIN, SITE, startRelay, tempDir, until } from './relay.ts';
import { plan, publishRouting } from './routing.ts';

const APPROVAL_MS = 60_000;
const DONE = 'I have refunded it.';
const NOT_DONE = 'That is not to be.';

/** It pays back what it is asked to, and says what came of it. */
const refunds: Play = ({ messages }) => {
  const last = messages.at(-1);
  if (last?.role !== 'tool')
    return { calls: [{ name: 'issue_refund', arguments: { order: '17' } }] };
  return { text: last.content.includes('"ok"') ? DONE : NOT_DONE };
};

/** A folder with a bot that needs a person, its model, and its tool: what a killed relay leaves. */
async function furnish() {
  const dir = tempDir();
  const model = await startModelServer(refunds);
  const tool = await startReceiver();
  onTestFinished(async () => {
    await model[Symbol.asyncDispose]();
    await tool[Symbol.asyncDispose]();
    dir[Symbol.dispose]();
  });
  const relay = await startRelay({ dataDir: dir.path });
  const ada = await relay.hire('Ada');
  await publishRouting(relay, plan([ada.agent.email]));
  const helper: BotDocument = {
    ...{ id: 'helper', name: 'Helper', kind: 'llm', start: {}, discloses: false },
    ...{ url: model.url, model: 'test-1', approvalMs: APPROVAL_MS },
    tools: [
      {
        ...{ name: 'issue_refund', description: 'Pays back.', url: tool.url, claims: ['refund'] },
        parameters: { properties: { order: { type: 'string' } }, required: ['order'] },
        verified: false,
      },
    ],
  };
  await publishBots(relay, [helper]);
  await relay.stop();
  return { path: dir.path, ada, tool };
}

type Furnished = Awaited<ReturnType<typeof furnish>>;

/** What stands in the log, beside a relay of another process. */
async function look({ path }: Furnished, conversation: string) {
  const store = openSqliteStore({ dataDir: path, guest: true });
  try {
    const row = await store.read.conversations.get(conversation);
    const log = await store.read.events.log(0, 1000);
    return { row, log: log.filter((it) => it.conversation === conversation) };
  } finally {
    await store.close();
  }
}

/** A relay of its own process in which a person is asked for a yes, and that is killed then. */
async function killedWhileItWaits(about: Furnished) {
  const conversation = uuidv7();
  const child = await startChild(about.path);
  const visitor = await connect(child.url, {
    ...{ namespace: '/visitor', auth: { protocol: 1, site: SITE }, headers: { origin: ORIGIN } },
  });
  await visitor.give('conversation:start', { conversation });
  await visitor.give('message:send', { conversation, text: 'Refund order 17' });
  const approval = await until(
    async () => (await look(about, conversation)).row?.approval,
    'a question to a person',
  );
  await child.kill();
  visitor.close();
  return { conversation, approval: approval.id };
}

/** The same process again, with a person at it. */
async function startAgain({ path, ada: { session } }: Furnished) {
  const child = await startChild(path);
  const ada = await connect(child.url, {
    ...{ namespace: '/agent', auth: { protocol: 1, csrf: session.session.csrf } },
    headers: { origin: child.url, cookie: `throughline=${session.token}` },
  });
  return { child, ada };
}

/** What the conversation says so often. */
const saysIn = async (about: Furnished, conversation: string, text: string): Promise<number> =>
  (await look(about, conversation)).log.filter(
    ({ type, data }) => type === 'message.created' && 'text' in data && data.text === text,
  ).length;

const typesIn = async (about: Furnished, conversation: string): Promise<string[]> =>
  (await look(about, conversation)).log.map(({ type }) => type);

const count = (all: string[], type: string): number => all.filter((it) => it === type).length;

const keysOf = (received: Received[]) => received.map(({ headers }) => headers['idempotency-key']);

test('[AI-16] killed while a person is asked: it can still be allowed, once, and is done once', async () => {
  const about = await furnish();
  about.tool.answers((response) => response.end('{"ok":true}'));
  const { conversation, approval } = await killedWhileItWaits(about);
  const { child, ada } = await startAgain(about);
  const yes = () => {
    const input = { id: uuidv7(), conversation, approval, outcome: 'approved' };
    return ada.ask('approval:decide', input);
  };
  const answers: Ack<unknown>[] = await Promise.all([yes(), yes(), yes()]);
  expect(answers.map((it) => (it.ok ? 'ok' : it.error.code)).sort()).toEqual([
    ...['ok', 'wrong_status', 'wrong_status'],
  ]);
  await until(async () => (await saysIn(about, conversation, DONE)) > 0, 'that it is done');
  ada.close();
  await child.kill();

  // And once more: nothing of it is left to be done.
  const after = await startAgain(about);
  const late = { id: uuidv7(), conversation, approval, outcome: 'approved' };
  expect(await after.ada.ask('approval:decide', late)).toMatchObject({
    error: { code: 'wrong_status' },
  });
  after.ada.close();
  await after.child.kill();
  expect(keysOf(about.tool.received)).toEqual([approval]);
  const types = await typesIn(about, conversation);
  for (const type of ['approval.requested', 'approval.decided', 'approval.used'])
    expect(count(types, type), type).toBe(1);
  expect(await saysIn(about, conversation, DONE)).toBe(1);
}, 60_000);

test('[AI-16] killed amid the call a person allowed: it is not made again, and a person gets it', async () => {
  const about = await furnish();
  const { conversation, approval } = await killedWhileItWaits(about);
  // The call arrives, and is never answered.
  about.tool.answers(() => {});
  const { child, ada } = await startAgain(about);
  await ada.give('approval:decide', { conversation, approval, outcome: 'approved' });
  await until(() => about.tool.received.length > 0, 'the call');
  ada.close();
  await child.kill();
  about.tool.answers((response) => response.end('{"ok":true}'));
  const after = await startAgain(about);
  await until(
    async () => count(await typesIn(about, conversation), 'bot.completed') > 0,
    'a person to get it',
  );
  after.ada.close();
  await after.child.kill();
  const { log } = await look(about, conversation);
  expect(log.filter(({ type }) => type === 'bot.completed')).toMatchObject([
    { data: { outcome: 'routed', reason: 'approval' } },
  ]);
  expect(keysOf(about.tool.received)).toEqual([approval]);
  expect(await saysIn(about, conversation, DONE)).toBe(0);
}, 60_000);

test('[AI-16] killed while a person is asked, and begun after the time is up: a no, nothing done, and the visitor is told', async () => {
  const about = await furnish();
  const { conversation, approval } = await killedWhileItWaits(about);
  await using relay = await startRelay({
    dataDir: about.path,
    now: () => Date.now() + APPROVAL_MS,
  });
  await until(async () => (await saysIn(about, conversation, NOT_DONE)) > 0, 'that it is not done');
  const records = await relay.events();
  expect(records.filter(({ type }) => type === 'approval.decided')).toMatchObject([
    { actor: { kind: 'system' }, data: { approval, outcome: 'expired' } },
  ]);
  expect(about.tool.received).toEqual([]);
}, 60_000);
