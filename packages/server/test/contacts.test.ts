import { uuidv7 } from '@throughline/shared';
import type { ContactSummary } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogRecord } from '../src/store/store.ts';
import { type Answer, type Fetch, startRelay, type TestRelay, until } from './relay.ts';

const clock = { now: 1_800_000_000_000 };
let relay: TestRelay;
let key: string;

beforeAll(async () => {
  relay = await startRelay({ now: () => clock.now });
  key = await relay.key({ name: 'CRM' });
});
afterAll(() => relay[Symbol.asyncDispose]());

const code = (answer: Answer): string | undefined => (answer.json as { code?: string }).code;
const ask = (path: string, more: Fetch = {}) => relay.fetch(`/v1${path}`, { key, ...more });
const post = (path: string, body: object, headers = {}) =>
  ask(path, { method: 'POST', body, headers });

async function upsert(more: object = {}): Promise<Answer> {
  const body = { site: 'shop', externalId: `C-${uuidv7()}`, ...more };
  return ask('/contacts', { method: 'PUT', body });
}
const make = async (more: object = {}): Promise<string> =>
  ((await upsert(more)).json as { id: string }).id;
const show = async (id: string): Promise<ContactSummary> => (await ask(`/contacts/${id}`)).json;
const last = async (): Promise<LogRecord> => (await relay.events()).at(-1) as LogRecord;

