import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import type { Ack, Closing, VisitorEvent, VisitorPage } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import type { Store } from '../src/store/store.ts';
import { connect, ORIGIN, refusal, startRelay, until, type VisitorPeer } from './relay.ts';
import { openRaw, visitRaw } from './wire.ts';

const codes = (acks: Ack[]) => acks.map((ack) => (ack.ok ? 'ok' : ack.error.code));
const count = (all: string[], what: string) => all.filter((it) => it === what).length;

describe('[P19] too many commands', () => {
  const flood = (peer: VisitorPeer, conversation: string, n: number) =>
    Promise.all(
      Array.from({ length: n }, (_, i) =>
        peer.ask('message:send', { id: uuidv7(), conversation, text: `${i}` }),
      ),
    );

  test('[EV-21] are refused with the time to wait and without effect, and nobody else notices', async () => {
    await using relay = await startRelay({ config: { limits: { commandsPerSecond: 10 } } });
    const [visitor, neighbour] = [await relay.visitor(), await relay.visitor()];
    const [mine, theirs] = [await visitor.start(), await neighbour.start()];
    const before = await relay.store.read.events.head();
    const acks = await flood(visitor, mine, 100);
    const taken = count(codes(acks), 'ok');
    expect(taken).toBe(39);
    expect(count(codes(acks), 'rate_limited')).toBe(61);
    for (const ack of acks)
      if (!ack.ok)
        expect(ack.error).toMatchObject({ retryable: true, retryAfterMs: expect.any(Number) });
    expect(await relay.store.read.events.head()).toBe(before + taken);
    expect(
      await neighbour.ask('message:send', { id: uuidv7(), conversation: theirs, text: 'hi' }),
    ).toMatchObject({ ok: true });
  });

  test('count for the person, not for the socket', async () => {
    await using relay = await startRelay({ config: { limits: { commandsPerSecond: 10 } } });
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const tab = await relay.visitor({ token: visitor.token });
    const acks = [
      ...(await flood(visitor, conversation, 30)),
      ...(await flood(tab, conversation, 30)),
    ];
    expect(count(codes(acks), 'ok')).toBe(39);
  });

  test('count also when they are none, or only questions', async () => {
    await using relay = await startRelay({ config: { limits: { commandsPerSecond: 5 } } });
    for (const name of ['nothing', 'conversation:list', 'typing:set', '__proto__']) {
      const visitor = await relay.visitor();
      const acks = await Promise.all(Array.from({ length: 50 }, () => visitor.ask(name, {})));
      expect(count(codes(acks), 'rate_limited'), name).toBe(30);
    }
  });

  test('from ever new visitors of one address count together', async () => {
    await using relay = await startRelay({ config: { limits: { commandsPerSecond: 1 } } });
    // Each new socket is a new visitor with four commands to spend; together they have eighty.
    const acks: Ack[] = [];
    for (let i = 0; i < 30; i++) {
      const visitor = await relay.visitor();
      acks.push(
        ...(await Promise.all([1, 2, 3, 4].map(() => visitor.ask('conversation:list', {})))),
      );
    }
    expect(count(codes(acks), 'ok')).toBe(80);
    const agent = await relay.agent();
    expect(
      await agent.ask('conversation:history', { conversation: uuidv7(), before: 1 }),
    ).toMatchObject({ error: { code: 'not_found' } });
  });
});

test('[HS-14] [P19] [RS-18] too many connections of one address are refused before anything is made of them', async () => {
  await using relay = await startRelay({ config: { limits: { connectsPerMinute: 10 } } });
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => openRaw(relay.url)));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(10);
  for (const it of refused)
    expect(String((it as PromiseRejectedResult).reason)).toMatch(/Unexpected server response: 400/);
  for (const it of outcomes) if (it.status === 'fulfilled') it.value.ws.terminate();
  const { text } = await relay.fetch('/metrics');
  expect(text).toContain('throughline_handshakes_refused_total{code="rate_limited"} 10');
});

