import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { LIMITS, uuidv7 } from '@throughline/shared';
import type {
  DeliveryDetail,
  DeliverySummary,
  EndpointSummary,
  IssuedEndpoint,
} from '@throughline/shared/schema';
import { checkWebhook, verify, WebhookError } from '@throughline/shared/webhooks';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import { createAuthority, type Pair, selfSigned, trust } from './certificate.ts';
import { createMortal } from './rebuild-relay.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';
import {
  type Answer,
  type Fetch,
  sleep,
  startRelay,
  type TestRelay,
  tempDir,
  until,
  type VisitorPeer,
} from './relay.ts';

const HOUR_MS = 3600 * 1000;
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
  const body = { url: receiver.url, types: ['message.*'], ...more };
  const answer = await manage('', { method: 'POST', body });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}

/** Its test is over: what is answered to that counts for the endpoint as well. */
async function createTested(): Promise<IssuedEndpoint> {
  const made = await create();
  await tried(made.id, 'test.event');
  return made;
}

/** The last try of the endpoint’s delivery of this type, once there was one. */
async function tried(id: string, type = 'message.created', waitMs?: number) {
  const find = async (): Promise<DeliveryDetail | undefined> => {
    const list = (await manage(`/${id}/deliveries`)).json as { data: DeliverySummary[] };
    const found = list.data.find((it) => it.type === type);
    if (!found) return undefined;
    const detail: DeliveryDetail = (await manage(`/${id}/deliveries/${found.offset}`)).json;
    return detail.tries.length > 0 ? detail : undefined;
  };
  const { tries, ...rest } = await until(find, `a try of ${type}`, waitMs);
  return { ...rest, tries, last: tries.at(-1)! };
}

async function talk(): Promise<{
  visitor: VisitorPeer;
  conversation: string;
  say(text: string): Promise<string>;
}> {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const say = async (text: string) =>
    (await visitor.give('message:send', { conversation, text })).id;
  return { visitor, conversation, say };
}

const said = async (text: string): Promise<string> => (await talk()).say(text);

const fits = (secret: string, { body, headers }: Received): boolean => {
  try {
    checkWebhook(body, headers, { secret, now: clock.now });
    return true;
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return false;
  }
};

const messages = (): Received[] =>
  receiver.received.filter(({ event }) => event.type.endsWith('message.created'));

async function listening<S extends Server>(server: S): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('[WO-01] [WO-02] [WO-05] an address nobody may call is refused at save, however it is spelled', () => {
  test.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://①②⑦.⓪.⓪.①/',
    'https://0.0.0.0/',
    'https://0/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[2606:4700::5efe:7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://localhost/',
    'https://a@93.184.216.34/',
    'https://93.184.216.34:22/',
    'https://93.184.216.34:25/',
    'https://93.184.216.34:6379/',
    'http://93.184.216.34/',
  ])('%s', async (url) => {
    await using strict = await startRelay({ config: { egressAllow: [] } });
    const { session } = await strict.hire('Ada', 'admin');
    const about = { as: session, method: 'POST', body: { url } };
    expect(code(await strict.fetch('/v1/endpoints', about))).toBe('address_not_allowed');
    expect((await strict.fetch('/v1/endpoints', { as: session })).json).toEqual({ data: [] });
  });

  test.each(['gopher://x/', 'file:///etc/passwd', 'https://[fe80::1%25eth0]/', 'https://x y/'])(
    '%s is no address at all',
    async (url) => {
      expect(code(await manage('', { method: 'POST', body: { url } }))).toBe('bad_value');
    },
  );
});