describe('a contact', () => {
  test('is made once by the business’s own id, then changed; unchanged it leaves no event', async () => {
    const externalId = 'C-17';
    const first = await upsert({ externalId, name: 'Grace' });
    expect(first.status).toBe(201);
    const { id } = first.json as { id: string };
    expect(await last()).toMatchObject({
      type: 'contact.created',
      contact: id,
      actor: { kind: 'bot', name: 'CRM' },
      data: { externalId, name: 'Grace' },
    });
    const again = await upsert({ externalId, email: 'grace@example.com' });
    expect([again.status, again.json]).toEqual([200, { id }]);
    expect(await last()).toMatchObject({
      type: 'contact.updated',
      data: { email: 'grace@example.com' },
    });
    const head = await relay.store.read.events.head();
    await upsert({ externalId, email: 'grace@example.com' });
    expect(await relay.store.read.events.head()).toBe(head);
    expect(await show(id)).toMatchObject({
      externalId,
      verified: true,
      name: 'Grace',
      email: 'grace@example.com',
    });
    const found = (await ask(`/contacts?site=shop&externalId=${externalId}`)).json;
    expect(found).toMatchObject({ data: [{ id }] });
    expect((await ask('/contacts?site=garage&externalId=C-17')).json).toEqual({ data: [] });
  });

  test('made a hundred times at once is made once', async () => {
    const externalId = 'C-100';
    const answers = await Promise.all(Array.from({ length: 100 }, () => upsert({ externalId })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('[ID-01] is not found by what a page only claims', async () => {
    const visitor = await relay.visitor();
    await visitor.give('contact:identify', { externalId: 'VIP-1', name: 'Mallory' });
    expect((await ask('/contacts?site=shop&externalId=VIP-1')).json).toEqual({ data: [] });
    const made = await make({ externalId: 'VIP-1' });
    expect(made).not.toBe(visitor.contact);
    expect(await show(visitor.contact)).toMatchObject({ verified: false, externalId: 'VIP-1' });
  });

  test('is changed by who read its newest version', async () => {
    const id = await make({ name: 'Grace' });
    const etag = String((await ask(`/contacts/${id}`)).headers.etag);
    const patch = (body: object, headers = {}) =>
      ask(`/contacts/${id}`, { method: 'PATCH', body, headers });
    expect(code(await patch({ name: 'Ada' }))).toBe('version_missing');
    const answer = await patch({ name: 'Ada' }, { 'if-match': etag });
    expect([answer.status, (answer.json as ContactSummary).name]).toEqual([200, 'Ada']);
    expect(code(await patch({ name: 'Eve' }, { 'if-match': etag }))).toBe('changed_meanwhile');
    const next = { 'if-match': String(answer.headers.etag) };
    await make({ externalId: 'taken' });
    expect(code(await patch({ externalId: 'taken' }, next))).toBe('already_taken');
    expect((await show(id)).name).toBe('Ada');
  });

  test('that a page claimed is proved by the business giving it its id', async () => {
    const visitor = await relay.visitor();
    await visitor.start();
    const etag = String((await ask(`/contacts/${visitor.contact}`)).headers.etag);
    const headers = { 'if-match': etag };
    const body = { externalId: 'C-900', name: 'Grace' };
    await ask(`/contacts/${visitor.contact}`, { method: 'PATCH', body, headers });
    await visitor.give('contact:identify', { externalId: 'VIP', name: 'Mallory' });
    expect(await show(visitor.contact)).toMatchObject({ ...body, verified: true });
  });
});

describe('facts of a conversation', () => {
  interface Detail {
    facts: { name: string; value: unknown }[];
    effective: { name: string; value: unknown; reason: string }[];
  }
  const detail = async (id: string, more: Fetch = {}): Promise<Detail> =>
    (await ask(`/conversations/${id}`, more)).json;

  test('are said by the page and by systems, and the better source counts', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const say = (attributes: object) =>
      visitor.give('conversation:describe', { conversation, attributes });
    await say({ order: 'A-1', step: 'cart' });
    const facts = [
      { name: 'order', value: 'A-17' },
      { name: 'risk', value: true, visibility: 'programs' },
    ];
    const answer = await post(`/conversations/${conversation}/facts`, { facts });
    expect(answer.status).toBe(201);
    expect(await last()).toMatchObject({
      type: 'conversation.facts_recorded',
      conversation,
      pub: null,
      actor: { kind: 'bot', name: 'CRM' },
    });
    expect(
      (await detail(conversation)).effective.map(({ name, value, reason }) => [
        name,
        value,
        reason,
      ]),
    ).toEqual([
      ['order', 'A-17', 'source'],
      ['risk', true, 'only'],
      ['step', 'cart', 'only'],
    ]);
    // They are not the contact's.
    expect((await show(visitor.contact)).facts).toEqual([]);
    const head = await relay.store.read.events.head();
    await say({ step: 'cart' });
    expect(await relay.store.read.events.head()).toBe(head);
    await say({ step: null });
    expect((await detail(conversation)).facts.map(({ name }) => name)).not.toContain('step');
  });

  test('for programs alone are shown to no agent, over HTTP or on a socket', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const agent = await relay.agent();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const facts = [
      { name: 'plan', value: 'pro' },
      { name: 'risk', value: true, visibility: 'programs' },
    ];
    await post(`/conversations/${conversation}/facts`, { facts });
    await until(() => agent.all('event').length > 0);
    expect(agent.all('event')).toMatchObject([{ data: { facts: [{ name: 'plan' }] } }]);
    const { session } = await relay.hire();
    const path = `/v1/conversations/${conversation}`;
    for (const text of [
      (await relay.fetch(path, { as: session })).text,
      (await relay.fetch(`${path}/events`, { as: session })).text,
    ])
      expect([text.includes('plan'), text.includes('risk')]).toEqual([true, false]);
  });

  test('[P17] are nobody else’s to say, and too many are refused', async () => {
    const [visitor, other] = [await relay.visitor(), await relay.visitor()];
    const conversation = await visitor.start();
    const input = (attributes: object) => ({ id: uuidv7(), conversation, attributes });
    expect(await other.ask('conversation:describe', input({ a: 1 }))).toMatchObject({
      error: { code: 'not_found' },
    });
    const many = (from: number) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a${from + i}`, i]));
    for (const from of [0, 50]) await visitor.give('conversation:describe', input(many(from)));
    expect(await visitor.ask('conversation:describe', input({ more: 1 }))).toMatchObject({
      error: { code: 'too_long', field: 'attributes' },
    });
  });

  test('stay one source’s when their visitor becomes part of somebody else', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    await visitor.give('conversation:describe', { conversation, attributes: { step: 'cart' } });
    const into = await make();
    await post(`/contacts/${visitor.contact}/merge`, { into });
    await until(() => visitor.closed());
    const again = await relay.visitor({ token: visitor.token });
    expect(again.contact).toBe(into);
    await again.give('conversation:describe', { conversation, attributes: { step: null } });
    expect((await detail(conversation)).facts).toEqual([]);
  });
});

describe('facts', () => {
  test('are said by systems, agents and pages side by side, each for itself', async () => {
    const visitor = await relay.visitor();
    await visitor.give('contact:update', { attributes: { plan: 'free', seats: 2 } });
    const id = visitor.contact;
    const until = clock.now + 1000;
    const facts = [
      { name: 'plan', value: 'pro', expiresAt: until, confidence: 0.9 },
      { name: 'risk', value: true, visibility: 'programs' },
    ];
    const answer = await post(`/contacts/${id}/facts`, { facts });
    expect(answer.status).toBe(201);
    const said = (await show(id)).facts;
    expect(said.map(({ name, value, source }) => [name, value, source.kind])).toEqual([
      ['plan', 'pro', 'bot'],
      ['plan', 'free', 'visitor'],
      ['risk', true, 'bot'],
      ['seats', 2, 'visitor'],
    ]);
    expect(said[0]).toMatchObject({ expiresAt: until, confidence: 0.9, observedAt: clock.now });
    const { effective } = (await ask(`/contacts/${id}`)).json as {
      effective: { name: string; value: unknown; reason: string; others: { value: unknown }[] }[];
    };
    expect(effective.map(({ name, value, reason }) => [name, value, reason])).toEqual([
      ['plan', 'pro', 'source'],
      ['risk', true, 'only'],
      ['seats', 2, 'only'],
    ]);
    expect(effective[0]?.others).toMatchObject([{ value: 'free' }]);
    const { session } = await relay.hire();
    const seen = (await relay.fetch(`/v1/contacts/${id}`, { as: session })).json as ContactSummary;
    expect(seen.facts.map(({ name }) => name)).not.toContain('risk');
    const timeline = `/v1/contacts/${id}/timeline`;
    const { text } = await relay.fetch(timeline, { as: session });
    expect([text.includes('"plan"'), text.includes('"risk"')]).toEqual([true, false]);
    expect((await relay.fetch(timeline, { key })).text).toContain('"risk"');
  });

  test('that were observed earlier do not take the place of later ones, whenever they come', async () => {
    const id = await make();
    const say = (value: string | null, observedAt: number) =>
      post(`/contacts/${id}/facts`, { facts: [{ name: 'plan', value, observedAt }] });
    await say('new', 2000);
    await say('old', 1000);
    expect((await show(id)).facts).toMatchObject([{ value: 'new' }]);
    await say(null, 3000);
    expect((await show(id)).facts).toEqual([]);
    await say('new', 2000);
    expect((await show(id)).facts).toEqual([]);
  });

  test.each([
    ['none', { facts: [] }],
    ['a name of prototypes', { facts: [{ name: '__proto__', value: 1 }] }],
    ['an object', { facts: [{ name: 'a', value: {} }] }],
    ['a list', { facts: [{ name: 'a', value: [1] }] }],
    ['no value', { facts: [{ name: 'a' }] }],
    ['a source of their choice', { facts: [{ name: 'a', value: 1, source: { kind: 'agent' } }] }],
    ['a signature they do not have', { facts: [{ name: 'a', value: 1, signed: true }] }],
    ['too much confidence', { facts: [{ name: 'a', value: 1, confidence: 2 }] }],
    ['a time that is none', { facts: [{ name: 'a', value: 1, observedAt: -1 }] }],
    ['a time to come', { facts: [{ name: 'a', value: 1, observedAt: clock.now + 3_600_000 }] }],
    ['a hundred and one', { facts: Array.from({ length: 101 }, () => ({ name: 'a', value: 1 })) }],
  ])('with %s are refused, and nothing of them is kept', async (_what, body) => {
    const id = await make();
    const head = await relay.store.read.events.head();
    expect((await post(`/contacts/${id}/facts`, body)).status).toBe(400);
    expect(await relay.store.read.events.head()).toBe(head);
  });

  test('have room for five hundred', async () => {
    const id = await make();
    const some = (from: number, n: number) =>
      post(`/contacts/${id}/facts`, {
        facts: Array.from({ length: n }, (_, i) => ({ name: `f${from + i}`, value: i })),
      });
    for (let i = 0; i < 5; i += 1) expect((await some(i * 100, 100)).status).toBe(201);
    expect(code(await some(500, 1))).toBe('too_long');
    expect((await some(0, 100)).status).toBe(201);
  });

  test('of pages take no room from what the business says, however many pages and names', async () => {
    const id = await make();
    const attributes = (from: number, value: number | null = 1) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${from + i}`, value]));
    for (let browser = 0; browser < 12; browser += 1) {
      const visitor = await relay.visitor();
      await visitor.give('contact:update', { attributes: attributes(browser * 50) });
      await visitor.give('contact:update', { attributes: attributes(browser * 50, null) });
      await visitor.give('contact:update', { attributes: attributes(0) });
      expect((await post(`/contacts/${visitor.contact}/merge`, { into: id })).status).toBe(200);
    }
    const pages = (await show(id)).facts.filter(({ source }) => source.kind === 'visitor');
    expect(pages).toHaveLength(50);
    const facts = [{ name: 'risk', value: true }];
    expect((await post(`/contacts/${id}/facts`, { facts })).status).toBe(201);
  });
});

