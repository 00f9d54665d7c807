import type {
  DeliveryDetail,
  DeliverySummary,
  EndpointSummary,
  IssuedEndpoint,
} from '@throughline/shared/schema';
import { verify, WebhookError } from '@throughline/shared/webhooks';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import type { Store } from '../src/store/store.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import {
  type Answer,
  type Fetch,
  sleep,
  startRelay,
  type TestRelay,
  until,
  type VisitorPeer,
} from './relay.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Past every wait with this many seconds in the schedule, whatever the jitter. */
const beyond = (seconds: number) => seconds * 1.2 * SECOND_MS + 1;

const clock = { now: 0 };
let relay: TestRelay;
let admin: NewSession;
let receiver: Receiver;

beforeEach(async () => {
  clock.now = Date.now();
  relay = await startRelay({ now: () => clock.now });
  admin = (await relay.hire('Ada', 'admin')).session;
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.close();
  await relay[Symbol.asyncDispose]();
});

const manage = (path: string, more: Fetch = {}) =>
  relay.fetch(`/v1/endpoints${path}`, { as: admin, ...more });
const code = (answer: Answer): string | undefined => (answer.json as { code?: string }).code;

async function create(more: object = {}): Promise<IssuedEndpoint> {
  const body = { url: receiver.url, ...more };
  const answer = await manage('', { method: 'POST', body });
  expect(answer.status, answer.text).toBe(201);
  const made: IssuedEndpoint = answer.json;
  await settled(made.id);
  return made;
}

const summary = async (id: string): Promise<EndpointSummary> => (await manage(`/${id}`)).json;

/** Nothing is under way or due. */
const settled = (id: string) =>
  until(async () => {
    const cursor = await relay.store.deliveries.cursor('webhooks');
    if (cursor?.offset !== (await relay.store.read.events.head())) return false;
    const { deliveries, disabled, paused } = await summary(id);
    if (disabled !== null || paused || deliveries.pending === 0) return true;
    const due = await relay.store.deliveries.due({
      endpoint: id,
      now: clock.now,
      limit: 1,
      inOrder: false,
    });
    return due.length === 0;
  }, 'the deliveries to be made');

async function change(id: string, body: object): Promise<Answer> {
  const etag = String((await manage(`/${id}`)).headers.etag);
  return manage(`/${id}`, { method: 'PATCH', body, headers: { 'if-match': etag } });
}

/** Publishes it as it is, and so makes the relay look at what is due. */
const wake = (id: string) => change(id, {});

/** Lets time pass; the relay's own timers run on real time, so something has to happen as well. */
async function pass(ms: number, id: string): Promise<void> {
  clock.now += ms;
  await wake(id);
  await settled(id);
}

const list = async (id: string, query = ''): Promise<DeliverySummary[]> =>
  ((await manage(`/${id}/deliveries${query}`)).json as { data: DeliverySummary[] }).data;
const detail = async (id: string, offset: number): Promise<DeliveryDetail> =>
  (await manage(`/${id}/deliveries/${offset}`)).json;
const only = async (id: string, type: string): Promise<DeliveryDetail> => {
  const found = (await list(id)).find((it) => it.type === type);
  if (!found) throw new Error(`no delivery of ${type}`);
  return detail(id, found.offset);
};

interface Talk {
  visitor: VisitorPeer;
  conversation: string;
  say(text: string): Promise<string>;
}

async function talk(): Promise<Talk> {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const say = async (text: string) =>
    (await visitor.give('message:send', { conversation, text })).id;
  return { visitor, conversation, say };
}

const textsOf = (received: Received[]) =>
  received.flatMap(({ event }) => ('text' in event.data ? [event.data.text] : []));

