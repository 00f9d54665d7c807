import { createECDH } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogRecord } from '../../events/log.ts';
import { startPush } from './index.ts';
import { seal } from './seal.ts';

vi.mock('./seal.ts', { spy: true });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Said = LogRecord<'message.created'>;

/** The sink with a visitor in the test's hands; the network is not what this is about. */
async function sink(browsers = 1) {
  const visitor = { online: true, read: 0 };
  const service = {
    warned: [] as unknown[],
    readOf: async () => visitor.read,
    saidNow: async ({ data }: Said): Promise<Said['data'] | undefined> => data,
    post: async (_url: string) => ({ status: 201, headers: {}, body: '' }),
  };
  const posted: string[] = [];
  const browser = createECDH('prime256v1');
  browser.generateKeys();
  const us = createECDH('prime256v1');
  us.generateKeys();
  let handle: (records: LogRecord[]) => unknown = () => {};
  const stop = await startPush({
    events: {
      followAs: async (_: string, options: { handle: typeof handle }) => {
        ({ handle } = options);
        return { stop: async () => {} };
      },
    } as never,
    queries: { saidNow: (record) => service.saidNow(record) },
    subscriptions: {
      keys: { publicKey: us.getPublicKey('base64url'), privateKey: us.getPrivateKey('base64url') },
      set: async () => {},
      of: async () =>
        Array.from({ length: browsers }, (_, i) => ({
          tokenHash: `h${i}`,
          endpoint: `https://push.example/${i + 1}`,
          p256dh: browser.getPublicKey('base64url'),
          auth: Buffer.alloc(16).toString('base64url'),
          url: 'https://shop.example/',
        })),
    },
    poster: {
      post: async (url: string) => {
        posted.push(url);
        return service.post(url);
      },
      close() {},
    },
    subject: 'mailto:a@example.com',
    nameOf: () => 'Shop',
    isOnline: () => visitor.online,
    readOf: () => service.readOf(),
    log: { warn: (it: unknown) => service.warned.push(it), error: expect.unreachable } as never,
    now: Date.now,
  });
  const reply = (more: Partial<LogRecord> = {}) =>
    handle([
      {
        ...{ offset: 1, id: 'e1', type: 'message.created', site: 'shop', contact: 'c' },
        ...{ conversation: '019b0000-0000-7000-8000-000000000000', seq: 5, pub: 5 },
        ...{ time: Date.now(), actor: { kind: 'agent', id: 'a' }, cause: null },
        data: { text: 'Hello' },
        ...more,
      } as LogRecord,
    ]);
  return { visitor, posted, reply, stop, service };
}

const later = () => vi.advanceTimersByTimeAsync(60_000);

test('a phone that died with its socket open is told once the relay has noticed', async () => {
  const { visitor, posted, reply } = await sink();
  await reply();
  visitor.online = false;
  expect(posted).toEqual([]);
  await later();
  expect(posted).toHaveLength(1);
});

test('whoever stayed, or read it before leaving, is not told', async () => {
  const { visitor, posted, reply } = await sink();
  await reply();
  await later();
  await reply();
  Object.assign(visitor, { online: false, read: 5 });
  await later();
  expect(posted).toEqual([]);
});

test('a reply read before they left is no news, and of several only the newest is', async () => {
  const { visitor, posted, reply } = await sink();
  Object.assign(visitor, { online: false, read: 5 });
  await reply();
  expect(posted).toEqual([]);
  visitor.online = true;
  for (const pub of [6, 7, 8]) await reply({ pub });
  visitor.online = false;
  await later();
  expect(posted).toHaveLength(1);
});

test('a reply from before a long outage is no news', async () => {
  const { visitor, posted, reply } = await sink();
  visitor.online = false;
  await reply({ time: Date.now() - 2 * 3600_000 });
  await later();
  expect(posted).toEqual([]);
});

test('a reply deleted before it is told of is told to nobody, and one that was changed as it is now', async () => {
  const { visitor, posted, reply, service } = await sink();
  await reply();
  visitor.online = false;
  service.saidNow = async () => undefined;
  await later();
  expect(posted).toEqual([]);
  service.saidNow = async () => ({ text: 'As it is now' });
  await reply();
  await later();
  expect(vi.mocked(seal).mock.lastCall?.[0]).toContain('"text":"As it is now"');
});

test('what the site asks by itself has no words, and calls nobody back', async () => {
  const { visitor, posted, reply } = await sink();
  visitor.online = false;
  const block = { kind: 'rating', scale: 'csat', comment: true };
  await reply({
    actor: { kind: 'system', id: 'relay', name: 'Shop' },
    data: { text: '', block },
  } as Partial<LogRecord>);
  await later();
  expect(posted).toEqual([]);
});

test('a reply of files alone is told by their names', async () => {
  const { visitor, reply } = await sink();
  visitor.online = false;
  const file = { id: 'f', bytes: 1, type: 'application/pdf' };
  const attachments = ['bill.pdf', 'terms.pdf'].map((name) => ({ ...file, name }));
  await reply({ data: { text: '', attachments } } as Partial<LogRecord>);
  await later();
  expect(vi.mocked(seal).mock.lastCall?.[0]).toContain('"text":"bill.pdf, terms.pdf"');
});

test('nothing is sent once the relay stops', async () => {
  const { visitor, posted, reply, stop } = await sink();
  await reply();
  visitor.online = false;
  await stop();
  await later();
  expect(posted).toEqual([]);
});

test('a browser whose push service is in trouble keeps no other one from being told', async () => {
  const { visitor, posted, reply, stop, service } = await sink(3);
  visitor.online = false;
  service.post = async (url) => ({ status: url.endsWith('1') ? 503 : 201, headers: {}, body: '' });
  await reply();
  await stop();
  expect(posted).toHaveLength(3);
  expect(service.warned).toHaveLength(1);
});

test('a look that fails when it is checked again costs this notice and no more', async () => {
  const { visitor, posted, reply, service } = await sink();
  await reply();
  visitor.online = false;
  service.readOf = () => Promise.reject(new Error('the store is closed'));
  await later();
  expect(posted).toEqual([]);
  expect(service.warned).toHaveLength(1);
});

test('many that fall due together still go a few at a time', async () => {
  const { visitor, posted, reply, service } = await sink();
  const open: (() => void)[] = [];
  service.post = () =>
    new Promise((done) => open.push(() => done({ status: 201, headers: {}, body: '' })));
  for (let i = 0; i < 120; i++) await reply({ conversation: `c${i}` });
  visitor.online = false;
  await later();
  expect(posted).toHaveLength(50);
  open[0]?.();
  await vi.advanceTimersByTimeAsync(1);
  expect(posted).toHaveLength(51);
});