describe('what happened', () => {
  test('stands in the timeline with what else is known, newest first, in pages', async () => {
    const visitor = await relay.visitor();
    await visitor.give('event:track', { name: 'cart', properties: {} });
    const id = visitor.contact;
    const event = { name: 'order.shipped', properties: { order: 7 }, occurredAt: 1000 };
    expect((await post(`/contacts/${id}/events`, event)).status).toBe(201);
    await post(`/contacts/${id}/facts`, { facts: [{ name: 'plan', value: 'pro' }] });
    type Page = { data: { type: string; data: object }[]; next: number | null };
    const page = async (query: string): Promise<Page> =>
      (await ask(`/contacts/${id}/timeline${query}`)).json;
    const all = await page('');
    expect(all.data.map(({ type }) => type)).toEqual([
      'facts.recorded',
      'event.tracked',
      'event.tracked',
      'contact.created',
    ]);
    expect(all.data[1]?.data).toEqual(event);
    const first = await page('?limit=3');
    const rest = await page(`?limit=3&before=${first.next}`);
    expect([...first.data, ...rest.data]).toEqual(all.data);
    expect(rest.next).toBeNull();
  });
});

describe('two contacts who are one', () => {
  test('become one: conversations, devices and facts; the page comes back as who it is now', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    await visitor.give('contact:update', { attributes: { seats: 2 } });
    const into = await make({ name: 'Grace' });
    await post(`/contacts/${into}/facts`, { facts: [{ name: 'plan', value: 'pro' }] });
    const from = visitor.contact;
    const answer = await post(`/contacts/${from}/merge`, { into });
    expect(answer.status).toBe(200);
    const merged = (await relay.events()).findLast(({ type }) => type === 'contact.merged');
    expect(merged?.data).toEqual({ from, into, conversations: [conversation] });
    await until(() => visitor.closed());
    const back = await relay.visitor({ token: visitor.token });
    expect(back.contact).toBe(into);
    const sent = await back.ask('message:send', { id: uuidv7(), conversation, text: 'still here' });
    expect(sent.ok).toBe(true);
    expect((await show(from)).id).toBe(into);
    expect((await show(into)).facts.map(({ name }) => name)).toEqual(['plan', 'seats']);
    expect(code(await post(`/contacts/${from}/merge`, { into }))).toBe('not_found');
  });

  test('have one timeline, of what concerned either, in pages', async () => {
    const into = await make();
    const [first, second] = [await relay.visitor(), await relay.visitor()];
    await first.give('event:track', { name: 'looked', properties: {} });
    await post(`/contacts/${into}/events`, { name: 'called' });
    await second.give('event:track', { name: 'bought', properties: {} });
    // By way of another one.
    await post(`/contacts/${first.contact}/merge`, { into: second.contact });
    await post(`/contacts/${second.contact}/merge`, { into });
    type Page = { data: { type: string; data: { name?: string } }[]; next: number | null };
    const page = async (query = ''): Promise<Page> =>
      (await ask(`/contacts/${into}/timeline${query}`)).json;
    const { data } = await page();
    const names = data.filter(({ type }) => type === 'event.tracked').map((it) => it.data.name);
    expect(names).toEqual(['bought', 'called', 'looked']);
    const half = await page('?limit=4');
    const rest = await page(`?limit=100&before=${half.next}`);
    expect([...half.data, ...rest.data]).toEqual(data);
  });

  test('[P6] are still the author of what was written before: repeated, changed and taken back', async () => {
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const message = { id: uuidv7(), conversation, text: 'before' };
    const first = await visitor.ask('message:send', message);
    await post(`/contacts/${visitor.contact}/merge`, { into: await make() });
    await until(() => visitor.closed());
    const back = await relay.visitor({ token: visitor.token });
    expect(await back.ask('message:send', message)).toEqual(first);
    const about = { conversation, message: message.id };
    await back.give('message:edit', { ...about, text: 'after' });
    await back.give('message:delete', about);
    const stranger = await relay.visitor();
    const stolen = await stranger.ask('message:send', message);
    expect(stolen).toMatchObject({ ok: false, error: { code: 'idempotency_conflict' } });
  });

  test('are found by either id of the business’s', async () => {
    const from = await make({ externalId: 'G-1', name: 'Grace' });
    const into = await make({ externalId: 'H-1' });
    await post(`/contacts/${from}/merge`, { into });
    const answer = await upsert({ externalId: 'G-1', email: 'grace@example.com' });
    expect([answer.status, answer.json]).toEqual([200, { id: into }]);
    expect(await show(into)).toMatchObject({ externalId: 'H-1', email: 'grace@example.com' });
    const found = (await ask('/contacts?site=shop&externalId=G-1')).json;
    expect(found).toMatchObject({ data: [{ id: into }] });
  });

  test('keep the id that was proven, with its proof, whichever of them had it', async () => {
    const proven = await make({ externalId: 'P-1' });
    const visitor = await relay.visitor();
    await visitor.give('contact:identify', { externalId: 'said by a page' });
    await post(`/contacts/${proven}/merge`, { into: visitor.contact });
    expect(await show(visitor.contact)).toMatchObject({ externalId: 'P-1', verified: true });
    expect((await upsert({ externalId: 'P-1' })).json).toEqual({ id: visitor.contact });
    const other = await relay.visitor();
    await other.give('contact:identify', { externalId: 'said by another' });
    await post(`/contacts/${other.contact}/merge`, { into: visitor.contact });
    expect(await show(other.contact)).toMatchObject({ externalId: 'P-1', verified: true });
  });

  test('[WI-08] are never of two sites, and never one and the same', async () => {
    const [a, b] = [await make(), await make({ site: 'garage' })];
    expect(code(await post(`/contacts/${a}/merge`, { into: b }))).toBe('not_found');
    expect(code(await post(`/contacts/${a}/merge`, { into: a }))).toBe('bad_value');
    expect(code(await post(`/contacts/${a}/merge`, { into: uuidv7() }))).toBe('not_found');
  });
});