describe('an endpoint', () => {
  test('is told a secret once, and is tested at once with a signed ping', async () => {
    const { id, secret, ...rest } = await create({ description: 'CRM' });
    expect(secret).toMatch(/^whsec_/);
    expect(rest).toMatchObject({
      url: receiver.url,
      description: 'CRM',
      types: ['*'],
      pii: 'none',
    });
    expect(JSON.stringify(await summary(id))).not.toContain(secret.slice(6));
    const [ping] = receiver.received;
    expect(ping?.event).toMatchObject({
      type: 'dev.throughline.test.event',
      livemode: false,
      data: { endpoint: id, actor: { kind: 'agent' } },
    });
    expect(receiver.types()).toEqual(['test.event']);
  });

  test('is tested alone, whatever it asked for', async () => {
    const other = await startReceiver();
    await create({ url: other.url });
    const { id } = await create({ types: ['message.*'] });
    expect((await manage(`/${id}/ping`, { method: 'POST' })).status).toBe(202);
    await settled(id);
    expect(receiver.types()).toEqual(['test.event', 'test.event']);
    expect(other.types().filter((type) => type === 'test.event')).toHaveLength(1);
    await other.close();
  });

  test('gets what it asked for, at its level, with a signature everybody can check', async () => {
    const { id, secret } = await create({ types: ['message.*'], pii: 'content' });
    const { say, conversation } = await talk();
    const message = await say('Where is my parcel?');
    await settled(id);
    const [, delivery] = receiver.received;
    expect(receiver.types()).toEqual(['test.event', 'message.created']);
    const { headers, body } = delivery as Received;
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(headers['webhook-id']).toBe(message);
    const signed = headers as Record<string, string>;
    const theirs = new Webhook(secret).verify(body, signed);
    expect(verify(body, headers, secret)).toEqual(theirs);
    expect(theirs).toMatchObject({
      id: message,
      data: { text: 'Where is my parcel?', conversation: { id: conversation, seq: 2 } },
    });
    expect(() => verify(`${body} `, headers, secret)).toThrow(WebhookError);
  });

  test('at a lower level gets no word and no name', async () => {
    const { id } = await create();
    const { visitor, say, conversation } = await talk();
    await visitor.give('contact:identify', { name: 'Grace Hopper', email: 'grace@example.com' });
    await say('my secret');
    const agent = await relay.agent();
    await agent.give('note:add', { conversation, text: 'a secret as well' });
    await settled(id);
    const all = receiver.received.map(({ body }) => body).join();
    expect(receiver.types()).toContain('note.created');
    for (const word of ['secret', 'Grace', 'grace@', 'Ada']) expect(all).not.toContain(word);
  });

  test('that is paused gets what it missed once it goes on', async () => {
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    expect((await change(id, { paused: true })).status).toBe(200);
    const { say } = await talk();
    await say('one');
    await sleep(50);
    expect(textsOf(receiver.received)).toEqual([]);
    expect((await summary(id)).deliveries).toMatchObject({ pending: 1 });
    await change(id, { paused: false });
    await until(() => textsOf(receiver.received).length === 1);
  });

  test('that is removed gets nothing more, and nothing of it is kept', async () => {
    const { id } = await create();
    const { headers } = await manage(`/${id}`);
    const answer = await manage(`/${id}`, {
      method: 'DELETE',
      headers: { 'if-match': String(headers.etag) },
    });
    expect(answer.status).toBe(204);
    const before = receiver.received.length;
    const { say } = await talk();
    await say('one');
    await until(async () => (await relay.store.deliveries.counts(id, 9)).delivered === 0);
    expect(receiver.received).toHaveLength(before);
    expect(code(await manage(`/${id}`))).toBe('not_found');
    expect(await relay.store.read.secrets.of(`endpoint:${id}`)).toEqual([]);
  });

  test('gets what comes after it was published, not what was before', async () => {
    const { say } = await talk();
    await say('early');
    const { id } = await create({ pii: 'content' });
    await settled(id);
    expect(receiver.types()).toEqual(['test.event']);
  });
});

