import { type ErrorCode, uuidv7 } from '@throughline/shared';
import {
  agentCommands,
  commands,
  type EventType,
  queries,
  type Receipt,
  signals,
  visitorCommands,
} from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createConversations } from '../src/conversations/commands.ts';
import { putArticle } from './articles.ts';
import { askApproval, bot, publishBots } from './bots.ts';
import { publishFlows } from './flows.ts';
import { eachText } from './leaves.ts';
import {
  type AgentPeer,
  type Peer,
  site,
  startRelay,
  type TestRelay,
  until,
  type VisitorPeer,
} from './relay.ts';
import { plan, publishRouting, queue } from './routing.ts';

/** One relay for the whole table; every case has a conversation of its own. */
let relay: TestRelay;
let visitor: VisitorPeer;
let agent: AgentPeer;

beforeAll(async () => {
  relay = await startRelay({
    participants: { http: () => ({ answer: () => new Promise(() => {}) }) },
  });
  await relay.sites.put(site({ pageTags: ['from a page'], articles: ['help'] }), 'test');
  await putArticle(relay, { collection: 'help', id: 'returns' });
  // It answers whom a person gives to it, and nobody else.
  const quiet = {
    id: 'quiet',
    name: 'Quiet',
    first: 'over',
    steps: { over: { kind: 'end' as const } },
  };
  await publishFlows(relay, [{ ...quiet, start: { when: 'contact.verified' } }]);
  await publishBots(relay, [bot('helper', { mode: 'supervised' }), bot('clerk')]);
  visitor = await relay.visitor();
  agent = await relay.agent();
});
afterAll(() => relay[Symbol.asyncDispose]());

type Side = 'visitor' | 'agent';

const visitorNames: string[] = [
  ...visitorCommands,
  'conversation:list',
  'conversation:resume',
  'conversation:history',
  'article:read',
  'file:begin',
  'file:links',
  'typing:set',
  'context:set',
  'push:set',
];
const agentNames: string[] = [
  ...agentCommands,
  'conversation:resume',
  'conversation:history',
  'conversation:leave',
  'file:begin',
  'file:links',
  'typing:set',
  'delivered:set',
];
const allNames = Object.keys({ ...commands, ...queries, ...signals });

const peerOf = (side: Side): Peer => (side === 'visitor' ? visitor : agent);

const sample = {
  replies: { kind: 'replies', options: [{ action: 'yes', label: 'Yes' }] },
  form: { kind: 'form', form: { fields: [{ type: 'email', name: 'email', label: 'E-mail' }] } },
  rating: { kind: 'rating', scale: 'csat', comment: true },
  payment: { kind: 'payment', amount: 100, currency: 'EUR', url: 'https://pay.example/' },
} as const;

/** What a visitor, or a program, answers is under a message of an agent’s. */
async function asked(name: string, conversation: string): Promise<string> {
  const block = {
    'message:act': sample.replies,
    'form:submit': sample.form,
    'survey:submit': sample.rating,
    'payment:report': sample.payment,
  }[name];
  if (!block) return '';
  return (await agent.give<Receipt>('message:send', { conversation, text: 'hi', block })).id;
}

/** What an agent answers to was offered by routing. */
async function offered(name: string, conversation: string): Promise<string> {
  if (!name.startsWith('offer:')) return '';
  await visitor.give('message:send', { conversation, text: 'hi' });
  const { run } = createConversations(relay.store, Date.now);
  const fence = { conversation, expectedEpoch: 0 };
  const why = { reasons: [] };
  const place = { queue: 'support', base: 0, rate: 1, need: {}, hold: null, why };
  const routing = { kind: 'system', id: 'routing' } as const;
  await run(routing, 'conversation:queue', { id: uuidv7(), ...fence, ...place });
  const id = uuidv7();
  const until = Date.now() + 60_000;
  const to = { agent: agent.agent.id, until, why };
  expect(await run(routing, 'conversation:offer', { id, ...fence, ...to })).toMatchObject({
    ok: true,
  });
  return id;
}