describe('conversations from outside', () => {
  const begin = async (more: object = {}): Promise<string> => {
    const contact = await make();
    const answer = await post('/conversations', { contact, ...more });
    expect(answer.status).toBe(201);
    return (answer.json as { conversation: string }).conversation;
  };
  const row = async (id: string) =>
    ((await ask(`/conversations/${id}`)).json as { conversation: object }).conversation;

  test('begin with a message the visitor sees, by a program with its name', async () => {
    const visitor = await relay.visitor();
    await visitor.start();
    const { contact } = visitor;
    await post('/conversations', { contact, text: 'Your parcel is on its way.' });
    const event = await visitor.next<{ type: string; actor: object; data: object }>(
      'event',
      ({ type, actor }) => type === 'message.created' && 'name' in actor,
    );
    expect(event).toMatchObject({
      actor: { kind: 'bot', name: 'CRM' },
      data: { text: 'Your parcel is on its way.' },
    });
  });

  test('take messages, notes, tags, an assignee, and are resolved, reopened and snoozed', async () => {
    const id = await begin();
    const { agent } = await relay.hire('Bo');
    const put = (path: string, body: object) =>
      ask(`/conversations/${id}/${path}`, { method: 'PUT', body });
    await post(`/conversations/${id}/messages`, { text: 'hello' });
    await post(`/conversations/${id}/notes`, { text: 'a note' });
    await put('tags', { tags: ['vip'] });
    expect((await put('assignee', { assignee: agent.id, expectedEpoch: 0 })).status).toBe(200);
    expect(code(await put('assignee', { assignee: null, expectedEpoch: 0 }))).toBe(
      'epoch_conflict',
    );
    expect(await row(id)).toMatchObject({ tags: ['vip'], assignee: agent.id, epoch: 1 });
    await ask(`/conversations/${id}/resolve`, { method: 'POST' });
    expect(await row(id)).toMatchObject({ status: 'resolved' });
    await ask(`/conversations/${id}/reopen`, { method: 'POST' });
    await post(`/conversations/${id}/snooze`, { until: clock.now + 1000 });
    expect(await row(id)).toMatchObject({ status: 'snoozed' });
    const types = (await relay.events()).filter((it) => it.conversation === id);
    expect(types.map(({ type }) => type.split('.')[1])).toEqual([
      'started',
      'created',
      'created',
      'updated',
      'assigned',
      'resolved',
      'reopened',
      'snoozed',
    ]);
    for (const { actor } of types) expect(actor).toMatchObject({ kind: 'bot', name: 'CRM' });
  });

  test('[WI-08] that are not there are not found, whatever is asked of them', async () => {
    for (const id of [uuidv7(), 'x', '..%2f..', '%00'])
      expect((await post(`/conversations/${id}/messages`, { text: 'x' })).status).toBe(404);
    expect(code(await post('/conversations', { contact: uuidv7() }))).toBe('not_found');
  });
});