describe('what is changed', () => {
  test('names the version it was read at; a stale one is refused and changes nothing', async () => {
    const { id } = await create();
    const etag = String((await manage(`/${id}`)).headers.etag);
    const patch = (description: string, headers = {}) =>
      manage(`/${id}`, { method: 'PATCH', body: { description }, headers });
    expect(code(await patch('none'))).toBe('version_missing');
    const answer = await patch('first', { 'if-match': etag });
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).not.toBe(etag);
    expect(code(await patch('second', { 'if-match': etag }))).toBe('changed_meanwhile');
    expect(code(await manage(`/${id}`, { method: 'DELETE', headers: { 'if-match': etag } }))).toBe(
      'changed_meanwhile',
    );
    expect((await summary(id)).description).toBe('first');
  });

  test.each([
    ['a private address', { url: 'https://10.0.0.1/' }, 'address_not_allowed'],
    ['the cloud’s metadata', { url: 'http://169.254.169.254/latest/' }, 'address_not_allowed'],
    ['plain http to the public', { url: 'http://93.184.216.34/' }, 'address_not_allowed'],
    ['no address', { url: 'ftp://example.com' }, 'bad_value'],
    ['no event', { types: [] }, 'bad_value'],
    ['a star in the middle', { types: ['a.*.b'] }, 'bad_value'],
    ['a level nobody knows', { pii: 'all' }, 'bad_value'],
    ['a field nobody knows', { secret: 'x' }, 'unknown_field'],
  ])('with %s is refused, and nothing is made', async (_what, more, expected) => {
    const answer = await manage('', { method: 'POST', body: { url: receiver.url, ...more } });
    expect(code(answer)).toBe(expected);
    expect((await manage('')).json).toEqual({ data: [] });
  });

  test('is an administrator’s, or a program’s with the scope and up to its own level', async () => {
    const { session } = await relay.hire('Bo');
    const body = { url: receiver.url, pii: 'content' };
    const post = (more: Fetch) => relay.fetch('/v1/endpoints', { method: 'POST', body, ...more });
    expect(code(await post({ as: session }))).toBe('forbidden');
    expect(code(await post({}))).toBe('unauthorized');
    const scopes = ['endpoints:write'] as const;
    expect(code(await post({ key: await relay.key({ scopes: ['events:read'] }) }))).toBe(
      'missing_scope',
    );
    const key = await relay.key({ scopes: [...scopes], pii: 'contact' });
    expect(code(await post({ key }))).toBe('forbidden');
    expect((await post({ key, body: { ...body, pii: 'contact' } })).status).toBe(201);
  });

  test('that sees more than a program is not that program’s to take over', async () => {
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    receiver.answers((response, { body }) => response.writeHead(500).end(`no: ${body}`));
    await (await talk()).say('CANARY');
    await settled(id);
    const key = await relay.key({ scopes: ['endpoints:write'], pii: 'none' });
    const blind = (path: string, more: Fetch = {}) =>
      relay.fetch(`/v1/endpoints/${id}${path}`, { key, ...more });
    const headers = { 'if-match': String((await blind('')).headers.etag) };
    for (const body of [{ url: receiver.url }, { pii: 'none' }, { types: ['*'] }])
      expect(code(await blind('', { method: 'PATCH', body, headers }))).toBe('forbidden');
    expect(code(await blind('/rotate', { method: 'POST' }))).toBe('forbidden');
    const { offset } = await only(id, 'message.created');
    expect((await manage(`/${id}/deliveries/${offset}`)).text).toContain('no: ');
    expect((await blind(`/deliveries/${offset}`)).text).not.toContain('CANARY');
  });
});

describe('secrets', () => {
  test('rotate with both signing for a day; a second rotation waits for the end of the first', async () => {
    const { id, secret: old } = await create({ types: ['test.event'] });
    const rotate = () => manage(`/${id}/rotate`, { method: 'POST' });
    const { secret, previousUntil } = (await rotate()).json as IssuedEndpoint;
    expect(secret).not.toBe(old);
    expect(previousUntil).toBe(clock.now + 24 * HOUR_MS);
    expect(code(await rotate())).toBe('wrong_status');
    await manage(`/${id}/ping`, { method: 'POST' });
    await settled(id);
    const { body, headers } = receiver.received.at(-1) as Received;
    for (const one of [old, secret]) new Webhook(one).verify(body, headers as never);
    clock.now += 24 * HOUR_MS;
    await manage(`/${id}/ping`, { method: 'POST' });
    await settled(id);
    const later = receiver.received.at(-1) as Received;
    expect(String(later.headers['webhook-signature']).split(' ')).toHaveLength(1);
    expect((await rotate()).status).toBe(200);
  });
});

