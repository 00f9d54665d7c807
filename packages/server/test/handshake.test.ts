import { uuidv7 } from '@throughline/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reads, Store } from '../src/store/store.ts';
import { connect, ORIGIN, refusal, startRelay, type TestRelay } from './relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await startRelay();
});
afterAll(() => relay[Symbol.asyncDispose]());

const visitor = (auth: unknown, headers: Record<string, string> = { origin: ORIGIN }) =>
  connect(relay.url, { namespace: '/visitor', auth, headers });
const good = { protocol: 1, site: 'shop' };

/** Everything the database holds, by table. */
async function rows(): Promise<unknown> {
  const { read } = relay.store;
  return [await read.events.head(), await read.conversations.counts(999), await read.agents.list()];
}

describe('[P23] a visitor’s handshake', () => {
  test('[ID-15] is welcomed, with the log’s epoch, the time, a token and who it is', async () => {
    const peer = await visitor(good);
    const [welcome] = peer.all<Record<string, unknown>>('welcome');
    expect(welcome).toMatchObject({
      contact: expect.stringMatching(/^[0-9a-f-]{36}$/),
      token: expect.stringMatching(/^[\w-]{43}$/),
      epoch: relay.store.epoch,
      now: expect.any(Number),
      site: { name: 'The Shop' },
    });
    expect(peer.messages[0]?.name).toBe('welcome');
    peer.close();
  });

  test.each([
    ['a protocol to come', { ...good, protocol: 2 }, 'protocol_unsupported'],
    ['a protocol of old', { ...good, protocol: 0 }, 'protocol_unsupported'],
    ['a protocol as text', { ...good, protocol: '1' }, 'bad_type'],
    ['no protocol', { site: 'shop' }, 'bad_type'],
    ['no site', { protocol: 1 }, 'bad_type'],
    ['a site nobody has', { ...good, site: 'nowhere' }, 'unknown_site'],
    ['a site called __proto__', { ...good, site: '__proto__' }, 'unknown_site'],
    ['a site of 1 MB', { ...good, site: 'x'.repeat(60_000) }, 'too_long'],
    ['a token that is a number', { ...good, token: 7 }, 'bad_type'],
    ['a token that is a list', { ...good, token: ['x'] }, 'bad_type'],
    ['a token of 50 KB', { ...good, token: 'x'.repeat(50_000) }, 'too_long'],
    ['a field nobody knows', { ...good, contact: uuidv7() }, 'unknown_field'],
    ['a role', { ...good, role: 'agent' }, 'unknown_field'],
    ['a context out of bounds', { ...good, context: { userAgent: 'x'.repeat(401) } }, 'too_long'],
    ['a context with more', { ...good, context: { id: 1 } }, 'unknown_field'],
    ['nothing', {}, 'bad_type'],
    ['an agent’s', { protocol: 1, csrf: 'x' }, 'bad_type'],
  ])('[HS-18] [ID-15] with %s is refused', async (_what, auth, code) => {
    const before = await rows();
    expect(await refusal(visitor(auth))).toMatchObject({ code });
    expect(await rows()).toEqual(before);
  });

  test.each([
    'https://shop.example.evil.com',
    'https://evil.com/https://shop.example',
    'https://shop.example:8443',
    'https://shop.example:443',
    'http://shop.example',
    'https://shop.example.',
    'https://shop.example/',
    'https://SHOP.example',
    'HTTPS://shop.example',
    'https://user@shop.example',
    'https://shop.example@evil.com',
    'https://shop.example`',
    'https://shop.example$.evil.com',
    'https://shop.example#',
    'https://sub.shop.example',
    'https://xn--shp-ina.example',
    'shop.example',
    ' https://shop.example ',
    'https://shop.example, https://evil.com',
    'null',
    'file://',
    'https://garage.example',
  ])('[HS-01] [HS-02] [HS-03] [HS-05] [ID-07] from the origin %s is refused', async (origin) => {
    // A header's value is trimmed by HTTP itself: that one is the real one.
    if (origin.trim() === ORIGIN) return;
    const before = await rows();
    expect(await refusal(visitor(good, { origin }))).toMatchObject({ code: 'origin_not_allowed' });
    expect(await rows()).toEqual(before);
  });

  test('[HS-04] [ID-07] without an origin is refused: a page always has one', async () => {
    expect(await refusal(visitor(good, {}))).toMatchObject({ code: 'origin_not_allowed' });
    expect(await refusal(visitor(good, { origin: '' }))).toMatchObject({
      code: 'origin_not_allowed',
    });
  });

  test('from the relay’s own page is let in: it shows any site’s chat in a window', async () => {
    const opened = await visitor(good, { origin: relay.url });
    expect(opened.closed()).toBeUndefined();
    opened.close();
  });

  test('[ID-12] of one site from a page of another is refused', async () => {
    expect(await refusal(visitor({ ...good, site: 'garage' }))).toMatchObject({
      code: 'origin_not_allowed',
    });
  });

  test('[CF-10] a refusal says what the table says, and nothing of what was sent', async () => {
    const problem = await refusal(visitor({ ...good, site: 'CANARY' }));
    expect(Object.keys(problem).sort()).toEqual(['code', 'message', 'retryable']);
    expect(JSON.stringify(problem)).not.toContain('CANARY');
  });
});