describe('[WO-06] an answer that is a trap', () => {
  test('that never comes, or drips, is over after 15 s', async () => {
    const dripping = await startReceiver();
    onTestFinished(() => dripping.close());
    receiver.answers(() => {});
    dripping.answers((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 1000);
      response.on('close', () => clearInterval(drip));
    });
    const [silent, slow] = [await create(), await create({ url: dripping.url })];
    await said('hello');
    const unanswered = await tried(silent.id, 'message.created', 25_000);
    const last = { status: null, error: 'no answer within 15 s' };
    expect(unanswered).toMatchObject({ state: 'pending', last });
    expect(unanswered.last.durationMs).toBeLessThan(20_000);
    // A receiver that said yes has the event.
    const dripped = await tried(slow.id, 'message.created', 25_000);
    expect(dripped).toMatchObject({ state: 'delivered', last: { status: 200 } });
    expect(dripped.last.durationMs).toBeLessThan(20_000);
  }, 40_000);

  // Node tells nobody of an answer of 101 who did not ask for it.
  test('that changes the protocol ends the try, and keeps no relay from stopping', async () => {
    using dir = tempDir();
    const own = await startRelay({ dataDir: dir.path });
    const { session } = await own.hire('Ada', 'admin');
    let isAsked = false;
    const switching = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        isAsked = true;
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
        );
      });
    });
    const body = { url: `http://${await listening(switching)}/` };
    await own.fetch('/v1/endpoints', { as: session, method: 'POST', body });
    await until(() => isAsked);
    const ending = [own.stop().then(() => 'stopped'), sleep(6000).then(() => 'hangs')];
    expect(await Promise.race(ending)).toBe('stopped');
  });

  test('that would burst when it is unpacked is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000, 'A'));
    receiver.answers((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const { id } = await create();
    await said('hello');
    const { state, last } = await tried(id);
    expect(state).toBe('delivered');
    expect(last.response).not.toContain('AAAA');
    expect(last.response?.length).toBeLessThan(4500);
  });
});

describe('[WO-07] what an answer means', () => {
  const HOUR_S = 3600;
  test.each([
    [200, {}, 'delivered', 0],
    [201, {}, 'delivered', 0],
    [204, {}, 'delivered', 0],
    [299, {}, 'delivered', 0],
    [300, {}, 'pending', 5],
    [302, { location: 'http://169.254.169.254/' }, 'pending', 5],
    [304, {}, 'pending', 5],
    [308, { location: 'http://127.0.0.1:1/' }, 'pending', 5],
    [400, {}, 'pending', 5],
    [401, {}, 'pending', 5],
    [404, {}, 'pending', 5],
    [429, {}, 'pending', 5],
    [429, { 'retry-after': '3600' }, 'pending', HOUR_S],
    [429, { 'retry-after': 'soon' }, 'pending', 5],
    [429, { 'retry-after': '-1' }, 'pending', 5],
    [500, {}, 'pending', 5],
    [503, { 'retry-after': '7200' }, 'pending', 2 * HOUR_S],
    [503, { 'retry-after': '99999999999' }, 'pending', 24 * HOUR_S],
    [599, {}, 'pending', 5],
  ] as const)('%i with %j: %s, again in %i s', async (...[status, headers, state, seconds]) => {
    const { id } = await createTested();
    receiver.answers((response) => response.writeHead(status, headers).end());
    await said('hello');
    const found = await tried(id);
    expect(found).toMatchObject({ state, last: { status } });
    if (state === 'delivered') return;
    const wait = (found.nextAt - clock.now) / 1000;
    expect(wait).toBeGreaterThanOrEqual(seconds * (seconds === 5 ? 0.8 : 1) - 1);
    expect(wait).toBeLessThanOrEqual(seconds * (seconds === 5 ? 1.2 : 1) + 1);
  });

  test('503 with a date: not before it', async () => {
    const at = clock.now + 3 * HOUR_MS;
    const date = new Date(at).toUTCString();
    const { id } = await createTested();
    receiver.answers((response) => response.writeHead(503, { 'retry-after': date }).end());
    await said('hello');
    expect(Math.abs((await tried(id)).nextAt - at)).toBeLessThanOrEqual(1000);
  });
});