describe('a try that fails', () => {
  test('[WO-13] is made again on schedule with the same id, and given up after ten', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers(500);
    const message = await (await talk()).say('one');
    await settled(id);
    for (const seconds of [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
      const { attempts, nextAt, state } = await only(id, 'message.created');
      expect(state).toBe('pending');
      const wait = (nextAt - clock.now) / SECOND_MS;
      expect(wait).toBeGreaterThanOrEqual(seconds * 0.8 - 1);
      expect(wait).toBeLessThanOrEqual(seconds * 1.2 + 1);
      await pass(beyond(seconds), id);
      expect((await only(id, 'message.created')).attempts).toBe(attempts + 1);
    }
    const dead = await only(id, 'message.created');
    expect(dead).toMatchObject({ state: 'dead', attempts: 10 });
    expect(dead.tries).toHaveLength(10);
    expect(new Set(receiver.received.slice(1).map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([message]),
    );
    expect((await summary(id)).deliveries).toMatchObject({ dead: 1 });
  });

  test('is kept with request and answer, the signature masked', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) =>
      response.writeHead(503, { 'x-why': 'busy' }).end('x'.repeat(9000)),
    );
    await (await talk()).say('one');
    await settled(id);
    const { tries, event } = await only(id, 'message.created');
    const [first] = tries;
    expect(first).toMatchObject({ status: 503, error: 'answered 503' });
    expect(first?.request).toContain('webhook-signature: …');
    expect(first?.request).toContain('POST /hooks');
    expect(first?.response).toContain('x-why: busy');
    expect(first?.response?.length).toBeLessThan(4500);
    expect(event).toEqual(receiver.received.at(-1)?.event);
  });

  test.each([
    ['in seconds', () => '7200'],
    ['as a date', () => new Date(clock.now + 2 * HOUR_MS).toUTCString()],
  ])('waits as long as the answer asks for, %s', async (_how, header) => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => response.writeHead(429, { 'retry-after': header() }).end());
    const { say } = await talk();
    await say('one');
    await settled(id);
    const before = receiver.received.length;
    receiver.answers(200);
    await say('two');
    clock.now += HOUR_MS;
    await wake(id);
    await sleep(50);
    expect(receiver.received).toHaveLength(before);
    await pass(HOUR_MS + 2000, id);
    expect(receiver.received).toHaveLength(before + 2);
  });

  test.each([
    ['a test', '/ping', undefined],
    ['a replay', '/replay', { failedSince: 0 }],
    ['switching on', '/enable', undefined],
  ])('waits no longer once somebody wants it: %s', async (_how, path, body) => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => response.writeHead(429, { 'retry-after': '86400' }).end());
    const { say } = await talk();
    await say('one');
    await settled(id);
    receiver.answers(200);
    await say('two');
    await sleep(50);
    expect(await summary(id)).toMatchObject({ deliveries: { pending: 2 } });
    await manage(`/${id}${path}`, { method: 'POST', ...(body ? { body } : {}) });
    await until(async () => (await summary(id)).deliveries.pending === 0);
    expect(receiver.types().slice(2, 4).sort()).toEqual(['message.created', 'message.created']);
  });

  test('waits no longer than it would have when the clock is set back', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers(500);
    const { say } = await talk();
    await say('one');
    await settled(id);
    clock.now -= 3 * HOUR_MS;
    await wake(id);
    await until(
      async () => (await only(id, 'message.created')).nextAt <= clock.now + beyond(5),
      'the wait to be as long as it was',
    );
    expect((await only(id, 'message.created')).attempts).toBe(1);
    receiver.answers(200);
    await pass(beyond(5), id);
    expect((await summary(id)).deliveries.pending).toBe(0);
  });

  test('that was asked to wait waits as long when the clock is set back', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => response.writeHead(429, { 'retry-after': '7200' }).end());
    const { say } = await talk();
    await say('one');
    await settled(id);
    receiver.answers(200);
    clock.now -= 3 * HOUR_MS;
    await say('two');
    // The relay has seen it.
    await until(async () => {
      const [, first] = (await list(id)).filter(({ type }) => type === 'message.created');
      return (first?.nextAt ?? Infinity) <= clock.now + beyond(5);
    }, 'the waits to be looked at');
    clock.now += HOUR_MS;
    await wake(id);
    await sleep(50);
    expect((await summary(id)).deliveries.pending).toBe(2);
    await pass(HOUR_MS + 2000, id);
    await until(async () => (await summary(id)).deliveries.pending === 0);
  });

  test('is not made again when the receiver says so', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) =>
      response.writeHead(400, { 'webhook-delivery': 'abort-message' }).end(),
    );
    await (await talk()).say('one');
    await settled(id);
    expect(await only(id, 'message.created')).toMatchObject({ state: 'dead', attempts: 1 });
  });

  test('[WO-04] may be a redirect: it is not followed', async () => {
    const elsewhere = await startReceiver();
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => response.writeHead(307, { location: elsewhere.url }).end());
    await (await talk()).say('one');
    await settled(id);
    const { tries } = await only(id, 'message.created');
    expect(tries[0]?.error).toContain('redirects are not followed');
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('may have no answer: the connection is cut, or nobody listens', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => response.socket?.destroy());
    const { say } = await talk();
    await say('one');
    await settled(id);
    await receiver.close();
    await pass(beyond(5), id);
    const { tries } = await only(id, 'message.created');
    expect(tries.map(({ error, status }) => [error, status])).toEqual([
      ['no connection: ECONNRESET', null],
      ['no connection: ECONNREFUSED', null],
    ]);
    receiver = await startReceiver(Number(new URL(receiver.url).port));
    await pass(beyond(300), id);
    expect(receiver.types()).toEqual(['message.created']);
  });

  test('is none where the answer says yes and its body never ends', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers((response) => {
      response.writeHead(200).write('x');
      const more = setInterval(() => response.write('x'.repeat(16_384)), 1);
      response.on('close', () => clearInterval(more));
    });
    await (await talk()).say('one');
    await settled(id);
    expect(await only(id, 'message.created')).toMatchObject({ state: 'delivered' });
  });
});