/** What an agent moves, it moves to a queue; what waited before is in one by then, and says no more. */
async function routed(name: string): Promise<void> {
  if (name !== 'conversation:transfer') return;
  await publishRouting(
    relay,
    plan([agent.agent.email], { queues: [queue({ offer: { mode: 'pull' } })] }),
  );
  onTestFinished(() => publishRouting(relay, null));
  await until(async () => {
    const rows = await relay.store.read.conversations.active('', 1000);
    return rows.every((row) => row.waiting || row.assignee || row.unansweredSince === null);
  }, 'all to be in a queue');
}

/** What a person decides about, a bot has asked for. */
async function requested(name: string, conversation: string): Promise<string> {
  if (name !== 'approval:decide') return '';
  return askApproval(createConversations(relay.store, Date.now), conversation, { bot: 'clerk' });
}

/** What an agent takes back, a journey has arranged with the visitor. */
async function owed(name: string, conversation: string): Promise<string> {
  if (name !== 'promise:withdraw') return '';
  const { run } = createConversations(relay.store, Date.now);
  const id = uuidv7();
  const dueAt = Date.now() + 3_600_000;
  await run({ kind: 'bot', id: 'flow:bill', name: 'Accounts' }, 'promise:make', {
    ...{ id, conversation, expectedEpoch: 0, what: 'payment', dueAt },
  });
  return id;
}

/** What an agent decides about a bot would say. */
async function suggested(name: string, conversation: string): Promise<string> {
  if (!name.startsWith('suggestion:')) return '';
  const { pub } = await visitor.give<Receipt>('message:send', { conversation, text: 'hi' });
  const { run } = createConversations(relay.store, Date.now);
  const id = uuidv7();
  const made = { bot: 'helper', version: 'v', mode: 'supervised', state: null } as const;
  const acts = [{ do: 'say' as const, text: 'hello' }];
  const said = { acts, next: { do: 'wait' as const }, sendAfterMs: 60_000, upTo: pub ?? 0 };
  const who = { kind: 'bot', id: 'http:helper', name: 'Helper' } as const;
  expect(await run(who, 'suggestion:make', { id, conversation, ...made, ...said })).toMatchObject({
    ok: true,
  });
  return id;
}

/** A payload that is accepted from this side, on a conversation that allows it. */
async function valid(name: string, side: Side): Promise<Record<string, unknown>> {
  const conversation = await visitor.start();
  const { id: message } = await peerOf(side).give<Receipt>('message:send', {
    conversation,
    text: 'hi',
  });
  const id = uuidv7();
  const on = { id, conversation };
  const question = await asked(name, conversation);
  const offer = await offered(name, conversation);
  await routed(name);
  const approval = await requested(name, conversation);
  const suggestion = await suggested(name, conversation);
  const promise = await owed(name, conversation);
  const all: Record<string, Record<string, unknown>> = {
    'conversation:start': { id, conversation: uuidv7(), context: { language: 'de' } },
    'conversation:describe': { ...on, attributes: { order: 'A-17' } },
    'conversation:label': { ...on, add: ['from a page'], remove: [] },
    'message:send': { ...on, text: 'hello' },
    'message:edit': { ...on, message, text: 'changed' },
    'message:delete': { ...on, message },
    'message:act': { ...on, message: question, action: 'yes' },
    'form:submit': { ...on, message: question, values: { email: 'ada@example.com' } },
    'survey:submit': { ...on, message: question, score: 5, comment: 'Kind' },
    'payment:report': { ...on, message: question, status: 'paid' },
    'message:read': { ...on, upTo: 2 },
    'contact:identify': { id, name: 'Grace', email: 'g@example.com', externalId: 'C-1' },
    'contact:update': { id, attributes: { plan: 'pro' } },
    'event:track': { id, name: 'cart', properties: { items: 2 } },
    'proactive:note': { id, act: 'shown', rule: 'help' },
    'note:add': { ...on, text: 'psst' },
    'conversation:assign': { ...on, assignee: agent.agent.id, expectedEpoch: 0 },
    'conversation:unassign': { ...on, expectedEpoch: 0 },
    'approval:decide': { ...on, approval, outcome: 'approved' },
    'promise:withdraw': { ...on, promise },
    'conversation:hand_back': { ...on, bot: 'quiet', goal: 'find a date' },
    'conversation:transfer': { ...on, queue: 'support', note: 'Twice', expectedEpoch: 0 },
    'suggestion:hold': { ...on, suggestion },
    'suggestion:dismiss': { ...on, suggestion },
    'offer:accept': { ...on, offer },
    'offer:decline': { ...on, offer },
    'status:set': { id, status: 'available' },
    'conversation:resolve': on,
    'conversation:reopen': on,
    'conversation:snooze': { ...on, until: Date.now() + 60_000 },
    'conversation:tag': { ...on, tags: ['vip'] },
    'conversation:list': {},
    'conversation:resume': { conversation, cursor: null },
    'conversation:history': { conversation, before: 9, limit: 5 },
    'conversation:leave': { conversation },
    'file:begin': { ...on, name: 'a.png', size: 9, type: 'image/png' },
    'file:links': { files: [id] },
    'article:read': { article: 'returns' },
    'typing:set': { conversation, on: true },
    'push:set': { subscription: null },
    'delivered:set': { heads: [{ conversation, pub: 1 }] },
    'context:set': { language: 'fr', page: { url: 'https://shop.example/', title: 'Shop' } },
  };
  const found = all[name];
  if (!found) throw new Error(`${name} has no example here`);
  return found;
}