describe('[P23] somebody who has done nothing', () => {
  test('[HS-23] leaves no row, however often', async () => {
    const before = await rows();
    const peers = await Promise.all(
      Array.from({ length: 50 }, () => visitor({ ...good, context: { language: 'de' } })),
    );
    for (const peer of peers) {
      expect(await peer.ask('conversation:list', {})).toEqual({ ok: true, data: [] });
      expect(await peer.ask('context:set', { language: 'fr' })).toMatchObject({ ok: true });
      expect(await peer.ask('typing:set', { conversation: uuidv7(), on: true })).toMatchObject({
        error: { code: 'not_found' },
      });
    }
    const tokens = new Set(peers.map((peer) => peer.all<{ token: string }>('welcome')[0]?.token));
    expect(tokens.size).toBe(50);
    for (const peer of peers) peer.close();
    expect(await rows()).toEqual(before);
    for (const peer of peers) {
      const { contact = '' } = peer.all<{ contact?: string }>('welcome')[0] ?? {};
      expect(await relay.store.read.contacts.get(contact)).toBeUndefined();
    }
  });

  test('whose first command is refused leaves no row either', async () => {
    const peer = await relay.visitor();
    expect(await peer.ask('conversation:start', { id: uuidv7() })).toMatchObject({ ok: false });
    expect(
      await peer.ask('message:send', { id: uuidv7(), conversation: uuidv7(), text: 'x' }),
    ).toMatchObject({ ok: false });
    expect(await relay.store.read.contacts.get(peer.contact)).toBeUndefined();
  });
});

describe('a visitor’s token', () => {
  test('is worth something once the visitor has done something', async () => {
    const first = await relay.visitor();
    await first.start();
    const second = await relay.visitor({ token: first.token });
    expect(second.contact).toBe(first.contact);
    expect(second.all<object>('welcome')[0]).not.toHaveProperty('token');
  });

  test('[HS-19] [ID-07] that nobody knows is replaced, and so is one that was never used', async () => {
    const unused = await relay.visitor();
    for (const token of [unused.token, 'x', '', '0'.repeat(43), "' OR 1=1 --"]) {
      const peer = await relay.visitor({ token });
      expect(peer.token).not.toBe(token);
      expect(peer.contact).not.toBe(unused.contact);
    }
  });

  test('[P17] [ID-07] of another site is worth nothing', async () => {
    const first = await relay.visitor();
    await first.start();
    const elsewhere = await relay.visitor({ site: 'garage', token: first.token });
    expect(elsewhere.contact).not.toBe(first.contact);
    expect(elsewhere.token).not.toBe(first.token);
  });

  test('is kept as a hash only', async () => {
    const { token, start } = await relay.visitor();
    await start();
    expect(await relay.store.read.contacts.ofDevice(token, 'shop')).toBeUndefined();
  });
});