describe('an endpoint that fails', () => {
  const states = async () =>
    (await relay.events()).flatMap(({ type, data }) =>
      type === 'sink.degraded' && 'state' in data ? [[data.state, data.reason]] : [],
    );

  test('with 410 is switched off at once; what waits goes on when it is switched on', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers(410);
    const { say } = await talk();
    await say('one');
    await until(async () => (await summary(id)).disabled === 'gone');
    await say('two');
    await sleep(50);
    expect(receiver.types()).toEqual(['test.event', 'message.created']);
    await until(async () => (await states()).length === 1);
    expect(await states()).toEqual([['disabled', 'gone']]);
    receiver.answers(200);
    const answer = await manage(`/${id}/enable`, { method: 'POST' });
    expect((answer.json as EndpointSummary).disabled).toBeNull();
    await until(() => receiver.received.length === 4);
    await settled(id);
    expect((await summary(id)).deliveries).toMatchObject({ pending: 0, dead: 0 });
  });

  test('[WO-13] for five days is switched off', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers(500);
    const { say } = await talk();
    await say('one');
    await settled(id);
    const { failingSince } = await summary(id);
    expect(failingSince).toBeGreaterThanOrEqual(clock.now - SECOND_MS);
    clock.now += 5 * 24 * HOUR_MS;
    await say('two');
    await until(async () => (await summary(id)).disabled === 'failing');
    expect(await states()).toEqual([['disabled', 'failing']]);
  });

  test('several times in a row is left alone for a while, then asked once', async () => {
    const { id } = await create({ types: ['message.*'] });
    receiver.answers(500);
    const { say } = await talk();
    for (const text of ['1', '2', '3', '4', '5']) {
      await say(text);
      await settled(id);
    }
    expect(await states()).toEqual([['failing', undefined]]);
    const before = receiver.received.length;
    for (const text of ['6', '7', '8']) await say(text);
    await sleep(50);
    expect(receiver.received).toHaveLength(before);
    clock.now += 10_001;
    await wake(id);
    await until(() => receiver.received.length === before + 1);
    await sleep(50);
    expect(receiver.received).toHaveLength(before + 1);
    receiver.answers(200);
    clock.now += 20_001;
    await wake(id);
    await until(async () => (await states()).length === 2);
    expect((await states())[1]).toEqual(['recovered', undefined]);
    await pass(beyond(300), id);
    expect((await summary(id)).deliveries).toMatchObject({ pending: 0, delivered: 9 });
  });

  test('by hanging holds back nobody else', async () => {
    const quick = await startReceiver();
    receiver.answers(() => {});
    const hung = await manage('', { method: 'POST', body: { url: receiver.url } });
    await create({ url: quick.url, pii: 'content', types: ['message.*'] });
    const { say } = await talk();
    for (let i = 0; i < 40; i += 1) await say(String(i));
    await until(() => textsOf(quick.received).length === 40);
    expect(hung.status).toBe(201);
    await quick.close();
  });
});

