import { generateKeyPairSync } from 'node:crypto';
import { uuidv7 } from '@throughline/shared';
import type { Closing, ContactSummary } from '@throughline/shared/schema';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSubscriptions } from '../src/contacts/subscriptions.ts';
import { bot, botWorld } from './bots.ts';
import { begin, bring, linkOf, png, put } from './files.ts';
import { publishFlows } from './flows.ts';
import { startPushService } from './push-service.ts';
import {
  type AgentPeer,
  connect,
  ORIGIN,
  refusal,
  SITE,
  site,
  startRelay,
  type TestRelay,
  until,
  type VisitorPeer,
} from './relay.ts';

let relay: TestRelay;
let agent: AgentPeer;

beforeAll(async () => {
  relay = await startRelay();
  agent = await relay.agent();
});
afterAll(() => relay[Symbol.asyncDispose]());

const ask = (path: string, method: string, body?: object) =>
  relay.fetch(`/v1/contacts${path}`, { method, as: agent.session, ...(body && { body }) });
const block = (contact: string) => ask(`/${contact}/block`, 'POST');
const unblock = (contact: string) => ask(`/${contact}/unblock`, 'POST');
const show = async (contact: string): Promise<ContactSummary> =>
  (await ask(`/${contact}`, 'GET')).json;
const said = async (contact: string) =>
  (await relay.events()).filter((it) => it.contact === contact && it.conversation === null);
const codeOf = (ack: object) => (ack as { error?: { code: string } }).error?.code;
const closedFor = (peer: VisitorPeer) => peer.all<Closing>('closing')[0]?.error.code;

/** Somebody who has written, and is blocked. */
async function blocked() {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const message = { id: uuidv7(), conversation, text: 'before' };
  await visitor.ask('message:send', message);
  expect((await block(visitor.contact)).status).toBe(201);
  await until(() => visitor.closed(), 'the end of the socket');
  return { visitor, conversation, message };
}

describe('[P30] [EV-20] a visitor who is blocked', () => {
  test('is told so as every page of theirs is closed, and is not let in again', async () => {
    const { visitor } = await blocked();
    expect(closedFor(visitor)).toBe('blocked');
    const again = await refusal(relay.visitor({ token: visitor.token }));
    expect(again).toMatchObject({ code: 'blocked', retryable: false });
    expect((await said(visitor.contact)).at(-1)).toMatchObject({
      type: 'contact.blocked',
      actor: { kind: 'agent', id: agent.agent.id },
      data: {},
    });
    expect(await show(visitor.contact)).toMatchObject({ blocked: true });
  });

  test('is back with all they had once they are unblocked', async () => {
    const { visitor, conversation, message } = await blocked();
    await agent.give('message:send', { conversation, text: 'from an agent meanwhile' });
    expect((await unblock(visitor.contact)).status).toBe(201);
    const back = await relay.visitor({ token: visitor.token });
    expect(back.contact).toBe(visitor.contact);
    await back.give('message:send', { conversation, text: 'after' });
    const page = await back.ask('conversation:resume', { conversation, cursor: null });
    for (const text of [message.text, 'from an agent meanwhile', 'after'])
      expect(JSON.stringify(page)).toContain(text);
    expect((await said(visitor.contact)).at(-1)?.type).toBe('contact.unblocked');
  });

  test('is blocked once, and nothing is written of what is so already', async () => {
    const { visitor } = await blocked();
    const head = await relay.store.read.events.head();
    expect((await block(visitor.contact)).json).toMatchObject({ conversation: null, seq: null });
    expect(await relay.store.read.events.head()).toBe(head);
    expect((await block(uuidv7())).status).toBe(404);
  });

  test('leaves everybody else where they are', async () => {
    const other = await relay.visitor();
    const conversation = await other.start();
    await blocked();
    await other.give('message:send', { conversation, text: 'still here' });
    expect([other.closed(), other.all('closing')]).toEqual([undefined, []]);
  });

  test('has no files any more, nor brings one for which there is a ticket', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const brought = await bring(relay, [visitor, conversation]);
    const link = await linkOf(visitor, brought.id);
    const ticket = await begin(visitor, conversation);
    if (!ticket.ok || !link) throw new Error('there is no ticket, or no link');
    await block(visitor.contact);
    expect((await put(relay, ticket.data, png())).json).toMatchObject({ code: 'blocked' });
    expect((await relay.fetch(link)).status).toBe(404);
    await unblock(visitor.contact);
    const back = await relay.visitor({ token: visitor.token });
    expect((await bring(relay, [back, conversation])).status).toBe(200);
    expect((await relay.fetch(link)).status).toBe(200);
  });

  test('hears of no reply on a device that asked to be told', async () => {
    const service = await startPushService();
    onTestFinished(() => service[Symbol.asyncDispose]());
    const subscriptions = await openSubscriptions(relay.store, Date.now);
    const visitor = await relay.visitor();
    await visitor.start();
    const { subscription } = service;
    expect(await visitor.ask('push:set', { subscription })).toMatchObject({ ok: true });
    expect(await subscriptions.of(visitor.contact)).toHaveLength(1);
    await block(visitor.contact);
    expect(await subscriptions.of(visitor.contact)).toEqual([]);
  });
});

