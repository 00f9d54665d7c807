import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import type { Store } from '../src/store/store.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { type Answer, site, startRelay, type TestRelay, until } from './relay.ts';
import { bytes } from './wire.ts';

/** Ends a line, begins a header and a log line of its own, and commands a terminal. */
const FORGED =
  'x\r\nset-cookie: FORGED=1\r\n\r\n{"level":60,"msg":"FORGED"}\n\u001b[2J\u001b]0;FORGED\u0007\u009b31m\u2028\u0085y';
/** What no answer and no delivery holds as it is; what no log line does. */
const CONTROLS = /[^\P{Cc}\u007f-\u009f]/u;
const TERMINAL = /[\p{Cc}\u2028\u2029]/u;

let isBroken = false;
/** Its errors quote what was to be written, as a database's may. */
const quoting = (store: Store): Store => ({
  ...store,
  get backlog() {
    return store.backlog;
  },
  write: (key, work) =>
    store.write(key, async (tx) => {
      const done = await work(tx);
      if (isBroken) throw Object.assign(new Error(`no room for ${FORGED}`), { value: FORGED });
      return done;
    }),
});

let relay: TestRelay;
let receiver: Receiver;
let admin: NewSession;
let key: string;
let contact: string;
let conversation: string;

beforeAll(async () => {
  relay = await startRelay({ wrap: quoting });
  receiver = await startReceiver();
  admin = (await relay.hire(FORGED, 'admin')).session;
  key = await relay.key({ name: FORGED });
  await relay.sites.put({ ...site(), name: FORGED, greeting: FORGED }, FORGED);
  await ask('POST', '/v1/endpoints', { url: receiver.url, pii: 'content' });
  const made = await ask('PUT', '/v1/contacts', { site: 'shop', externalId: 'C-1' });
  contact = (made.json as { id: string }).id;
  const begun = await ask('POST', '/v1/conversations', { contact, text: 'hello' });
  conversation = (begun.json as { conversation: string }).conversation;
});
afterAll(async () => {
  await receiver.close();
  await relay[Symbol.asyncDispose]();
});

const ask = (method: string, path: string, body?: unknown) =>
  relay.fetch(path, { method, as: admin, ...(body === undefined ? {} : { body }) });

const code = ({ json }: Answer) => (json as { code?: string } | undefined)?.code;

/** Everything people and programs name things by, with one text in every field. */
const writes = (text: string): [string, string, object][] => [
  ['PUT', '/v1/contacts', { site: 'shop', externalId: text, name: text }],
  ['POST', `/v1/contacts/${contact}/facts`, { facts: [{ name: 'plan', value: text }] }],
  ['POST', `/v1/contacts/${contact}/events`, { name: text, properties: { page: text } }],
  ['POST', `/v1/conversations/${conversation}/messages`, { text }],
  ['POST', `/v1/conversations/${conversation}/notes`, { text }],
  ['PUT', `/v1/conversations/${conversation}/tags`, { tags: [text.slice(0, 40)] }],
  ['POST', '/v1/endpoints', { url: receiver.url, description: text }],
  ['POST', '/v1/keys', { name: text, scopes: ['events:read'] }],
  ['PUT', '/v1/sources/billing', { site: 'shop', contact: `/${text.replaceAll('/', '')}` }],
  ['PUT', '/v1/sites/shop/context', { url: `${receiver.url}/\u001b[2J` }],
];

const reads = () => [
  '/v1/sites/shop',
  '/v1/session',
  '/v1/agents',
  '/v1/keys',
  '/v1/endpoints',
  '/v1/sources',
  '/v1/conversations',
  `/v1/conversations/${conversation}`,
  `/v1/conversations/${conversation}/events`,
  `/v1/contacts/${contact}`,
  `/v1/contacts/${contact}/card`,
  `/v1/contacts/${contact}/timeline`,
  '/v1/events?limit=1000',
];

function expectWhole(answer: Answer, what: string): void {
  expect(JSON.stringify(answer.headers), what).not.toContain('FORGED');
  expect(answer.headers, what).not.toHaveProperty('set-cookie');
  expect(answer.text, what).not.toMatch(CONTROLS);
}