describe('in the order of the conversation', () => {
  test('what comes first is delivered first and holds back only its own conversation', async () => {
    const { id } = await create({ types: ['message.*'], pii: 'content', order: 'conversation' });
    const [one, other] = [await talk(), await talk()];
    receiver.answers((response, { event }) => {
      const isFirst = 'text' in event.data && event.data.text === 'a1';
      response.writeHead(isFirst ? 500 : 200).end();
    });
    for (const text of ['a1', 'a2', 'a3']) await one.say(text);
    for (const text of ['b1', 'b2']) await other.say(text);
    await until(() => textsOf(receiver.received).length === 3);
    expect(textsOf(receiver.received)).toEqual(['a1', 'b1', 'b2']);
    receiver.answers(200);
    await pass(beyond(5), id);
    await until(() => textsOf(receiver.received).length === 6);
    expect(textsOf(receiver.received).slice(3)).toEqual(['a1', 'a2', 'a3']);
  });

  test('a burst arrives as it was said', async () => {
    await create({ types: ['message.*'], pii: 'content', order: 'conversation' });
    const { say } = await talk();
    const texts = Array.from({ length: 60 }, (_, i) => String(i));
    await Promise.all(texts.map(say));
    await until(() => textsOf(receiver.received).length === 60);
    const said = (await relay.events()).flatMap(({ data }) => ('text' in data ? [data.text] : []));
    expect(textsOf(receiver.received)).toEqual(said);
  });
});

describe('replay', () => {
  const replay = (id: string, body: object) => manage(`/${id}/replay`, { method: 'POST', body });

  test('of one sends it once more', async () => {
    const { id } = await create({ types: ['message.*'] });
    const message = await (await talk()).say('one');
    await settled(id);
    const { offset } = await only(id, 'message.created');
    expect((await replay(id, { offset })).json).toEqual({ count: 1 });
    await settled(id);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(1)).toEqual([message, message]);
    expect((await only(id, 'message.created')).tries).toHaveLength(2);
    expect(code(await replay(id, { offset: 99_999 }))).toBe('not_found');
  });

  test('of what failed since a time leaves the rest alone', async () => {
    const { id } = await create({ types: ['message.*'] });
    const abort = { 'webhook-delivery': 'abort-message' };
    const { say } = await talk();
    await say('delivered');
    await settled(id);
    receiver.answers((response) => response.writeHead(400, abort).end());
    await say('old');
    await settled(id);
    clock.now += HOUR_MS;
    const failedSince = clock.now;
    const late = await say('late');
    await settled(id);
    receiver.answers(200);
    const before = receiver.received.length;
    expect((await replay(id, { failedSince })).json).toEqual({ count: 1 });
    await settled(id);
    expect(receiver.received.slice(before).map(({ event }) => event.id)).toEqual([late]);
    expect(await list(id, '?state=dead')).toHaveLength(1);
  });

  test('[WO-13] of everything since a time sends what the endpoint wants, also from before it was', async () => {
    const { say } = await talk();
    await say('too early');
    clock.now += HOUR_MS;
    const since = clock.now;
    for (const text of ['1', '2', '3']) await say(text);
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    expect((await replay(id, { since })).json).toEqual({ count: 3 });
    await settled(id);
    expect(textsOf(receiver.received).sort()).toEqual(['1', '2', '3']);
    expect(code(await replay(id, {}))).toBe('bad_type');
  });

  test('of everything since a time finds what was said before the clock was set back', async () => {
    const { say } = await talk();
    await say('too early');
    clock.now += HOUR_MS;
    const since = clock.now;
    for (const text of ['1', '2']) await say(text);
    clock.now -= HOUR_MS / 2;
    for (let i = 0; i < 9; i += 1) await say('by its time too early');
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    expect((await replay(id, { since })).json).toEqual({ count: 2 });
    await until(() => textsOf(receiver.received).length === 2);
    expect(textsOf(receiver.received).sort()).toEqual(['1', '2']);
  });

  test('shows a message that was taken back as gone', async () => {
    const { id } = await create({ types: ['message.created'], pii: 'content' });
    const { visitor, conversation, say } = await talk();
    const message = await say('my secret');
    await settled(id);
    await visitor.give('message:delete', { conversation, message });
    const { offset } = (await list(id)).find(({ type }) => type === 'message.created') ?? {};
    await replay(id, { offset });
    await settled(id);
    expect(receiver.received.at(-1)?.event.data).toMatchObject({ redacted: true });
    expect(JSON.stringify(await detail(id, offset ?? 0))).not.toContain('my secret');
  });
});

