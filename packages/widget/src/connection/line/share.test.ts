// @vitest-environment node
import type { Link, LinkHandlers } from '@throughline/shared/client';
import type { Ack } from '@throughline/shared/schema';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SocketOptions } from '../socket.ts';
import { shareSocket } from './share.ts';

/** A socket of one tab, in the test's hands; locks and channels are the real ones. */
interface Opened {
  options: SocketOptions;
  handlers: LinkHandlers;
  asked: unknown[];
  isClosed: boolean;
}

let sockets: Opened[] = [];
const links: Link[] = [];
let site = 0;
beforeEach(() => {
  site += 1;
  sockets = [];
});
afterEach(() => {
  vi.useRealTimers();
  for (const link of links.splice(0)) link.close();
});

const open = shareSocket((options, handlers) => {
  const own: Opened = { options, handlers, asked: [], isClosed: false };
  sockets.push(own);
  return {
    request: async (...said) => {
      own.asked.push(said);
      if (said[0] === 'never') throw new Error('no answer in time');
      return { ok: true, data: said[1] } as Ack;
    },
    signal: (...said) => void own.asked.push(said),
    close() {
      own.isClosed = true;
    },
  };
});

/** A tab that connects, and what it heard. */
function openTab(more: Partial<SocketOptions> = {}) {
  const heard: unknown[][] = [];
  const note =
    (name: string) =>
    (...said: unknown[]) =>
      void heard.push([name, ...said]);
  const options = { relay: 'https://r', site: `s${site}`, token: 't', context: {}, ...more };
  const link = open(
    { ...options, isShared: true },
    {
      opened: note('opened'),
      lost: note('lost'),
      refused: note('refused'),
      message: note('message'),
    },
  );
  links.push(link);
  const hears = (...what: unknown[]) =>
    vi.waitFor(() => expect(heard).toContainEqual(what), { timeout: 5000 });
  return { link, heard, hears };
}

const openSockets = () => sockets.filter(({ isClosed }) => !isClosed);

async function openPair(more?: Partial<SocketOptions>) {
  const first = openTab(more);
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  const [socket] = sockets as [Opened];
  socket.handlers.opened({ contact: 'c' });
  const second = openTab(more);
  await second.hears('opened', { contact: 'c', token: more && 'token' in more ? more.token : 't' });
  return { first, second, socket };
}

test('a second tab opens no socket: it asks, signals and hears through the first', async () => {
  const { first, second, socket } = await openPair();
  expect(sockets).toHaveLength(1);
  expect(await second.link.request('list', { a: 1 }, 500)).toEqual({ ok: true, data: { a: 1 } });
  await expect(second.link.request('never', {}, 500)).rejects.toThrow('no answer');
  second.link.signal('typing:set', { on: true });
  await vi.waitFor(() => expect(socket.asked).toContainEqual(['typing:set', { on: true }]));
  expect(socket.asked).toContainEqual(['list', { a: 1 }, 500]);
  socket.handlers.message('event', { pub: 1 });
  await second.hears('message', 'event', { pub: 1 });
  await first.hears('message', 'event', { pub: 1 });
});

test('what it is that is looked at goes with a tab that comes to the front', async () => {
  const context = { page: { url: 'https://shop/two', title: 'Two' } };
  const { socket } = await openPair({ context } as Partial<SocketOptions>);
  await vi.waitFor(() => expect(socket.asked).toContainEqual(['context:set', context]));
});

test('a tab that comes while the first one still connects waits for the welcome of both', async () => {
  openTab();
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  const second = openTab();
  await new Promise((done) => setTimeout(done, 50));
  expect(second.heard).toEqual([]);
  sockets[0]?.handlers.opened({ contact: 'c' });
  await vi.waitFor(() => expect(second.heard[0]?.[0]).toBe('opened'));
  expect(sockets).toHaveLength(1);
});

test('a first look, without a token, is one visitor in all tabs', async () => {
  const first = openTab({ token: undefined });
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
  sockets[0]?.handlers.opened({ contact: 'c', token: 'fresh' });
  await first.hears('opened', { contact: 'c', token: 'fresh' });
  const second = openTab({ token: undefined });
  await second.hears('opened', { contact: 'c', token: 'fresh' });
  expect(sockets).toHaveLength(1);
});

test.each([
  ['is closed', (first: ReturnType<typeof openTab>) => first.link.close()],
  ['loses its socket', () => sockets[0]?.handlers.lost()],
])(
  'when the first %s the others are told, and the next to connect has the socket',
  async (_, go) => {
    const { first, second } = await openPair();
    const waiting = second.link.request('list', {}, 500);
    go(first);
    await second.hears('lost');
    first.link.close();
    second.link.close();
    await Promise.allSettled([waiting]);
    openTab();
    await vi.waitFor(() => expect(sockets).toHaveLength(2));
    expect(openSockets()).toHaveLength(1);
  },
);