const table = [
  ...visitorNames.map((name) => ['visitor', name] as const),
  ...agentNames.map((name) => ['agent', name] as const),
];
const onConversation = table.filter(
  ([, name]) =>
    ![
      'conversation:start',
      'contact:identify',
      'contact:update',
      'event:track',
      'proactive:note',
      'status:set',
      'conversation:list',
      'file:links',
      'article:read',
      'context:set',
      'push:set',
      'delivered:set',
    ].includes(name),
);

const events = async () => relay.store.read.events.head();

describe('what each side may say', () => {
  test.each(table)('a %s: %s', async (side, name) => {
    expect(await peerOf(side).ask(name, await valid(name, side))).toMatchObject({ ok: true });
  });

  test('the table leaves nothing out', () => {
    expect([...new Set([...visitorNames, ...agentNames])].sort()).toEqual([...allNames].sort());
  });

  const closedTo = (side: Side, names: string[]) =>
    allNames.filter((name) => !names.includes(name)).map((name) => [side, name] as const);
  test.each([...closedTo('visitor', visitorNames), ...closedTo('agent', agentNames)])(
    'a %s may not: %s',
    async (side, name) => {
      const payload = await valid(name, 'agent');
      const peer = side === 'visitor' ? await relay.visitor({ token: visitor.token }) : agent;
      // A visitor with too many pages loses the oldest, which the next tests speak through.
      if (peer !== agent) onTestFinished(() => peer.close());
      const before = await events();
      const code = (agentCommands as readonly string[]).includes(name)
        ? 'forbidden'
        : 'unknown_command';
      expect(await peer.ask(name, payload)).toMatchObject({ ok: false, error: { code } });
      expect(await events()).toBe(before);
    },
  );

  test('[EV-18] a visitor who keeps asking for what agents may is sent away', async () => {
    const peer = await relay.visitor();
    for (let i = 0; i < 4; i++)
      expect(await peer.ask('note:add', {})).toMatchObject({ error: { code: 'forbidden' } });
    expect(peer.closed()).toBeUndefined();
    void peer.ask('note:add', {}).catch(() => {});
    await until(() => peer.closed());
    expect(visitor.closed()).toBeUndefined();
  });

  test('what both may say has its effect for whoever it was', async () => {
    const conversation = await visitor.start();
    await agent.give('message:send', { conversation, text: 'from her' });
    await visitor.give('message:send', { conversation, text: 'from me' });
    const actors = (await relay.events())
      .filter((it) => it.conversation === conversation)
      .map(({ actor }) => actor);
    expect(actors).toEqual([
      { kind: 'visitor', id: visitor.contact },
      { kind: 'agent', id: agent.agent.id, name: 'Ada' },
      { kind: 'visitor', id: visitor.contact },
    ]);
  });
});