test('deliveries are listed newest first, in pages and by state', async () => {
  const { id } = await create({ types: ['message.*'] });
  const { say } = await talk();
  for (const text of ['1', '2', '3']) await say(text);
  await settled(id);
  const first = (await manage(`/${id}/deliveries?limit=2`)).json as {
    data: DeliverySummary[];
    next: number;
  };
  const rest = await list(id, `?limit=2&before=${first.next}`);
  const all = [...first.data, ...rest].map(({ offset }) => offset);
  expect(all).toEqual([...all].sort((a, b) => b - a));
  expect(new Set(all).size).toBe(4);
  expect(await list(id, '?state=pending')).toEqual([]);
  expect(code(await manage(`/${id}/deliveries/9999`))).toBe('not_found');
  expect(code(await manage(`/${id}/deliveries/x`))).toBe('not_found');
});

describe('a restart', () => {
  test('with the clock set back makes nobody wait for it', async () => {
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    await change(id, { paused: true });
    await (await talk()).say('one');
    await until(async () => (await summary(id)).deliveries.pending === 1);
    const { dataDir } = relay;
    await relay.stop();
    const year = 365 * 24 * HOUR_MS;
    const again = await startRelay({ dataDir, now: () => clock.now - year });
    const { session } = await again.hire('Bo', 'admin');
    const path = `/v1/endpoints/${id}`;
    const etag = String((await again.fetch(path, { as: session })).headers.etag);
    const headers = { 'if-match': etag };
    await again.fetch(path, { method: 'PATCH', body: { paused: false }, as: session, headers });
    await until(() => textsOf(receiver.received).length === 1);
    await again[Symbol.asyncDispose]();
  });

  test('goes on with what was under way and what was said meanwhile', async () => {
    const { id } = await create({ types: ['message.*'], pii: 'content' });
    receiver.answers(() => {});
    const { say } = await talk();
    for (const text of ['1', '2', '3']) await say(text);
    await until(() => receiver.received.length === 4);
    const { dataDir } = relay;
    const started = Date.now();
    await relay.stop();
    expect(Date.now() - started).toBeLessThan(5000);
    receiver.answers(200);
    const again = await startRelay({ dataDir, now: () => clock.now });
    await until(async () => (await again.store.deliveries.counts(id, 9)).pending === 0);
    expect(textsOf(receiver.received).sort()).toEqual(['1', '1', '2', '2', '3', '3']);
    await again[Symbol.asyncDispose]();
  });
});

test('a try that cannot be written down is not made again as fast as it is answered', async () => {
  let isFull = false;
  const wrap = (store: Store): Store => {
    const { deliveries } = store;
    const settle: typeof deliveries.settle = (...args) => {
      if (isFull) throw new Error('the disk is full');
      return deliveries.settle(...args);
    };
    return { ...store, deliveries: { ...deliveries, settle } };
  };
  await using full = await startRelay({ wrap });
  const { session } = await full.hire('Ada', 'admin');
  const body = { url: receiver.url };
  await full.fetch('/v1/endpoints', { as: session, method: 'POST', body });
  await until(() => receiver.received.length > 0);
  isFull = true;
  await (await full.visitor()).start();
  await sleep(500);
  // One each of what was said, and the test.
  expect(receiver.received.length).toBeLessThan(10);
  isFull = false;
});