test('[P19] a relay at its limit refuses what is new, and takes it again when it has caught up', async () => {
  let waiting = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    get backlog() {
      return waiting;
    },
  });
  await using relay = await startRelay({ wrap });
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const before = await relay.store.read.events.head();
  waiting = 513;
  const input = { id: uuidv7(), conversation, text: 'hi' };
  expect(await visitor.ask('message:send', input)).toMatchObject({
    ok: false,
    error: { code: 'overloaded', retryable: true, retryAfterMs: expect.any(Number) },
  });
  expect(await relay.store.read.events.head()).toBe(before);
  waiting = 512;
  expect(await visitor.ask('message:send', input)).toMatchObject({ ok: true });
});

describe('[P3] a store that cannot write', () => {
  test('is told as that, nothing is stored, and it goes on when it can again', async () => {
    let broken = false;
    const wrap = (store: Store): Store => ({
      ...store,
      get backlog() {
        return store.backlog;
      },
      write: (key, work) =>
        store.write(key, async (tx) => {
          const done = await work(tx);
          // Like a disk that is full at the very end.
          if (broken)
            throw Object.assign(new Error('database or disk is full CANARY'), { errcode: 13 });
          return done;
        }),
    });
    await using relay = await startRelay({ wrap });
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const before = await relay.store.read.events.head();
    broken = true;
    const input = { id: uuidv7(), conversation, text: 'hi' };
    const acks = await Promise.all(
      [input, { ...input, id: uuidv7() }].map((it) => visitor.ask('message:send', it)),
    );
    for (const ack of acks)
      expect(ack).toMatchObject({
        ok: false,
        error: { code: 'storage_unavailable', retryable: true },
      });
    expect(JSON.stringify(acks)).not.toContain('CANARY');
    expect(await relay.store.read.events.head()).toBe(before);
    expect(await visitor.ask('conversation:resume', { conversation, cursor: null })).toMatchObject({
      ok: true,
    });
    broken = false;
    expect(await visitor.ask('message:send', input)).toMatchObject({ ok: true });
    expect(await relay.store.read.events.head()).toBe(before + 1);
  });

  test('[EV-26] [CF-10] a failure nobody foresaw is a reference into the log, and no more', async () => {
    let failing = false;
    const wrap = (store: Store): Store => ({
      ...store,
      get backlog() {
        return store.backlog;
      },
      write: (key, work) =>
        failing
          ? Promise.reject(new TypeError('CANARY is not a function'))
          : store.write(key, work),
    });
    await using relay = await startRelay({ wrap });
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    failing = true;
    const ack = await visitor.ask('message:send', { id: uuidv7(), conversation, text: 'hi' });
    failing = false;
    expect(ack).toMatchObject({
      ok: false,
      error: { code: 'internal', ref: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(JSON.stringify(ack)).not.toContain('CANARY');
    expect(relay.logLines.join('')).toContain(!ack.ok && ack.error.ref);
    expect(visitor.closed()).toBeUndefined();
  });
});

describe('[P19] a reader that does not keep up', () => {
  test('[EV-23] is closed, may resume without a hole, and slows nobody', async () => {
    await using relay = await startRelay();
    const writer = await relay.visitor();
    const conversation = await writer.start();
    const slow = await visitRaw(relay.url, { protocol: 1, site: 'shop', token: writer.token });
    const tcp = (slow.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket;
    tcp.pause();
    const open = () =>
      process.getActiveResourcesInfo().filter((it) => it === 'TCPSocketWrap').length;
    const before = open();
    const text = 'x'.repeat(10_000);
    let sent = 0;
    const isThere = () => relay.logLines.some((line) => line.includes('slow consumer closed'));
    while (!isThere()) {
      await Promise.all(
        Array.from({ length: 50 }, () => writer.give('message:send', { conversation, text })),
      );
      sent += 50;
      if (sent > 5000) throw new Error('nobody minded 50 MB in front of a closed door');
    }
    // It is let go even though it never reads again, and what was queued for it with it.
    await until(() => open() < before, 'our side of its connection to be gone');
    await until(() =>
      relay
        .fetch('/metrics')
        .then(({ text: it }) =>
          it.includes('throughline_sockets_connected{namespace="visitor"} 1'),
        ),
    );
    expect(writer.closed()).toBeUndefined();
    await writer.next<VisitorEvent>('event', ({ pub }) => pub === sent + 1);
    tcp.resume();
    await slow.end();
    const back = await relay.visitor({ token: writer.token });
    const ack = await back.ask<VisitorPage>('conversation:resume', {
      conversation,
      cursor: `${relay.store.epoch}.${sent - 5}`,
    });
    expect(ack.ok && [ack.data.state, ack.data.events.map(({ pub }) => pub)]).toEqual([
      'recovered',
      [1, 2, 3, 4, 5, 6].map((it) => sent - 5 + it),
    ]);
  });

  test('asks for pages it does not read, and gets no more than fits', async () => {
    await using relay = await startRelay();
    const writer = await relay.visitor();
    const conversation = await writer.start();
    const text = 'x'.repeat(10_000);
    for (let i = 0; i < 27; i++) await writer.give('message:send', { conversation, text });
    const slow = await visitRaw(relay.url, { protocol: 1, site: 'shop', token: writer.token });
    const tcp = (slow.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket;
    tcp.pause();
    const ask = JSON.stringify(['conversation:resume', { conversation, cursor: null }]);
    for (let i = 0; i < 200; i++) slow.send(`42/visitor,${i}${ask}`);
    await sleep(300);
    tcp.resume();
    await slow.next(/slow_consumer/);
    const pages = slow.frames.filter((frame) => frame.includes('"state":"reset"')).length;
    // What the system's own buffers took, and at most a megabyte behind it.
    expect(pages).toBeLessThan(60);
  });
});

describe('[P19] conversations begun from one address', () => {
  test('are as many as people begin; more have to wait, and leave nothing behind', async () => {
    await using relay = await startRelay({ config: { limits: { startsPerMinute: 5 } } });
    const codes: string[] = [];
    for (let i = 0; i < 8; i++) {
      const visitor = await relay.visitor();
      const ack = await visitor.ask('conversation:start', { id: uuidv7(), conversation: uuidv7() });
      codes.push(ack.ok ? 'ok' : ack.error.code);
    }
    expect(codes).toEqual([...Array(5).fill('ok'), ...Array(3).fill('rate_limited')]);
    const begun = (await relay.events()).filter(({ type }) => type === 'conversation.started');
    expect(begun).toHaveLength(5);
  });
});

describe('too many pages of one visitor', () => {
  test('[HS-22] the oldest gives way and is told so; the others stay', async () => {
    await using relay = await startRelay();
    const first = await relay.visitor();
    await first.start();
    const tabs: VisitorPeer[] = [];
    for (let i = 0; i < 10; i++) tabs.push(await relay.visitor({ token: first.token }));
    const { error } = await first.next<Closing>('closing');
    expect(error).toMatchObject({ code: 'replaced', retryable: false });
    await until(() => first.closed());
    expect(tabs.map((tab) => tab.closed())).toEqual(Array(10).fill(undefined));
    for (const tab of tabs)
      expect(await tab.ask('conversation:list', {})).toMatchObject({ ok: true });
  });

  test('a crowd of strangers replaces nobody', async () => {
    await using relay = await startRelay();
    const peers = await Promise.all(Array.from({ length: 30 }, () => relay.visitor()));
    for (const peer of peers) await peer.ask('nothing', {});
    expect(peers.every((peer) => peer.closed() === undefined)).toBe(true);
  });
});

test('[P19] refused handshakes are counted by their codes', async () => {
  await using relay = await startRelay();
  const auth = { protocol: 1, site: 'nowhere' };
  await refusal(connect(relay.url, { namespace: '/visitor', auth, headers: { origin: ORIGIN } }));
  const { text } = await relay.fetch('/metrics');
  expect(text).toContain('throughline_handshakes_refused_total{code="unknown_site"} 1');
});