describe('[P28] what does not fit is refused, with a code and without an effect', () => {
  const shapes: [string, unknown][] = [
    ['null', null],
    ['a list', []],
    ['a word', 'hello'],
    ['a number', 7],
    ['true', true],
  ];

  test.each(table)('[EV-07] [EV-08] [EV-14] [EV-16] [EV-29] from a %s: %s', async (side, name) => {
    const peer = peerOf(side);
    const good = await valid(name, side);
    const before = await events();
    const refused = async (payload: unknown, code: string | string[], what: string) => {
      const ack = await peer.ask(name, payload);
      expect(ack.ok, what).toBe(false);
      if (!ack.ok) expect([code].flat(), what).toContain(ack.error.code);
      expect(JSON.stringify(ack)).not.toContain('CANARY');
    };
    for (const [what, shape] of shapes) await refused(shape, 'bad_type', what);
    await refused({ ...good, CANARY: 'CANARY' }, 'unknown_field', 'an unknown field');
    for (const field of ['seq', 'actor', 'role', 'site', 'contact', 'constructor'])
      if (!(field in good)) await refused({ ...good, [field]: 'x' }, 'unknown_field', field);
    const withProto = JSON.parse(
      JSON.stringify(good).replace(
        '{',
        `{"__proto__":{"x":1}${Object.keys(good).length ? ',' : ''}`,
      ),
    );
    await refused(withProto, 'unknown_field', '__proto__');
    for (const field of Object.keys(good)) {
      await refused(
        { ...good, [field]: { $ne: 'CANARY' } },
        ['bad_type', 'bad_value', 'unknown_field'],
        `${field} an object`,
      );
      await refused({ ...good, [field]: [[]] }, ['bad_type', 'bad_value'], `${field} a list`);
    }
    expect(await events()).toBe(before);
    // Nothing of it was held against the command as it should be.
    expect(await peer.ask(name, good)).toMatchObject({ ok: true });
  });

  test.each(table)('[EV-10] NUL in any text of a %s: %s', async (side, name) => {
    const good = await valid(name, side);
    const before = await events();
    for (const [at, bad] of eachText(good, (text) => `${text}\0`)) {
      const ack = await peerOf(side).ask(name, bad);
      expect(ack, at).toMatchObject({ ok: false });
      if (!ack.ok) expect(['bad_text', 'bad_value'], at).toContain(ack.error.code);
    }
    expect(await events()).toBe(before);
  });

  test.each(table.filter(([, name]) => name !== 'conversation:list' && name !== 'context:set'))(
    'from a %s without a payload, or with two: %s',
    async (side, name) => {
      const peer = peerOf(side);
      const good = await valid(name, side);
      const before = await events();
      const none = await peer.socket.timeout(5000).emitWithAck(name);
      const two = await peer.socket.timeout(5000).emitWithAck(name, good, good);
      for (const ack of [none, two])
        expect(ack).toMatchObject({ ok: false, error: { code: 'bad_type' } });
      expect(await events()).toBe(before);
    },
  );

  test.each([
    'error',
    'message',
    'ping',
    'join',
    'leave',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'message:send ',
    'MESSAGE:SEND',
    '',
    'x'.repeat(50_000),
  ])('[EV-01] [EV-17] a message nobody knows: %.20j', async (name) => {
    for (const peer of [visitor, agent])
      expect(await peer.ask(name, {})).toMatchObject({
        ok: false,
        error: { code: 'unknown_command' },
      });
  });

  test('[EV-31] a command without an ack is done or refused like any other', async () => {
    const conversation = await visitor.start();
    const before = await events();
    visitor.socket.emit('message:send', { id: uuidv7(), conversation, text: '' });
    visitor.socket.emit('nothing', {});
    visitor.socket.emit('message:send', { id: uuidv7(), conversation, text: 'quiet' });
    await until(async () => (await events()) > before);
    expect(await visitor.ask('conversation:list', {})).toMatchObject({ ok: true });
    expect(await events()).toBe(before + 1);
  });
});

