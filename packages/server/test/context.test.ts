import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CardAnswer, ContactSummary } from '@throughline/shared/schema';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import { startRelay, type TestRelay, until } from './relay.ts';

const clock = { now: 0 };
let relay: TestRelay;
let admin: NewSession;
let server: Server;
let secret: string;
let asked: { headers: IncomingHttpHeaders; body: string }[] = [];
/** Questions under way, and the most there were at once. */
let open = 0;
let most = 0;
let answer: { status: number; body: unknown; delayMs: number; held: Promise<void> };

const card = {
  title: 'Orders',
  lines: [{ label: 'Last order', value: '7', href: 'https://erp.example/7' }],
};

beforeEach(async () => {
  asked = [];
  [open, most] = [0, 0];
  answer = {
    status: 200,
    body: { facts: [{ name: 'plan', value: 'pro' }], card },
    delayMs: 0,
    held: Promise.resolve(),
  };
  clock.now = Date.now();
  relay = await startRelay({ now: () => clock.now });
  admin = (await relay.hire('Ada', 'admin')).session;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => {
      open -= 1;
    });
    request.on('end', () => {
      asked.push({ headers: request.headers, body });
      const say = () => response.writeHead(answer.status).end(JSON.stringify(answer.body));
      void answer.held.then(() => setTimeout(say, answer.delayMs));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/context`;
  const put = await relay.fetch('/v1/sites/shop/context', {
    method: 'PUT',
    as: admin,
    body: { url, ttlMs: 60_000 },
  });
  secret = (put.json as { secret: string }).secret;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await relay[Symbol.asyncDispose]();
});

const cardOf = async (contact: string): Promise<CardAnswer> =>
  (await relay.fetch(`/v1/contacts/${contact}/card`, { as: admin })).json;
const factsOf = async (contact: string) =>
  ((await relay.fetch(`/v1/contacts/${contact}`, { as: admin })).json as ContactSummary).facts;

async function known(externalId: string): Promise<string> {
  const body = { site: 'shop', externalId };
  const put = await relay.fetch('/v1/contacts', { method: 'PUT', body, as: admin });
  return (put.json as { id: string }).id;
}

async function visit(): Promise<string> {
  const visitor = await relay.visitor();
  await visitor.start();
  await until(() => asked.length > 0);
  return visitor.contact;
}

describe('a site’s own system', () => {
  test('is asked when a conversation starts, signed; its answer becomes facts and a card', async () => {
    const contact = await visit();
    const [question] = asked;
    const signed = question?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(question?.body ?? '', signed)).toMatchObject({
      site: 'shop',
      contact: { id: contact, verified: false },
    });
    await until(async () => (await factsOf(contact)).length === 1);
    expect(await factsOf(contact)).toMatchObject([
      { name: 'plan', value: 'pro', source: { kind: 'bot', id: 'context:shop' } },
    ]);
    expect(await cardOf(contact)).toEqual({ state: 'fresh', card });
    expect(asked).toHaveLength(1);
  });

  test('is asked again when its answer is too old, and says the same without an event', async () => {
    const contact = await visit();
    await cardOf(contact);
    const head = await relay.store.read.events.head();
    clock.now += 60_000;
    await cardOf(contact);
    expect(asked).toHaveLength(2);
    expect(await relay.store.read.events.head()).toBe(head);
    answer.body = { facts: [{ name: 'plan', value: 'free' }] };
    clock.now += 60_000;
    expect(await cardOf(contact)).toEqual({ state: 'fresh', card: null });
    expect(await factsOf(contact)).toMatchObject([{ value: 'free' }]);
  });

  test('that takes longer than two seconds is not waited for', async () => {
    answer.delayMs = 5000;
    const contact = await visit();
    const startMs = performance.now();
    expect(await cardOf(contact)).toEqual({ state: 'failed', card: null });
    expect(performance.now() - startMs).toBeLessThan(4000);
  });

  test.each([
    ['an error', 500, {}],
    ['a redirect', 302, {}],
    ['a list', 200, []],
    ['facts that are none', 200, { facts: [{ name: '__proto__', value: 1 }] }],
    ['more than it was asked', 200, { script: 'x' }],
  ])('that answers %s leaves nothing behind', async (_what, status, body) => {
    Object.assign(answer, { status, body });
    const contact = await visit();
    expect(await cardOf(contact)).toEqual({ state: 'failed', card: null });
    expect(await factsOf(contact)).toEqual([]);
  });

  test('may say as much as it is allowed to', async () => {
    const line = { label: 'Order', value: 'x'.repeat(500) };
    const full = { title: 'Orders', lines: Array.from({ length: 20 }, () => line) };
    answer.body = { card: full };
    expect(await cardOf(await visit())).toEqual({ state: 'fresh', card: full });
  });

  test('that failed once is asked again soon, however long its answers are good', async () => {
    answer.status = 500;
    const contact = await visit();
    expect((await cardOf(contact)).state).toBe('failed');
    answer.status = 200;
    clock.now += 5001;
    expect(await cardOf(contact)).toEqual({ state: 'fresh', card });
  });

  test('is asked sixteen things at a time; the others wait their turn', async () => {
    const release = Promise.withResolvers<void>();
    answer.held = release.promise;
    const contacts = await Promise.all(Array.from({ length: 24 }, (_, i) => known(`C-${i}`)));
    const cards = Promise.all(contacts.map(cardOf));
    await until(() => open === 16);
    release.resolve();
    expect((await cards).every(({ state }) => state === 'fresh')).toBe(true);
    expect([asked.length, most]).toEqual([24, 16]);
  });

  test('that hangs has no more than that to answer, and whoever waits in vain is told', async () => {
    answer.delayMs = 60_000;
    const contacts = await Promise.all(Array.from({ length: 40 }, (_, i) => known(`C-${i}`)));
    const cards = await Promise.all(contacts.map(cardOf));
    expect(cards.every(({ state }) => state === 'failed')).toBe(true);
    // One that gave up makes room for one more whose time is not over.
    expect(most).toBeLessThanOrEqual(16);
    expect(asked.length).toBeLessThan(40);
  });

  test('that keeps failing is left alone for a while', async () => {
    answer.status = 500;
    const contacts: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      const visitor = await relay.visitor();
      await visitor.start();
      contacts.push(visitor.contact);
      await until(() => asked.length === i + 1);
      await cardOf(visitor.contact);
    }
    const visitor = await relay.visitor();
    await visitor.start();
    expect((await cardOf(visitor.contact)).state).toBe('failed');
    expect(asked).toHaveLength(5);
    answer.status = 200;
    clock.now += 10_001;
    expect((await cardOf(visitor.contact)).state).toBe('fresh');
  });
});

test('a site without one answers that there is none', async () => {
  await relay.fetch('/v1/sites/shop/context', { method: 'DELETE', as: admin });
  const visitor = await relay.visitor();
  await visitor.start();
  expect(await cardOf(visitor.contact)).toEqual({ state: 'none', card: null });
  expect(asked).toEqual([]);
});

test('a private address is refused unless the operator allowed it', async () => {
  const put = await relay.fetch('/v1/sites/shop/context', {
    method: 'PUT',
    as: admin,
    body: { url: 'http://169.254.169.254/latest' },
  });
  expect((put.json as { code: string }).code).toBe('address_not_allowed');
});
