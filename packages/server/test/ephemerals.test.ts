import { uuidv7 } from '@throughline/shared';
import type { Ephemeral, Heartbeat, VisitorEvent } from '@throughline/shared/schema';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Peer, startRelay, until } from './relay.ts';

type Kind = Ephemeral['kind'];
const of = <K extends Kind>(peer: Peer, kind: K) =>
  peer.all<Ephemeral>('ephemeral').filter((it): it is Ephemeral & { kind: K } => it.kind === kind);

describe('[P22] ephemerals', () => {
  test('[PR-09] reach those concerned, and leave nothing in the log', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const [agent, elsewhere] = [await relay.agent(), await relay.agent()];
    const conversation = await visitor.start();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const before = await relay.store.read.events.head();
    const row = await relay.store.read.conversations.get(conversation);
    await visitor.ask('typing:set', { conversation, on: true });
    await agent.ask('typing:set', { conversation, on: true });
    await visitor.ask('context:set', { page: { url: 'https://shop.example/cart', title: 'Cart' } });
    await until(() => of(agent, 'typing').length && of(visitor, 'typing').length);
    expect(of(agent, 'typing')).toMatchObject([
      { conversation, on: true, actor: { kind: 'visitor', id: visitor.contact } },
    ]);
    expect(of(visitor, 'typing')).toMatchObject([
      { conversation, on: true, actor: { kind: 'agent', name: 'Ada' } },
    ]);
    await until(() => of(agent, 'visitor').some(({ context }) => context?.page?.title === 'Cart'));
    await until(() =>
      of(agent, 'viewers').some(({ viewers }) => viewers.some(({ writing }) => writing)),
    );
    await elsewhere.ask('nothing', {});
    expect(of(elsewhere, 'typing')).toEqual([]);
    expect(of(elsewhere, 'viewers')).toEqual([]);
    expect(await relay.store.read.events.head()).toBe(before);
    expect(await relay.store.read.conversations.get(conversation)).toEqual(row);
  });

  test('[EV-22] said a thousand times are told once in two seconds', async () => {
    let ms = 1_000_000;
    await using relay = await startRelay({ now: () => ms });
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const conversation = await visitor.start();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    const type = (n: number, on = true) =>
      Promise.all(Array.from({ length: n }, () => visitor.ask('typing:set', { conversation, on })));
    await type(500);
    ms += 1999;
    await type(499);
    await type(1, false);
    ms += 1;
    await type(1);
    await until(() => of(agent, 'typing').length >= 3);
    expect(of(agent, 'typing').map(({ on }) => on)).toEqual([true, false, true]);
  });

  test('begun and ended in turns a hundred times are told once each', async () => {
    await using relay = await startRelay({ now: () => 1_000_000 });
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const conversation = await visitor.start();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    for (let i = 0; i < 100; i++)
      await visitor.ask('typing:set', { conversation, on: i % 2 === 0 });
    await visitor.give('message:send', { conversation, text: 'done' });
    await agent.next<VisitorEvent>('event', ({ type }) => type === 'message.created');
    expect(of(agent, 'typing').map(({ on }) => on)).toEqual([true, false]);
  });

  test('[EV-22] in a conversation of somebody else are refused, however often', async () => {
    await using relay = await startRelay();
    const [visitor, other] = [await relay.visitor(), await relay.visitor()];
    const conversation = await other.start();
    for (let i = 0; i < 3; i++)
      expect(await visitor.ask('typing:set', { conversation, on: true })).toMatchObject({
        ok: false,
        error: { code: 'not_found' },
      });
  });

  test('agents who come and go are told to colleagues and visitors', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const first = await relay.agent();
    await until(() => of(visitor, 'availability').at(-1)?.online.includes(first.agent.id));
    const second = await relay.agent();
    await until(() => of(first, 'agents').at(-1)?.online.length === 2);
    expect(
      of(second, 'agents')[0]
        ?.online.map(({ id }) => id)
        .sort(),
    ).toEqual([first.agent.id, second.agent.id].sort());
    // An address or a role is nobody's business here.
    expect(JSON.stringify(visitor.messages)).not.toMatch(/@example|role/);
  });
});