describe('[P17] somebody else’s conversation answers like one that is not there', () => {
  test.each(onConversation.filter(([side]) => side === 'visitor'))(
    '[EV-15] a %s: %s',
    async (side, name) => {
      const stranger = await relay.visitor();
      await stranger.start();
      const theirs = await valid(name, side);
      const before = await events();
      const missing = {
        ...theirs,
        conversation: uuidv7(),
        ...('message' in theirs ? { message: uuidv7() } : {}),
      };
      const [foreign, none] = [await stranger.ask(name, theirs), await stranger.ask(name, missing)];
      expect(foreign).toEqual(none);
      expect(none).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(await events()).toBe(before);
      stranger.close();
    },
  );

  test.each(onConversation.filter(([side]) => side === 'agent'))(
    '[EV-20] an %s, none there: %s',
    async (side, name) => {
      const payload = { ...(await valid(name, side)), conversation: uuidv7() };
      expect(await agent.ask(name, payload)).toMatchObject({
        ok: false,
        error: { code: 'not_found' },
      });
    },
  );

  test('a visitor of another site, with the same contact in mind, sees nothing either', async () => {
    const conversation = await visitor.start();
    const elsewhere = await relay.visitor({ site: 'garage', token: visitor.token });
    expect(elsewhere.contact).not.toBe(visitor.contact);
    expect(
      await elsewhere.ask('conversation:resume', { conversation, cursor: null }),
    ).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await elsewhere.ask('conversation:list', {})).toEqual({ ok: true, data: [] });
  });
});