describe('[P30] who is blocked as one of the business’s people', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const tokenOf = (sub: string) =>
    new SignJWT({ sub, aud: 'members' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);

  beforeAll(async () => {
    const keys = [publicKey.export({ type: 'spki', format: 'pem' }).toString()];
    await relay.sites.put(site({ key: 'members', identity: { algorithm: 'EdDSA', keys } }), 'test');
  });

  async function enter(sub?: string, token?: string) {
    const identity = sub === undefined ? {} : { identity: await tokenOf(sub) };
    const auth = { protocol: 1, site: 'members', ...identity, ...(token && { token }) };
    return connect(relay.url, { namespace: '/visitor', auth, headers: { origin: ORIGIN } });
  }
  const contactOf = (peer: Awaited<ReturnType<typeof enter>>) =>
    peer.all<{ contact: string; token: string }>('welcome')[0] ?? { contact: '', token: '' };

  test('is so on every device', async () => {
    const first = await enter('C-1');
    await block(contactOf(first).contact);
    await until(() => first.closed(), 'the end of the socket');
    expect(await refusal(enter('C-1'))).toMatchObject({ code: 'blocked' });
    await unblock(contactOf(first).contact);
    expect(contactOf(await enter('C-1')).contact).toBe(contactOf(first).contact);
  });

  test('and nobody is free by signing in: who they are now is blocked, on every page', async () => {
    const known = await enter('C-2');
    const nobody = await enter();
    await nobody.give('conversation:start', { conversation: uuidv7() });
    const { contact, token } = contactOf(nobody);
    await block(contact);
    expect(await refusal(enter('C-2', token))).toMatchObject({ code: 'blocked' });
    await until(() => known.closed(), 'the end of the other page');
    expect(await show(contact)).toMatchObject({ id: contactOf(known).contact, blocked: true });
    const types = (await said(contactOf(known).contact)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['contact.merged', 'contact.blocked']);
  });

  test('and who becomes part of somebody who is blocked is blocked with them', async () => {
    const [into, visitor] = [await relay.visitor(), await relay.visitor()];
    await into.start();
    await visitor.start();
    await block(into.contact);
    await ask(`/${visitor.contact}/merge`, 'POST', { into: into.contact });
    await until(() => visitor.closed(), 'the end of the socket');
    expect(await refusal(relay.visitor({ token: visitor.token }))).toMatchObject({
      code: 'blocked',
    });
  });
});

describe('[P30] no program writes to whoever is blocked', () => {
  test('a bot that thinks is stopped, nothing of it is said, and no other one goes on', async () => {
    const { ask: visit, turn, becomes, relay: own, saidByBots, asked } = await botWorld();
    const { visitor, conversation } = await visit();
    const thought = await turn(0);
    const path = `/v1/contacts/${visitor.contact}`;
    const key = await own.key();
    await own.fetch(`${path}/block`, { method: 'POST', key });
    await becomes(conversation, ({ bot }) => bot?.outcome === 'off');
    expect(thought.signal.aborted).toBe(true);
    thought.answer('Too late');
    await own.fetch(`${path}/events`, { method: 'POST', key, body: { name: 'order.shipped' } });
    const answer = await own.fetch(`/v1/conversations/${conversation}/messages`, {
      ...{ method: 'POST', key, body: { text: 'From a program' } },
    });
    expect(answer.json).toMatchObject({ code: 'blocked' });
    expect(await saidByBots(conversation)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test('what a bot would say to them goes with them', async () => {
    const {
      ask: visit,
      turn,
      comes,
      relay: own,
    } = await botWorld({
      bots: [bot('first', { mode: 'suggest', start: {} })],
    });
    const { visitor, conversation } = await visit();
    (await turn(0)).answer('I would say');
    await comes(conversation, 'suggestion.made');
    const path = `/v1/contacts/${visitor.contact}/block`;
    await own.fetch(path, { method: 'POST', key: await own.key() });
    const { data } = await comes(conversation, 'suggestion.ended');
    expect(data).toMatchObject({ outcome: 'expired' });
  });

  test('what happens in the business begins no flow with them', async () => {
    const own = await startRelay();
    onTestFinished(() => own[Symbol.asyncDispose]());
    const step = { kind: 'send', text: 'It is overdue.', next: 'end' } as const;
    const steps = { remind: step, end: { kind: 'end', outcome: 'told' } as const };
    const flow = { id: 'dunning', name: 'Accounts', first: 'remind', steps };
    await publishFlows(own, [{ ...flow, start: { on: 'invoice.overdue', reentryMs: 1000 } }]);
    const key = await own.key();
    const give = (path: string, body: object = {}, method = 'POST') =>
      own.fetch(`/v1/contacts${path}`, { method, key, body });
    const make = async (externalId: string) =>
      ((await give('', { site: SITE, externalId }, 'PUT')).json as { id: string }).id;
    const [one, two] = [await make('C-1'), await make('C-2')];
    await give(`/${one}/block`);
    for (const contact of [one, two]) await give(`/${contact}/events`, { name: 'invoice.overdue' });
    const { ofContact } = own.store.read.conversations;
    await until(async () => (await ofContact(two, 1)).length > 0, 'the flow with somebody else');
    expect(await ofContact(one, 1)).toEqual([]);
  });

  test('nor begins a conversation with them; a person may', async () => {
    const { visitor } = await blocked();
    const body = { contact: visitor.contact, text: 'Hello' };
    const key = await relay.key();
    const byProgram = await relay.fetch('/v1/conversations', { method: 'POST', key, body });
    expect([byProgram.status, codeOf({ error: byProgram.json })]).toEqual([403, 'blocked']);
    const as = agent.session;
    expect((await relay.fetch('/v1/conversations', { method: 'POST', as, body })).status).toBe(201);
  });
});
