import { signWebhook } from '@throughline/shared/webhooks';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import { type Answer, send, startRelay, type TestRelay } from './relay.ts';

const clock = { now: 1_800_000_000_000 };
let relay: TestRelay;
let admin: NewSession;
let secret: string;
let calls = 0;

const billing = {
  site: 'shop',
  contact: '/customer/id',
  event: { name: '/type', properties: { number: '/invoice/number', amount: '/invoice/amount' } },
  facts: [{ name: 'invoice.overdue', value: '/invoice/overdue', expiresInMs: 86_400_000 }],
};
const overdue = {
  type: 'invoice.overdue',
  customer: { id: 'C-17' },
  invoice: { number: 'F-1', amount: 59.8, overdue: true },
};

beforeAll(async () => {
  relay = await startRelay({ now: () => clock.now });
  admin = (await relay.hire('Ada', 'admin')).session;
  secret = ((await put('billing', billing)).json as { secret: string }).secret;
});
afterAll(() => relay[Symbol.asyncDispose]());

const code = (answer: Answer): string | undefined => (answer.json as { code?: string }).code;
const manage = (path: string, method: string, body?: object) =>
  relay.fetch(`/v1/sources${path}`, { as: admin, method, ...(body ? { body } : {}) });
const put = (id: string, body: object) => manage(`/${id}`, 'PUT', body);
const newId = () => {
  calls += 1;
  return `msg_${calls}`;
};
const heads = () => relay.store.read.events.head();

const headersOf = (body: string, { id = newId(), at = clock.now, by = secret } = {}) =>
  signWebhook([by], { id, timestamp: Math.floor(at / 1000), body });