describe('[P22] what an agent’s console has received', () => {
  const listed = async (visitor: Peer) => {
    const ack = await visitor.ask<{ id: string; delivered: number }[]>('conversation:list', {});
    return ack.ok ? ack.data.map(({ delivered }) => delivered) : ack;
  };

  test('is told to its visitor, on all pages and to later ones, and to nobody else', async () => {
    await using relay = await startRelay();
    const [visitor, other] = [await relay.visitor(), await relay.visitor()];
    const [agent, elsewhere] = [await relay.agent(), await relay.agent()];
    const conversation = await visitor.start();
    await other.start();
    await visitor.give('message:send', { conversation, text: 'and another thing' });
    const before = await relay.store.read.events.head();
    expect(await listed(visitor)).toEqual([0]);
    const heads = [{ conversation, pub: 2 }];
    expect(await agent.ask('delivered:set', { heads })).toMatchObject({ ok: true });
    await until(() => of(visitor, 'delivered').length);
    expect(of(visitor, 'delivered')).toEqual([{ kind: 'delivered', conversation, pub: 2 }]);
    expect(await listed(visitor)).toEqual([2]);
    expect(await listed(other)).toEqual([0]);
    for (const peer of [other, agent, elsewhere]) expect(of(peer, 'delivered')).toEqual([]);
    expect(await relay.store.read.events.head()).toBe(before);
  });

  test('said a thousand times is told once', async () => {
    await using relay = await startRelay({ config: { limits: { commandsPerSecond: 1000 } } });
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'and another thing' });
    const say = (pub: number) =>
      agent.ask('delivered:set', {
        heads: [
          { conversation, pub },
          { conversation, pub: 1 },
        ],
      });
    await Promise.all(Array.from({ length: 1000 }, () => say(1)));
    await say(2);
    await until(() => of(visitor, 'delivered').length >= 2);
    expect(of(visitor, 'delivered').map(({ pub }) => pub)).toEqual([1, 2]);
  });

  test('is refused as a whole where it cannot be, and from a visitor', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const conversation = await visitor.start();
    const good = { conversation, pub: 1 };
    const say = (peer: Peer, ...heads: unknown[]) => peer.ask('delivered:set', { heads });
    const refused = (code: string) => ({ ok: false, error: { code } });
    expect(await say(agent, good, { conversation, pub: 99 })).toMatchObject(refused('bad_value'));
    expect(await say(agent, good, { conversation: uuidv7(), pub: 1 })).toMatchObject(
      refused('not_found'),
    );
    expect(await say(agent, good, { conversation, pub: 0 })).toMatchObject({ ok: false });
    expect(await say(agent)).toMatchObject({ ok: false });
    expect(await say(agent, ...Array(101).fill(good))).toMatchObject(refused('too_long'));
    expect(await say(visitor, good)).toMatchObject(refused('unknown_command'));
    expect(await listed(visitor)).toEqual([0]);
    expect(of(visitor, 'delivered')).toEqual([]);
  });
});

describe('[P14] the heartbeat', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('names the heads of what each side follows, every 25 s', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const [conversation, other] = [await visitor.start(), await visitor.start()];
    await agent.ask('conversation:resume', { conversation, cursor: null });
    await agent.give('note:add', { conversation, text: 'psst' });
    await visitor.give('message:send', { conversation, text: 'hi' });
    await agent.next<VisitorEvent>('event', ({ type }) => type === 'message.created');
    vi.advanceTimersByTime(24_999);
    await visitor.ask('nothing', {});
    expect(visitor.all('heartbeat')).toEqual([]);
    vi.advanceTimersByTime(1);
    const [mine, hers] = [
      await visitor.next<Heartbeat>('heartbeat'),
      await agent.next<Heartbeat>('heartbeat'),
    ];
    expect(mine.heads).toEqual({ [conversation]: 2, [other]: 1 });
    expect(hers.heads).toEqual({ [conversation]: 3 });
    vi.advanceTimersByTime(25_000);
    await until(() => visitor.all('heartbeat').length === 2);
  });

  test('tells a client that lost a frame on a living connection', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const conversation = await visitor.start();
    // To the relay the frame was sent; the page we think of never got it, and stands at 1.
    await agent.give('message:send', { conversation, text: 'lost' });
    await visitor.next<VisitorEvent>('event', ({ pub }) => pub === 2);
    vi.advanceTimersByTime(25_000);
    const { heads } = await visitor.next<Heartbeat>('heartbeat');
    expect(heads[conversation]).toBe(2);
    const ack = await visitor.ask<{ events: VisitorEvent[] }>('conversation:resume', {
      conversation,
      cursor: `${relay.store.epoch}.1`,
    });
    expect(ack.ok && ack.data.events.map(({ pub }) => pub)).toEqual([2]);
  });

  test('names nothing to whom nothing happened, or who left', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const agent = await relay.agent();
    const stranger = await relay.visitor();
    const conversation = await visitor.start();
    await agent.ask('conversation:resume', { conversation, cursor: null });
    await visitor.give('message:send', { conversation, text: 'hi' });
    await agent.next('event');
    await agent.ask('conversation:leave', { conversation });
    vi.advanceTimersByTime(25_000);
    await visitor.next('heartbeat');
    await agent.ask('nothing', {});
    await stranger.ask('nothing', {});
    expect([...agent.all('heartbeat'), ...stranger.all('heartbeat')]).toEqual([]);
  });
});

test('[P22] typing in a conversation that is not there is told to nobody', async () => {
  await using relay = await startRelay();
  const [visitor, other] = [await relay.visitor(), await relay.visitor()];
  const agent = await relay.agent();
  const conversation = await visitor.start();
  await agent.ask('conversation:resume', { conversation, cursor: null });
  for (const id of [conversation, uuidv7()])
    expect(await other.ask('typing:set', { conversation: id, on: true })).toMatchObject({
      error: { code: 'not_found' },
    });
  await agent.ask('nothing', {});
  expect(of(agent, 'typing')).toEqual([]);
});