describe('[WO-08] a certificate', () => {
  const HOST = '127.0.0.1';
  const authority = createAuthority();

  async function deliveredTo(pair: Pair) {
    let requests = 0;
    const server = createHttps(pair, (_, response) => {
      requests += 1;
      response.end();
    });
    const { id } = await create({ url: `https://${await listening(server)}/` });
    await said('hello');
    const { state, last } = await tried(id);
    return { state, error: last.error, requests };
  }

  test('that somebody trusted vouches for is good', async () => {
    trust(authority);
    const { state, requests } = await deliveredTo(authority.issue({ host: HOST }));
    expect([state, requests]).toEqual(['delivered', 2]);
  });

  test.each([
    ['of nobody but itself', selfSigned({ host: HOST }), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['that is over', authority.issue({ host: HOST, end: new Date(0) }), 'CERT_HAS_EXPIRED'],
    ['of another host', authority.issue({ host: 'x.example' }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'of an authority nobody knows',
      createAuthority().issue({ host: HOST }),
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('%s is none: nothing is sent, the try says why, and no switch helps', async (...given) => {
    const [_what, pair, reason] = given;
    trust(authority);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = `no connection: ${reason}`;
    expect(await deliveredTo(pair)).toEqual({ state: 'pending', error, requests: 0 });
  });
});

test('[WO-09] killed between the receiver’s yes and writing it down, it sends again: same id, new signature', async () => {
  using dir = tempDir();
  const mortal = await createMortal({ dataDir: dir.path, streams: [] });
  onTestFinished(() => mortal.kill());
  await mortal.start();
  // The relay reads the answer to its end before it writes it down.
  receiver.answers((response) => response.writeHead(200).write('yes, '));
  const made = await mortal.insist('/endpoints', { method: 'POST', body: { url: receiver.url } });
  const { secret } = made.json as IssuedEndpoint;
  await until(() => receiver.received.length > 0, 'the first delivery');
  await mortal.kill();
  await sleep(1100);
  receiver.answers(200);
  await mortal.start();
  await until(() => receiver.received.length > 1, 'the second delivery');
  const [first, second] = receiver.received as [Received, Received];
  expect(second.body).toBe(first.body);
  expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  for (const name of ['webhook-timestamp', 'webhook-signature'])
    expect(second.headers[name]).not.toBe(first.headers[name]);
  for (const { body, headers } of [first, second])
    expect(verify(body, headers, secret)).toBeTruthy();
});

test('[WO-10] a secret rotated under load fails no receiver, whichever of the two it knows', async () => {
  const { id, secret: old } = await create();
  const { say } = await talk();
  const texts = Array.from({ length: 80 }, (_, i) => String(i));
  const some = texts.slice(0, 40).map(say);
  const { secret } = (await manage(`/${id}/rotate`, { method: 'POST' })).json as IssuedEndpoint;
  await Promise.all([...some, ...texts.slice(40).map(say)]);
  await until(() => messages().length === 80, 'all deliveries');
  const all = messages();
  expect(all.every((it) => fits(old, it))).toBe(true);
  const turn = all.findIndex((it) => fits(secret, it));
  expect(turn).toBeGreaterThanOrEqual(0);
  const signatures = all.map(({ headers }) => String(headers['webhook-signature']).split(' '));
  for (const [i, it] of all.entries()) expect(signatures[i]?.length).toBe(fits(secret, it) ? 2 : 1);
  clock.now += 24 * HOUR_MS;
  const late = await say('late');
  const last = await until(() => messages().find(({ event }) => event.id === late));
  expect([fits(old, last), fits(secret, last)]).toEqual([false, true]);
});

describe('[WO-11] [WO-12] what is signed is what is sent', () => {
  test.each([
    ['emoji', '🙂👩‍👩‍👧 ☂'],
    ['line separators', 'a\u2028b\u2029c'],
    ['what JSON escapes', '"\\\b\f\n\r\t\u0001</script>'],
    ['both directions', 'שלום \u202E evil'],
    ['marks upon marks', `Z${'\u0301'.repeat(500)}`],
  ])('%s: byte for byte', async (_what, text) => {
    const { secret } = await create({ pii: 'content' });
    await said(text);
    const { body, headers } = await until(() => messages()[0]);
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
    const theirs = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(theirs).toMatchObject({ data: { text } });
    expect(verify(Buffer.from(body), headers, secret)).toEqual(theirs);
  });

  test('an id has no dot in it that could shift what is signed', async () => {
    const { conversation, visitor } = await talk();
    const give = (id: string) => visitor.ask('message:send', { id, conversation, text: 'x' });
    for (const id of ['a.1.b', `${uuidv7()}.1`, `${uuidv7().slice(0, -2)}.1`])
      expect(await give(id)).toMatchObject({ ok: false, error: { field: 'id' } });
  });

  test('what is too long comes as ids and a link to the whole of it', async () => {
    const { id } = await create({ pii: 'content' });
    const text = '\u{1F642}'.repeat(LIMITS.textChars);
    const { conversation, visitor, say } = await talk();
    const message = await say(text);
    const { body, event } = await until(() => messages()[0]);
    expect(Buffer.byteLength(body)).toBeLessThan(2048);
    const whole = expect.stringMatching(/^http:.*\/v1\/events\?/);
    const actor = { kind: 'visitor', id: visitor.contact };
    const data = { conversation: { id: conversation, seq: 2 }, contact: { id: actor.id }, actor };
    expect(event).toMatchObject({ id: message, subject: `conversations/${conversation}` });
    expect(event.data).toEqual({ ...data, whole });
    const { pathname, search } = new URL((event.data as { whole: string }).whole);
    const key = await relay.key({ pii: 'content' });
    const page = await relay.fetch(`${pathname}${search}`, { key });
    expect(page.json).toMatchObject({ data: [{ ...event, data: { ...data, text } }] });
    expect((await tried(id)).event).toEqual(event);
  });

  test('what an endpoint does not see is not too long for it', async () => {
    await create();
    await said('\u{1F642}'.repeat(LIMITS.textChars));
    const { event } = await until(() => messages()[0]);
    expect(event.data).not.toHaveProperty('whole');
  });
});

test.each([
  ['host', 'x'],
  ['content-length', '0'],
  ['webhook-signature', 'v1,x'],
  ['x-a', 'a\r\nb: c'],
])('[WO-14] nobody gives a delivery a header %s', async (name, value) => {
  const body = { url: receiver.url, headers: { [name]: value } };
  expect(code(await manage('', { method: 'POST', body }))).toBe('unknown_field');
});

test('[WO-15] every endpoint has a secret of its own, and no other one fits', async () => {
  const made = [await create(), await create(), await create()];
  const secrets = made.map(({ secret }) => secret);
  expect(new Set(secrets).size).toBe(3);
  for (const secret of secrets)
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  await said('hello');
  await until(() => messages().length === 3);
  for (const one of messages())
    expect(secrets.filter((secret) => fits(secret, one))).toHaveLength(1);
});

describe('[WO-16] what people wrote', () => {
  const WORDS = 'CANARY';

  test('is nowhere in a delivery unless somebody asked for it, and the log says who did', async () => {
    const { id } = await create({ types: ['*'] });
    const { conversation, visitor, say } = await talk();
    const message = await say(WORDS);
    await visitor.give('message:edit', { conversation, message, text: `${WORDS} edited` });
    const agent = await relay.agent();
    await agent.give('note:add', { conversation, text: `${WORDS} note` });
    await visitor.give('message:delete', { conversation, message });
    await until(() => receiver.types().includes('message.deleted'));
    await until(() => receiver.types().includes('note.created'));
    const all = receiver.received.map(({ body, headers }) => body + JSON.stringify(headers)).join();
    expect(all).not.toContain(WORDS);
    const { pii } = (await manage(`/${id}`)).json as EndpointSummary;
    expect(pii).toBe('none');
    const headers = { 'if-match': String((await manage(`/${id}`)).headers.etag) };
    await manage(`/${id}`, { method: 'PATCH', body: { pii: 'content' }, headers });
    const last = (await relay.events()).findLast(({ type }) => type === 'config.published');
    expect(last?.data).toMatchObject({ by: admin.session.agent });
    await say(WORDS);
    await until(() => receiver.received.some(({ body }) => body.includes(WORDS)));
  });

  test('and took back is in no delivery made afterwards, though it waited with its text', async () => {
    receiver.answers(500);
    const { id } = await create({ pii: 'content' });
    const { conversation, visitor, say } = await talk();
    const message = await say(WORDS);
    await tried(id);
    await visitor.give('message:delete', { conversation, message });
    await tried(id, 'message.deleted');
    const before = receiver.received.length;
    receiver.answers(200);
    await manage(`/${id}/replay`, { method: 'POST', body: { since: 0 } });
    await until(() => receiver.received.length >= before + 2);
    const later = receiver.received.slice(before).map(({ body }) => body);
    expect(later.join()).not.toContain(WORDS);
    expect(later.some((body) => body.includes('"redacted":true'))).toBe(true);
  });

  test('is a card number to nobody, whatever they may see', async () => {
    await create({ types: ['*'], pii: 'content' });
    const { conversation, visitor, say } = await talk();
    const message = await say('4111 1111 1111 1111');
    await visitor.give('message:edit', { conversation, message, text: '4111111111111111 CVV 123' });
    const agent = await relay.agent();
    await agent.give('note:add', { conversation, text: 'says 4111-1111-1111-1111' });
    await until(() => receiver.types().includes('message.updated'));
    await until(() => receiver.types().includes('note.created'));
    const all = receiver.received.map(({ body, headers }) => body + JSON.stringify(headers)).join();
    for (const text of ['•••• •••• •••• 1111', '••••••••••••1111 CVV •••', '••••-••••-••••-1111'])
      expect(all).toContain(text);
    expect(all).not.toMatch(/4111[ -]?1111/);
  });
});

test('[WO-17] one endpoint that hangs keeps nothing from nineteen others', async () => {
  const hung = await startReceiver();
  onTestFinished(() => hung.close());
  hung.answers(() => {});
  const bad = await create({ url: hung.url });
  for (let i = 0; i < 19; i += 1) await create();
  const { say } = await talk();
  const ids = await Promise.all(Array.from({ length: 50 }, (_, i) => say(String(i))));
  await until(() => messages().length === 19 * 50, 'all of the others', 25_000);
  const times = Map.groupBy(messages(), ({ event }) => event.id);
  expect([...times.keys()].sort()).toEqual([...ids].sort());
  for (const one of times.values()) expect(one).toHaveLength(19);
  // It is asked for no more at a time than it bears, and still waits.
  expect(hung.received.length).toBeLessThanOrEqual(16);
  const { deliveries } = (await manage(`/${bad.id}`)).json as EndpointSummary;
  expect(deliveries.delivered).toBe(0);
}, 60_000);

test('[WO-18] a program that answers its own answers is stopped at the fifth step', async () => {
  const key = await relay.key({ name: 'Echo' });
  const statuses: number[] = [];
  receiver.answers((response, { event, headers }) => {
    response.end();
    if (!event.type.endsWith('message.created')) return;
    const path = `/v1/conversations/${event.data.conversation?.id}/messages`;
    const cause = { 'throughline-cause': String(headers['webhook-id']) };
    void relay
      .fetch(path, { key, method: 'POST', body: { text: 'echo' }, headers: cause })
      .then(({ status }) => statuses.push(status));
  });
  const { id } = await create();
  const { conversation, say } = await talk();
  await say('hello');
  await until(() => statuses.includes(508), 'the loop to be stopped');
  await sleep(200);
  expect(statuses).toEqual([201, 201, 201, 201, 201, 508]);
  const all = (await relay.events()).filter(
    (it) => it.conversation === conversation && it.type === 'message.created',
  );
  expect(all.map(({ cause }) => cause?.depth ?? 0)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(relay.logLines.join('')).toContain('answer each other in a circle');
  // People see it where they look after the endpoint, once, and it does not count as its failure.
  const cause = { 'throughline-cause': all.at(-1)?.id ?? '' };
  const path = `/v1/conversations/${conversation}/messages`;
  const again = { key, method: 'POST', body: { text: 'echo' }, headers: cause };
  expect((await relay.fetch(path, again)).status).toBe(508);
  const { state, tries } = await tried(id);
  const stopped = { status: 508, error: 'loop stopped: programs answer each other in a circle' };
  expect(state).toBe('delivered');
  expect(tries.filter(({ error }) => error !== null)).toMatchObject([stopped]);
  expect(tries).toHaveLength(2);
  expect((await manage(`/${id}`)).json).toMatchObject({ failingSince: null });
});