/** Every line by itself: one object of the relay's own making. */
function expectLogWhole(): void {
  const lines = relay.logLines.join('').split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toHaveLength(relay.logLines.length);
  for (const line of lines) {
    expect(line).not.toMatch(TERMINAL);
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(String) });
    expect((JSON.parse(line) as { msg: string }).msg).not.toBe('FORGED');
  }
}

test('[RS-14] what is written with line breaks and terminal codes is kept, and splits no header', async () => {
  for (const [method, path, body] of writes(FORGED)) {
    const answer = await ask(method, path, body);
    expect([method, path, answer.status < 300, answer.text]).toEqual([
      method,
      path,
      true,
      answer.text,
    ]);
    expectWhole(answer, path);
  }
  for (const path of reads()) {
    const answer = await ask('GET', path);
    expect([path, answer.status]).toEqual([path, 200]);
    expectWhole(answer, path);
  }
  const { text } = await ask('GET', `/v1/conversations/${conversation}/events`);
  expect(text).toContain(JSON.stringify(FORGED));
});

test('[RS-14] an export is one event a line, a stream three lines an event, a delivery one line', async () => {
  const { text } = await ask('GET', '/v1/events/export');
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength((await relay.events()).length);
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('specversion');

  const streamed = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}` };
    httpGet(`${relay.url}/v1/events/stream?after=0`, { headers }, (response: IncomingMessage) => {
      let got = '';
      response.setEncoding('utf8').on('data', (part) => {
        got += part;
        if (got.split('\ndata: ').length <= lines.length) return;
        response.destroy();
        resolve(got);
      });
    }).on('error', reject);
  });
  for (const line of streamed.split('\n'))
    expect(line).toMatch(/^(id: \S+|event: \S+|data: \{[^\r\n]*|retry: \d+|)$/);
  expect(streamed).not.toContain('\r');

  const arrived = () => receiver.received.some(({ body }) => body.includes('.note.created'));
  await until(arrived, 'the note to arrive');
  for (const { headers, body } of receiver.received) {
    expect(JSON.stringify(headers)).not.toContain('FORGED');
    expect(body).not.toMatch(CONTROLS);
  }
});

test('[EV-10] [RS-14] NUL is refused in every field, and nothing is kept', async () => {
  const before = await relay.store.read.events.head();
  for (const [method, path, body] of writes('a\0b')) {
    if (path.endsWith('/context')) continue;
    const answer = await ask(method, path, body);
    expect([path, answer.status, code(answer)]).toEqual([path, 400, 'bad_text']);
    expectWhole(answer, path);
  }
  expect(await relay.store.read.events.head()).toBe(before);
});

test('[RS-14] nobody writes a log line, whatever goes wrong with what they sent', async () => {
  const before = relay.logLines.length;
  isBroken = true;
  const answers: Answer[] = [];
  for (const [method, path, body] of writes(FORGED)) answers.push(await ask(method, path, body));
  isBroken = false;
  for (const answer of answers) {
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expectWhole(answer, answer.text);
    expect(answer.text).not.toContain('FORGED');
  }
  // Every one of them left a line that quotes what was sent.
  const quoting = relay.logLines.slice(before).filter((line) => line.includes('no room for'));
  expect(quoting.length).toBeGreaterThanOrEqual(answers.length);
  for (const line of quoting) expect(line).toContain('FORGED');
  expectLogWhole();
});

test('[RS-14] addresses and headers with line breaks in them split nothing either', async () => {
  const code = encodeURIComponent(FORGED);
  for (const path of [
    `/${code}`,
    `/v1/sites/${code}`,
    `/v1/contacts/${code}`,
    `/v1/conversations?cursor=${code}`,
    `/v1/events?after=${code}`,
    `/v1/contacts?site=shop&externalId=${code}`,
    `/v1/sites/shop?${code}=${code}`,
  ])
    expectWhole(await ask('GET', path), path);
  for (const name of [
    'Idempotency-Key',
    'Throughline-Cause',
    'If-None-Match',
    'Origin',
    'X-Request-Id',
  ]) {
    const head = `GET /v1/sites/shop HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
    const answer = await bytes(relay.url, `${head}${name}: \u001b[2J\u009bFORGED\r\n\r\n`, {
      waitMs: 500,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(answer.split('\r\n\r\n')[0]).not.toContain('FORGED');
  }
  expectLogWhole();
});