describe('[P6] [RS-10] Idempotency-Key', () => {
  const headers = (value: string) => ({ 'idempotency-key': value });

  test('the same request again has one effect and the same answer, also a hundred at once', async () => {
    const id = await make();
    const name = headers('order 7 shipped');
    const send = () => post(`/contacts/${id}/events`, { name: 'order.shipped' }, name);
    const answers = await Promise.all(Array.from({ length: 100 }, send));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const later = await send();
    expect(later.headers['idempotency-replayed']).toBe('true');
    expect(later.text).toBe(answers[0]?.text);
    const all = (await relay.events()).filter(({ contact }) => contact === id);
    expect(all.filter(({ type }) => type === 'event.tracked')).toHaveLength(1);
  });

  test('another request under it is refused', async () => {
    const id = await make();
    const name = headers('once');
    await post(`/contacts/${id}/events`, { name: 'a' }, name);
    const answer = await post(`/contacts/${id}/events`, { name: 'b' }, name);
    expect([answer.status, code(answer)]).toEqual([422, 'idempotency_conflict']);
  });

  test('is each program’s own', async () => {
    const id = await make();
    const other = await relay.key({ name: 'Billing' });
    const about = { method: 'POST', body: { name: 'a' }, headers: headers('1') };
    const first = await ask(`/contacts/${id}/events`, about);
    const second = await ask(`/contacts/${id}/events`, { ...about, key: other });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(first.text).not.toBe(second.text);
  });

  test('also makes a conversation and its first message once', async () => {
    const contact = await make();
    const send = () => post('/conversations', { contact, text: 'hello' }, headers('begin'));
    const [first, second] = [await send(), await send()];
    expect(second.text).toBe(first.text);
    const all = (await relay.events()).filter((it) => it.contact === contact && it.conversation);
    expect(all).toHaveLength(2);
  });

  test.each([[''], ['x'.repeat(256)], ['ü']])('%j is none', async (value) => {
    const id = await make();
    const answer = await post(`/contacts/${id}/events`, { name: 'a' }, headers(value));
    expect(code(answer)).toBe('bad_value');
  });
});