describe('[EV-20] a conversation that is over', () => {
  type Answer = 'ok' | ErrorCode;
  /** What each answers, and what it leaves: whoever waits for an answer opens it again, nobody else. */
  const over: Record<Side, Record<string, [Answer, ...EventType[]]>> = {
    visitor: {
      'conversation:describe': ['ok', 'conversation.facts_recorded'],
      'conversation:label': ['ok', 'conversation.updated'],
      'message:send': ['ok', 'message.created', 'conversation.reopened'],
      'message:edit': ['ok', 'message.updated'],
      'message:delete': ['ok', 'message.deleted'],
      'message:read': ['ok'],
      'message:act': ['ok', 'message.action_clicked', 'message.created', 'conversation.reopened'],
      'form:submit': ['ok', 'form.submitted', 'conversation.reopened'],
      'survey:submit': ['ok', 'survey.submitted'],
    },
    agent: {
      'message:send': ['ok', 'message.created'],
      'message:edit': ['ok', 'message.updated'],
      'message:delete': ['ok', 'message.deleted'],
      'message:read': ['ok', 'message.read'],
      'payment:report': ['ok', 'payment.completed'],
      'note:add': ['ok', 'note.created'],
      'conversation:assign': ['ok', 'conversation.assigned'],
      'conversation:unassign': ['ok'],
      'conversation:hand_back': ['wrong_status'],
      'conversation:transfer': ['wrong_status'],
      'suggestion:hold': ['suggestion_over'],
      'suggestion:dismiss': ['suggestion_over'],
      'offer:accept': ['offer_over'],
      'offer:decline': ['offer_over'],
      'approval:decide': ['wrong_status'],
      'promise:withdraw': ['ok', 'promise.ended'],
      'conversation:resolve': ['ok'],
      'conversation:reopen': ['ok', 'conversation.reopened'],
      'conversation:snooze': ['wrong_status'],
      'conversation:tag': ['ok', 'conversation.updated'],
    },
  };
  const writing = onConversation.filter(([, name]) => name in commands);

  /** What a command came to: its answer, and the events it left on the conversation. */
  async function outcome(side: Side, name: string, input: Record<string, unknown>) {
    const before = await events();
    const ack = await peerOf(side).ask(name, input);
    const added = (await relay.events()).filter(({ offset }) => offset > before);
    return [ack.ok ? 'ok' : ack.error.code, ...added.map(({ type }) => type)];
  }

  test('the table leaves nothing out', () => {
    for (const side of ['visitor', 'agent'] as const)
      expect(Object.keys(over[side])).toEqual(
        writing.flatMap(([by, name]) => (by === side ? [name] : [])),
      );
  });

  test.each(writing)('a %s: %s', async (side, name) => {
    const input = await valid(name, side);
    const conversation = String(input.conversation);
    await agent.give('conversation:resolve', { conversation });
    const expected: string[] = over[side][name] ?? [];
    expect(await outcome(side, name, input)).toEqual(expected);
    const row = await relay.store.read.conversations.get(conversation);
    const isOpen = expected.includes('conversation.reopened');
    expect(row?.status).toBe(isOpen ? 'open' : 'resolved');
  });

  test.each([
    ['visitor', 'message:edit', 'wrong_status'],
    ['visitor', 'message:delete', 'wrong_status'],
    ['visitor', 'message:act', 'not_found'],
    ['visitor', 'form:submit', 'not_found'],
    ['visitor', 'survey:submit', 'not_found'],
    ['agent', 'message:edit', 'wrong_status'],
    ['agent', 'message:delete', 'wrong_status'],
    ['agent', 'payment:report', 'not_found'],
  ] as const)('or a message that was deleted: a %s: %s', async (side, name, code) => {
    const input = await valid(name, side);
    const isOwn = name === 'message:edit' || name === 'message:delete';
    const { conversation, message } = input;
    await (isOwn ? peerOf(side) : agent).give('message:delete', { conversation, message });
    expect(await outcome(side, name, input)).toEqual([code]);
  });

  test('of somebody who has become part of another contact: they are sent away, come back and go on', async () => {
    const admin = (await relay.hire('Cy', 'admin')).session;
    const body = { site: 'shop', externalId: uuidv7() };
    const into = (await relay.fetch('/v1/contacts', { method: 'PUT', as: admin, body })).json as {
      id: string;
    };
    const before = await relay.visitor();
    const conversation = await before.start();
    const path = `/v1/contacts/${before.contact}/merge`;
    const merged = await relay.fetch(path, { method: 'POST', as: admin, body: { into: into.id } });
    expect(merged.status, merged.text).toBeLessThan(300);
    // Written before they have heard of it: answered, or sent again like whatever was not.
    const input = { id: uuidv7(), conversation, text: 'at once' };
    await before.ask('message:send', input).catch(() => {});
    await until(() => before.closed());
    const after = await relay.visitor({ token: before.token });
    onTestFinished(() => after.close());
    expect(after.contact).toBe(into.id);
    expect(await after.ask('message:send', input)).toMatchObject({ ok: true });
    await after.give('message:send', { conversation, text: 'later' });
    const said = (await relay.events()).filter((it) => it.conversation === conversation);
    expect(said.flatMap(({ data }) => ('text' in data ? data.text : []))).toEqual([
      'at once',
      'later',
    ]);
  });
});

describe('[P8] a visitor’s answers', () => {
  test('[EV-19] do not count what only agents see', async () => {
    const conversation = await visitor.start();
    for (let i = 0; i < 3; i++) await agent.give('note:add', { conversation, text: 'psst' });
    const receipt = await visitor.give<Receipt>('message:send', { conversation, text: 'hi' });
    expect(receipt).toMatchObject({ pub: 2, seq: null });
    const again = { id: receipt.id, conversation, text: 'hi' };
    expect(await visitor.ask('message:send', again)).toEqual({ ok: true, data: receipt });
    const read = await agent.give<Receipt>('message:send', { conversation, text: 'hello' });
    expect(read).toMatchObject({ pub: 3, seq: 6 });
  });

  test('at the start of a conversation neither', async () => {
    const receipt = await visitor.give<Receipt>('conversation:start', { conversation: uuidv7() });
    expect(receipt).toMatchObject({ pub: 1, seq: null });
  });
});