describe('[P26] an agent’s handshake', () => {
  const agent = async (more: { auth?: unknown; headers?: Record<string, string> } = {}) => {
    const { session } = await relay.hire();
    const cookie = `throughline=${session.token}`;
    return connect(relay.url, {
      namespace: '/agent',
      auth: more.auth ?? { protocol: 1, csrf: session.session.csrf },
      headers: { origin: relay.url, cookie, ...more.headers },
    });
  };

  test('is welcomed', async () => {
    const peer = await agent();
    expect(peer.all('welcome')[0]).toMatchObject({
      agent: { name: 'Ada' },
      epoch: relay.store.epoch,
    });
    peer.close();
  });

  test('[HS-06] with the cookie alone is refused: a foreign page has that too', async () => {
    expect(await refusal(agent({ auth: { protocol: 1, csrf: '' } }))).toMatchObject({
      code: 'csrf_failed',
    });
    expect(await refusal(agent({ auth: { protocol: 1 } }))).toMatchObject({ code: 'bad_type' });
  });

  test('with the proof of another session is refused', async () => {
    const { session } = await relay.hire();
    const auth = { protocol: 1, csrf: session.session.csrf };
    expect(await refusal(agent({ auth }))).toMatchObject({ code: 'csrf_failed' });
  });

  test.each(['https://evil.example', ORIGIN, 'null', ''])(
    '[HS-06] from the page %j is refused',
    async (origin) => {
      expect(await refusal(agent({ headers: { origin } }))).toMatchObject({
        code: 'origin_not_allowed',
      });
    },
  );

  test.each([
    ['no cookie', ''],
    ['somebody’s guess', 'throughline=guess'],
    ['an empty one', 'throughline='],
    ['one of another name', '__Host-throughline=x'],
    ['nonsense', ';;;=;'],
  ])('with %s is refused', async (_what, cookie) => {
    expect(await refusal(agent({ headers: { cookie } }))).toMatchObject({ code: 'unauthorized' });
  });

  test('[HS-19] [EV-25] of a session that was signed out is refused', async () => {
    const { session } = await relay.hire();
    await relay.fetch('/v1/session', { method: 'DELETE', as: session });
    const headers = { cookie: `throughline=${session.token}` };
    expect(await refusal(agent({ headers }))).toMatchObject({ code: 'unauthorized' });
  });

  test('of another protocol is refused', async () => {
    expect(await refusal(agent({ auth: { protocol: 9, csrf: 'x' } }))).toMatchObject({
      code: 'protocol_unsupported',
    });
  });

  test('a visitor’s token is no agent’s, and the other way round', async () => {
    const { session } = await relay.hire();
    const first = await relay.visitor();
    await first.start();
    expect(
      await refusal(agent({ headers: { cookie: `throughline=${first.token}` } })),
    ).toMatchObject({ code: 'unauthorized' });
    expect((await relay.visitor({ token: session.token })).contact).not.toBe(first.contact);
  });
});

test('[EV-26] a store that fails during a handshake is an answer, and the relay lives on', async () => {
  let isBroken = false;
  const wrap = (store: Store): Store => {
    const fail = () => {
      throw Object.assign(new Error('disk CANARY'), { errcode: 10 });
    };
    const contacts: Reads['contacts'] = {
      ...store.read.contacts,
      ofDevice: (hash, site) => (isBroken ? fail() : store.read.contacts.ofDevice(hash, site)),
    };
    const sessions: Reads['sessions'] = {
      get: (hash) => (isBroken ? fail() : store.read.sessions.get(hash)),
      valid: (hashes, now) => store.read.sessions.valid(hashes, now),
    };
    return {
      ...store,
      read: { ...store.read, contacts, sessions },
      get backlog() {
        return store.backlog;
      },
    };
  };
  await using broken = await startRelay({ wrap });
  const hired = await broken.hire();
  isBroken = true;
  const problems = [
    await refusal(broken.visitor({ token: 'x' })),
    await refusal(broken.agent(hired)),
  ];
  for (const problem of problems) {
    expect(problem).toMatchObject({ code: 'internal', ref: expect.any(String) });
    expect(JSON.stringify(problem)).not.toContain('CANARY');
    expect(broken.logLines.join('')).toContain(problem.ref);
  }
  isBroken = false;
  await (await broken.visitor()).start();
});
