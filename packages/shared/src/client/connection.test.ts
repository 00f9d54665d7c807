import { describe, expect, test } from 'vitest';
import { problem } from '../errors.ts';
import type { Ack } from '../schema/wire.ts';
import { createConnection, type Link, type LinkHandlers, type Surroundings } from './connection.ts';

const settle = () => new Promise<void>((done) => setImmediate(done));

interface FakeLink extends Link {
  handlers: LinkHandlers;
  closed: boolean;
  asked: { name: string; answer(ack: Ack): void; fail(): void }[];
  signalled: string[];
}

interface FakeTimer {
  run: () => void;
  ms: number;
  state: 'pending' | 'undone' | 'run';
}

/** A connection whose surroundings do what the test says, and nothing by themselves. */
function setUp(more: Partial<Surroundings> = {}, sync: () => Promise<boolean> = async () => true) {
  const links: FakeLink[] = [];
  const timers: FakeTimer[] = [];
  const told: string[] = [];
  const messages: string[] = [];
  const line = createConnection(
    {
      open(handlers) {
        const link: FakeLink = {
          handlers,
          closed: false,
          asked: [],
          signalled: [],
          request: (name) =>
            new Promise((answer, fail) =>
              link.asked.push({ name, answer, fail: () => fail(new Error('no answer')) }),
            ),
          signal: (name) => link.signalled.push(name),
          close() {
            link.closed = true;
          },
        };
        links.push(link);
        return link;
      },
      setTimer(run, ms) {
        const timer: FakeTimer = { run, ms, state: 'pending' };
        timers.push(timer);
        return () => {
          if (timer.state === 'pending') timer.state = 'undone';
        };
      },
      random: () => 0.5,
      isHidden: () => false,
      isNetworkUp: () => true,
      ...more,
    },
    {
      welcome: (welcome) => messages.push(`welcome ${welcome}`),
      sync,
      message: (name) => messages.push(name),
      status: (status, why) => told.push(why ? `${status} ${why.code}` : status),
    },
  );
  const last = (): FakeLink => {
    const link = links.at(-1);
    if (!link) throw new Error('nothing was opened');
    return link;
  };
  const pending = () => timers.filter(({ state }) => state === 'pending');
  /** Runs the one timer that is pending. */
  const tick = () => {
    const [timer] = pending();
    if (!timer) throw new Error('no timer is pending');
    timer.state = 'run';
    timer.run();
  };
  const online = async () => {
    line.start();
    last().handlers.opened('hello');
    await settle();
  };
  return { line, links, timers, told, messages, last, pending, tick, online };
}

test('start opens a link; welcomed and caught up it is online', async () => {
  const at = setUp();
  at.line.start();
  expect(at.line.state).toBe('connecting');
  at.last().handlers.opened('hello');
  expect(at.line.state).toBe('syncing');
  await settle();
  expect(at.line.state).toBe('online');
  expect(at.told).toEqual(['connecting', 'connecting', 'online']);
  expect(at.messages).toEqual(['welcome hello']);
  expect(at.pending()).toEqual([]);
});

test('starting twice opens one link', () => {
  const at = setUp();
  at.line.start();
  at.line.start();
  expect(at.links).toHaveLength(1);
});

test('a lost link is opened again after a wait that grows, and is short again once online', async () => {
  const at = setUp();
  at.line.start();
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    at.last().handlers.lost();
    expect(at.line.state).toBe('waiting');
    expect(at.last().closed).toBe(true);
    waits.push(at.pending()[0]?.ms ?? 0);
    at.tick();
  }
  expect(waits).toEqual([313, 625, 1250, 2500]);
  at.last().handlers.opened('');
  await settle();
  at.last().handlers.lost();
  expect(at.pending()[0]?.ms).toBe(313);
  expect(at.told.slice(-2)).toEqual(['online', 'reconnecting']);
});

test('what an old link still says is not heard', async () => {
  const at = setUp();
  await at.online();
  const old = at.last();
  old.handlers.lost();
  at.tick();
  old.handlers.opened('ghost');
  old.handlers.message('event', {});
  old.handlers.message('closing', { error: problem('unauthorized') });
  old.handlers.refused(problem('unauthorized'));
  old.handlers.lost();
  expect(at.line.state).toBe('connecting');
  expect(at.messages).toEqual(['welcome hello']);
});

describe('what the relay says before it closes', () => {
  test('[P20] to come back later: exactly when it says', async () => {
    const at = setUp();
    await at.online();
    at.last().handlers.message('closing', { error: problem('going_away', { retryAfterMs: 4321 }) });
    expect(at.line.state).toBe('waiting');
    expect(at.pending().map(({ ms }) => ms)).toEqual([4321]);
    expect(at.told.at(-1)).toBe('reconnecting going_away');
    // Only this once: the next loss is waited for as always.
    at.tick();
    at.last().handlers.lost();
    expect(at.pending()[0]?.ms).toBe(625);
  });

  test('[P26] not to come back: refused until somebody starts it again', async () => {
    const at = setUp();
    await at.online();
    at.last().handlers.message('closing', { error: problem('unauthorized') });
    expect(at.line.state).toBe('refused');
    expect(at.told.at(-1)).toBe('refused unauthorized');
    expect(at.pending()).toEqual([]);
    expect(at.last().closed).toBe(true);
    at.line.nudge();
    at.last().handlers.lost();
    expect(at.line.state).toBe('refused');
    at.line.start();
    expect(at.line.state).toBe('connecting');
  });

  test('a refused handshake: for good, or until the relay has room', () => {
    const at = setUp();
    at.line.start();
    at.last().handlers.refused(problem('overloaded', { retryAfterMs: 900 }));
    expect(at.pending()[0]?.ms).toBe(900);
    at.tick();
    at.last().handlers.refused(problem('origin_not_allowed'));
    expect(at.line.state).toBe('refused');
  });

  test('why is forgotten once it is over', async () => {
    const at = setUp();
    await at.online();
    at.last().handlers.message('closing', { error: problem('unauthorized') });
    at.line.stop();
    expect(at.told.at(-1)).toBe('idle');
    at.line.start();
    expect(at.told.at(-1)).toBe('connecting');
  });
});

