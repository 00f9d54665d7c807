import { createECDH } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogRecord } from '../../events/log.ts';
import { startPush } from './index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The sink with a visitor in the test's hands; the network is not what this is about. */
async function sink() {
  const visitor = { online: true, read: 0 };
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
    subscriptions: {
      keys: { publicKey: us.getPublicKey('base64url'), privateKey: us.getPrivateKey('base64url') },
      set: async () => {},
      of: async () => [
        {
          tokenHash: 'h',
          endpoint: 'https://push.example/1',
          p256dh: browser.getPublicKey('base64url'),
          auth: Buffer.alloc(16).toString('base64url'),
          url: 'https://shop.example/',
        },
      ],
    },
    poster: {
      post: async (url: string) => {
        posted.push(url);
        return { status: 201, headers: {}, body: '' };
      },
      close() {},
    },
    subject: 'mailto:a@example.com',
    nameOf: () => 'Shop',
    isOnline: () => visitor.online,
    readOf: async () => visitor.read,
    log: { warn: expect.unreachable, error: expect.unreachable } as never,
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
  return { visitor, posted, reply, stop };
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

test('a reply from before a long outage is no news', async () => {
  const { visitor, posted, reply } = await sink();
  visitor.online = false;
  await reply({ time: Date.now() - 2 * 3600_000 });
  await later();
  expect(posted).toEqual([]);
});

test('nothing is sent once the relay stops', async () => {
  const { visitor, posted, reply, stop } = await sink();
  await reply();
  visitor.online = false;
  await stop();
  await later();
  expect(posted).toEqual([]);
});