const post = (body: string, headers: Record<string, string>, source = 'billing') =>
  send(`${relay.url}/v1/sources/${source}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
const call = (body: object, more = {}) => {
  const text = JSON.stringify(body);
  return post(text, headersOf(text, more));
};

describe('a call of a business’s system', () => {
  test('becomes a fact and an event of the person it names, who is made if need be', async () => {
    const answer = await call(overdue);
    expect(answer.status).toBe(200);
    const { contact } = answer.json as { contact: string };
    const shown = await relay.fetch(`/v1/contacts/${contact}`, { key: await relay.key() });
    expect(shown.json).toMatchObject({
      externalId: 'C-17',
      verified: true,
      facts: [
        {
          name: 'invoice.overdue',
          value: true,
          source: { kind: 'bot', name: 'billing' },
          expiresAt: clock.now + 86_400_000,
        },
      ],
    });
    expect((await relay.events()).at(-1)).toMatchObject({
      type: 'event.tracked',
      contact,
      data: { name: 'invoice.overdue', properties: { number: 'F-1', amount: 59.8 } },
    });
  });

  test('may be signed by anybody’s Standard Webhooks', async () => {
    const body = JSON.stringify(overdue);
    const id = newId();
    const signature = new Webhook(secret).sign(id, new Date(clock.now), body);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(clock.now / 1000),
      'webhook-signature': signature,
    };
    expect((await post(body, headers)).status).toBe(200);
  });

  test('[WI-04] that comes again has no second effect', async () => {
    const id = newId();
    const first = await call(overdue, { id });
    const head = await heads();
    const again = await call(overdue, { id });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(await heads()).toBe(head);
    const other = { ...overdue, invoice: { ...overdue.invoice, number: 'F-2' } };
    expect(code(await call(other, { id }))).toBe('idempotency_conflict');
    expect(await heads()).toBe(head);
    // Its sender had no answer and tries again later: what ends by itself ends when it would have.
    clock.now += 30_000;
    const later = await call(overdue, { id });
    expect([later.status, later.text]).toEqual([200, first.text]);
    expect(code(await call(other, { id }))).toBe('idempotency_conflict');
    expect(await heads()).toBe(head);
  });

  const text = JSON.stringify(overdue);
  const MINUTE_MS = 60_000;
  test.each<[string, () => Promise<Answer>]>([
    ['[WI-01] no signature', () => post(text, {})],
    ['[WI-01] an empty one', () => post(text, { ...headersOf(text), 'webhook-signature': '' })],
    [
      '[WI-02] another version only',
      () => post(text, { ...headersOf(text), 'webhook-signature': 'v1a,AAAA' }),
    ],
    [
      '[WI-02] half a signature',
      () => {
        const headers = headersOf(text);
        const half = String(headers['webhook-signature']).slice(0, 20);
        return post(text, { ...headers, 'webhook-signature': half });
      },
    ],
    [
      '[WI-02] fifty signatures, the last of them right',
      () => {
        const headers = headersOf(text);
        const many = `${'v1,AAAA '.repeat(49)}${headers['webhook-signature']}`;
        return post(text, { ...headers, 'webhook-signature': many });
      },
    ],
    ['[WI-02] another secret', () => call(overdue, { by: `whsec_${'A'.repeat(44)}` })],
    ['[WI-03] a time six minutes ago', () => call(overdue, { at: clock.now - 6 * MINUTE_MS })],
    ['[WI-03] a time in six minutes', () => call(overdue, { at: clock.now + 6 * MINUTE_MS })],
    [
      '[WI-03] a time that is none',
      () => post(text, { ...headersOf(text), 'webhook-timestamp': 'now' }),
    ],
    ['[WI-05] one space more in the body', () => post(`${text} `, headersOf(text))],
  ])('with %s is refused, and nothing is kept', async (_what, bad) => {
    const head = await heads();
    const answer = await bad();
    expect([answer.status, code(answer)]).toEqual([401, 'signature_invalid']);
    expect(await heads()).toBe(head);
  });

  test.each<[string, object, string]>([
    ['names nobody', { type: 'x' }, 'bad_value'],
    ['names somebody by an object', { ...overdue, customer: { id: {} } }, 'bad_value'],
    ['holds a fact that cannot be kept', { ...overdue, invoice: { overdue: [1] } }, 'bad_value'],
    ['holds a name that is too long', { ...overdue, type: 'x'.repeat(500) }, 'bad_value'],
    ['reaches for what objects have', { ...overdue, customer: { constructor: 1 } }, 'bad_value'],
  ])('[WI-11] that %s is refused, and nothing is kept', async (_what, body, expected) => {
    const head = await heads();
    expect(code(await call(body))).toBe(expected);
    expect(await heads()).toBe(head);
  });

  test('[WI-11] that says less is kept as far as it goes', async () => {
    const answer = await call({ customer: { id: 18 } });
    expect(answer.status).toBe(200);
  });

  test('[WI-09] that is no JSON, or is for nobody, is refused', async () => {
    const twice = `{"customer":{"id":"C-18"},${text.slice(1)}`;
    for (const bad of ['x', '', twice])
      expect(code(await post(bad, headersOf(bad)))).toBe('bad_json');
    expect(code(await post(text, headersOf(text), 'nobody'))).toBe('not_found');
    const big = JSON.stringify({ ...overdue, more: 'x'.repeat(70_000) });
    expect(code(await post(big, headersOf(big)))).toBe('payload_too_large');
    const headers = { ...headersOf(text), 'content-type': 'text/plain' };
    expect(code(await post(text, headers))).toBe('unsupported_media_type');
  });
});

test('[WI-08] a call speaks of people of its own site, whoever else has the id it names', async () => {
  const key = await relay.key();
  const body = { site: 'garage', externalId: 'C-garage', name: 'Grace' };
  const made = await relay.fetch('/v1/contacts', { method: 'PUT', body, key });
  const { id: other } = made.json as { id: string };
  const before = (await relay.fetch(`/v1/contacts/${other}`, { key })).text;
  const answer = await call({ ...overdue, customer: { id: 'C-garage' } });
  expect((answer.json as { contact: string }).contact).not.toBe(other);
  expect((await relay.fetch(`/v1/contacts/${other}`, { key })).text).toBe(before);
});

test('[WI-09] calls count for the address they come from, and what is too much has no effect', async () => {
  await using small = await startRelay({ config: { limits: { requestsPerMinute: 5 } } });
  const { session } = await small.hire('Ada', 'admin');
  const about = { as: session, method: 'PUT', body: billing };
  const { secret: by } = (await small.fetch('/v1/sources/billing', about)).json as {
    secret: string;
  };
  const text = JSON.stringify(overdue);
  const timestamp = Math.floor(Date.now() / 1000);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      small.fetch('/v1/sources/billing', {
        method: 'POST',
        body: text,
        headers: signWebhook([by], { id: `msg_${i}`, timestamp, body: text }),
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect([answer.status, code(answer)]).toEqual([429, 'rate_limited']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  }
  const told = (await small.events()).filter(({ type }) => type === 'event.tracked');
  expect(told).toHaveLength(4);
});

describe('a source', () => {
  test('tells its secret once; rotated, both are good for a day', async () => {
    const again = await put('billing', billing);
    expect([again.status, again.text.includes('whsec_')]).toEqual([200, false]);
    const { secret: next } = (await manage('/billing/rotate', 'POST')).json as { secret: string };
    for (const by of [secret, next]) expect((await call(overdue, { by })).status).toBe(200);
    clock.now += 86_400_000;
    expect((await call(overdue, { by: secret })).status).toBe(401);
    secret = next;
    expect((await call(overdue)).status).toBe(200);
  });

  test('that is removed takes nothing more, and its secret is gone', async () => {
    const made = (await put('crm', billing)).json as { secret: string };
    expect((await manage('/crm', 'DELETE')).status).toBe(204);
    const text = JSON.stringify(overdue);
    const answer = await post(text, headersOf(text, { by: made.secret }), 'crm');
    expect(answer.status).toBe(404);
    expect(await relay.store.read.secrets.of('source:crm')).toEqual([]);
    expect(code(await manage('/crm', 'DELETE'))).toBe('not_found');
  });

  test.each([
    ['a site nobody knows', { ...billing, site: 'nobody' }, 'unknown_site'],
    ['no pointer', { ...billing, contact: 'customer.id' }, 'bad_value'],
    ['a field nobody knows', { ...billing, secret: 'x' }, 'unknown_field'],
  ])('with %s is refused', async (_what, body, expected) => {
    expect(code(await put('bad', body))).toBe(expected);
    expect(code(await put('Bad_Name', billing))).toBe('bad_value');
  });

  test('is an administrator’s to make', async () => {
    const { session } = await relay.hire();
    const about = { method: 'PUT', body: billing };
    expect(code(await relay.fetch('/v1/sources/x-y', { ...about, as: session }))).toBe('forbidden');
    expect(code(await relay.fetch('/v1/sources/x-y', about))).toBe('unauthorized');
  });
});