describe('catching up', () => {
  test.each([
    ['is not answered', async () => false],
    ['fails', () => Promise.reject(new Error('broken'))],
  ])('a sync that %s is a lost link', async (_what, sync) => {
    const at = setUp({}, sync);
    await at.online();
    expect(at.line.state).toBe('waiting');
  });

  test('a sync that ends after the link was lost says nothing about the next one', async () => {
    const ends: ((done: boolean) => void)[] = [];
    const at = setUp({}, () => new Promise((end) => ends.push(end)));
    await at.online();
    at.last().handlers.lost();
    at.tick();
    at.last().handlers.opened('');
    ends[0]?.(true);
    await settle();
    expect(at.line.state).toBe('syncing');
    ends[1]?.(true);
    await settle();
    expect(at.line.state).toBe('online');
  });

  test('a page that comes back is caught up without a sign of it', async () => {
    const at = setUp();
    await at.online();
    at.told.length = 0;
    at.line.nudge();
    expect(at.line.state).toBe('syncing');
    await settle();
    expect(at.told).toEqual(['online', 'online']);
    expect(at.links).toHaveLength(1);
  });
});

describe('requests', () => {
  test('are answered over the link', async () => {
    const at = setUp();
    await at.online();
    const asked = at.line.request('message:send', {});
    at.last().asked[0]?.answer({ ok: true, data: 7 });
    expect(await asked).toEqual({ ok: true, data: 7 });
    at.line.signal('typing:set', {});
    expect(at.last().signalled).toEqual(['typing:set']);
  });

  test('without an answer the link counts as lost: it may look alive and be dead', async () => {
    const at = setUp();
    await at.online();
    const asked = at.line.request('message:send', {});
    at.last().asked[0]?.fail();
    expect(await asked).toBeUndefined();
    expect(at.line.state).toBe('waiting');
    expect(at.last().closed).toBe(true);
  });

  test('one that fails on an old link leaves the new one alone', async () => {
    const at = setUp();
    await at.online();
    const asked = at.line.request('message:send', {});
    const old = at.last();
    old.handlers.lost();
    at.tick();
    at.last().handlers.opened('');
    await settle();
    old.asked[0]?.fail();
    expect(await asked).toBeUndefined();
    expect(at.line.state).toBe('online');
  });

  test('are not sent while there is no link, nor before the welcome', async () => {
    const at = setUp();
    expect(await at.line.request('message:send', {})).toBeUndefined();
    at.line.start();
    expect(await at.line.request('message:send', {})).toBeUndefined();
    expect(at.last().asked).toEqual([]);
    at.line.signal('typing:set', {});
  });
});

describe('after stop', () => {
  test.each(['connecting', 'waiting', 'syncing', 'online', 'refused'] as const)(
    'while %s, no link, no timer and no word are left',
    async (state) => {
      const at = setUp({}, state === 'syncing' ? () => new Promise(() => {}) : undefined);
      at.line.start();
      if (state === 'waiting') at.last().handlers.lost();
      if (state === 'refused') at.last().handlers.refused(problem('unknown_site'));
      if (state === 'syncing' || state === 'online') at.last().handlers.opened('');
      await settle();
      expect(at.line.state).toBe(state);
      at.line.stop();
      expect(at.line.state).toBe('idle');
      expect(at.pending()).toEqual([]);
      expect(at.links.every(({ closed }) => closed)).toBe(true);
      const words = at.told.length + at.messages.length;
      at.last().handlers.opened('ghost');
      at.last().handlers.message('event', {});
      at.last().handlers.lost();
      at.line.nudge();
      at.line.down();
      await settle();
      expect(at.told.length + at.messages.length).toBe(words);
      expect(at.links).toHaveLength(1);
    },
  );

  test('a link that fails while it is being opened leaves nothing behind either', () => {
    const opened: Link[] = [];
    let closed = 0;
    const at = setUp({
      open(handlers) {
        handlers.lost();
        const link = {
          request: () => Promise.reject(new Error('never')),
          signal: () => {},
          close: () => {
            closed += 1;
          },
        };
        opened.push(link);
        return link;
      },
    });
    at.line.start();
    expect(at.line.state).toBe('waiting');
    expect(at.told).toEqual(['reconnecting']);
    at.line.stop();
    expect(at.pending()).toEqual([]);
    expect(closed).toBe(opened.length);
  });
});

test('a network that is gone is waited for at leisure, and its return does not wait', async () => {
  let isUp = true;
  const at = setUp({ isNetworkUp: () => isUp });
  await at.online();
  isUp = false;
  at.line.down();
  expect(at.line.state).toBe('waiting');
  expect(at.pending()[0]?.ms).toBeGreaterThanOrEqual(15_000);
  isUp = true;
  at.line.nudge();
  expect(at.line.state).toBe('connecting');
  expect(at.pending()).toEqual([]);
});