test('what the relay refuses the first, the others hear too', async () => {
  const { second, socket } = await openPair();
  const problem = { code: 'going_away', message: 'Later.', retryable: true } as never;
  socket.handlers.refused(problem);
  await second.hears('refused', problem);
});

test('a first tab that died without a word is replaced by one that waited', async () => {
  const name = `throughline:https://r:s${site}:undefined`;
  let die = () => {};
  const gone = navigator.locks.request(
    name,
    () =>
      new Promise<void>((free) => {
        die = free;
      }),
  );
  openTab();
  await vi.waitFor(async () => expect((await navigator.locks.query()).pending).toHaveLength(1));
  expect(sockets).toHaveLength(0);
  die();
  await gone;
  await vi.waitFor(() => expect(sockets).toHaveLength(1));
});

test('a first tab that is frozen loses the line to one that asks', async () => {
  const name = `throughline:https://r:s${site}:undefined`;
  const frozen = navigator.locks.request(name, () => new Promise<void>(() => {}));
  const stolen = expect(frozen).rejects.toThrow();
  openTab();
  await vi.waitFor(() => expect(sockets).toHaveLength(1), { timeout: 5000 });
  await stolen;
});

test('whom the line was taken from is told, and closes its socket', async () => {
  const { first, second } = await openPair();
  const third = openTab({ token: undefined, forget: 't' });
  await vi.waitFor(() => expect(sockets).toHaveLength(2));
  expect(sockets[1]?.options.forget).toBe('t');
  await first.hears('lost');
  first.link.close();
  await second.hears('lost');
  expect(sockets.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  expect(third.heard).toEqual([]);
});

test('somebody else at this browser has a socket of their own, and hears nothing of the first', async () => {
  const { socket } = await openPair();
  const other = openTab({ token: 'of somebody else' });
  await vi.waitFor(() => expect(sockets).toHaveLength(2));
  socket.handlers.message('event', { text: 'secret' });
  sockets[1]?.handlers.opened({ contact: 'd' });
  await other.hears('opened', { contact: 'd' });
  expect(other.heard).toEqual([['opened', { contact: 'd' }]]);
});

test('nobody takes the welcome of somebody else for theirs, however it is told', async () => {
  const name = `throughline:https://r:s${site}:undefined`;
  const end = new AbortController();
  const held = navigator.locks
    .request(name, () => new Promise((_, fail) => end.signal.addEventListener('abort', fail)))
    .catch(() => {});
  const channel = new BroadcastChannel(name);
  let isAsked = false;
  channel.onmessage = () => {
    isAsked = true;
  };
  const other = openTab({ token: 'of somebody else' });
  await vi.waitFor(() => expect(isAsked).toBe(true));
  isAsked = false;
  // The tab with the socket is welcomed before it has answered.
  channel.postMessage({ by: 0.5, key: 'opened', args: [{ contact: 'c', token: 'fresh' }] });
  channel.postMessage({ by: 0.5, key: 'message', args: ['event', { text: 'secret' }] });
  await vi.waitFor(() => expect(isAsked).toBe(true));
  channel.close();
  end.abort();
  await held;
  expect(other.heard).toEqual([]);
});

test('a tab that comes later hears who is there by now, not who was when the first one came', async () => {
  const { socket } = await openPair();
  const gone = { kind: 'availability', online: [] };
  socket.handlers.message('ephemeral', { kind: 'availability', online: ['a1'] });
  socket.handlers.message('ephemeral', gone);
  const third = openTab();
  await third.hears('message', 'ephemeral', gone);
  expect(third.heard.map(([what]) => what)).toEqual(['opened', 'message']);
});

test('a person the business names does not speak through a tab of another one', async () => {
  await openPair();
  const claims = btoa(JSON.stringify({ sub: 'u2' }));
  openTab({ identity: () => `h.${claims}.s` });
  await vi.waitFor(() => expect(sockets).toHaveLength(2));
  expect(await sockets[1]?.options.identity?.()).toBe(`h.${claims}.s`);
});

test('without a token of the business nobody connects: it is asked for again', async () => {
  const tab = openTab({ identity: () => Promise.reject(new Error('offline')) });
  await tab.hears('lost');
  expect(sockets).toHaveLength(0);
});

test('what was closed before it began opens nothing that stays', async () => {
  openTab().link.close();
  openTab();
  await vi.waitFor(() => expect(openSockets()).toHaveLength(1));
});

test('tabs that share no storage share no socket', () => {
  const options = { relay: 'https://r', site: 'x', token: 't', context: {} };
  const handlers = { opened() {}, lost() {}, refused() {}, message() {} };
  open({ ...options, isShared: false }, handlers);
  open({ ...options, isShared: false }, handlers);
  expect(sockets).toHaveLength(2);
});