describe('programs that answer each other', () => {
  test('[WO-18] are stopped at the fifth step, and the log says what caused what', async () => {
    const contact = await make();
    const begun = await post('/conversations', { contact });
    let { id: cause, conversation } = begun.json as { id: string; conversation: string };
    for (let step = 1; step <= 5; step += 1) {
      const headers = { 'throughline-cause': cause };
      const answer = await post(`/conversations/${conversation}/messages`, { text: 'x' }, headers);
      expect(answer.status).toBe(201);
      cause = (answer.json as { id: string }).id;
      expect((await last()).cause).toMatchObject({ depth: step });
    }
    const headers = { 'throughline-cause': cause };
    const answer = await post(`/conversations/${conversation}/messages`, { text: 'x' }, headers);
    expect([answer.status, code(answer)]).toEqual([508, 'loop_stopped']);
    expect(
      code(
        await post(
          `/conversations/${conversation}/messages`,
          { text: 'x' },
          {
            'throughline-cause': uuidv7(),
          },
        ),
      ),
    ).toBe('bad_value');
    conversation = '';
  });
});

describe('who may', () => {
  test('read people, or what was said, has a key that may see as much', async () => {
    const id = await make();
    const read = async (path: string, more: Parameters<TestRelay['key']>[0]) =>
      code(await ask(path, { key: await relay.key(more) }));
    const scopes = ['contacts:read', 'conversations:read'] as const;
    for (const path of [`/contacts/${id}`, `/contacts/${id}/timeline`])
      expect(await read(path, { scopes: [...scopes], pii: 'pseudonymous' })).toBe('missing_scope');
    for (const path of ['/conversations', `/conversations/${uuidv7()}`])
      expect(await read(path, { scopes: [...scopes], pii: 'contact' })).toBe('missing_scope');
    expect(await read(`/contacts/${id}`, { scopes: ['contacts:read'], pii: 'contact' })).toBe(
      undefined,
    );
    expect(await read(`/contacts/${id}`, { scopes: ['contacts:write'] })).toBe('missing_scope');
  });

  test('change people without seeing them cannot read them by a change', async () => {
    const id = await make({ externalId: 'blind', name: 'A', email: 'a@example.com' });
    const etag = String((await ask(`/contacts/${id}`)).headers.etag);
    const blind = await relay.key({ scopes: ['contacts:write'], pii: 'none' });
    const headers = { 'if-match': etag };
    const answer = await ask(`/contacts/${id}`, { method: 'PATCH', body: {}, headers, key: blind });
    expect(code(answer)).toBe('missing_scope');
  });

  test('write has the scope for it; an agent who is signed in may as well', async () => {
    const id = await make();
    const reader = await relay.key({ scopes: ['contacts:read', 'conversations:read'] });
    const body = { name: 'a' };
    const about = { method: 'POST', body };
    const path = `/contacts/${id}/events`;
    expect(code(await ask(path, { ...about, key: reader }))).toBe('missing_scope');
    expect(code(await relay.fetch(`/v1${path}`, about))).toBe('unauthorized');
    const { agent, session } = await relay.hire('Bo');
    expect((await relay.fetch(`/v1${path}`, { ...about, as: session })).status).toBe(201);
    expect((await last()).actor).toEqual({ kind: 'agent', id: agent.id, name: 'Bo' });
  });
});
