import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { uuidv7 } from '@throughline/shared';
import type { ContactSummary } from '@throughline/shared/schema';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, ORIGIN, refusal, site, startRelay, type TestRelay, until } from './relay.ts';

const HOUR_S = 3600;
const clock = { now: 1_800_000_000_000 };
const seconds = () => Math.floor(clock.now / 1000);

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = () => generateKeyPairSync('ed25519');
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const keys = { ES256: ec(), EdDSA: ed(), old: ec(), other: ec() };

let relay: TestRelay;
let secret: string;

const sites = {
  shop: {
    algorithm: 'ES256' as const,
    keys: [keys.ES256, keys.old].map(({ publicKey }) => pemOf(publicKey)),
  },
  eddsa: { algorithm: 'EdDSA' as const, keys: [pemOf(keys.EdDSA.publicKey)] },
  hmac: { algorithm: 'HS256' as const, keys: [] },
};

beforeAll(async () => {
  relay = await startRelay({ now: () => clock.now });
  for (const [key, identity] of Object.entries(sites))
    await relay.sites.put(site({ key, identity }), 'test');
  secret = await rotate();
});
afterAll(() => relay[Symbol.asyncDispose]());

async function rotate(): Promise<string> {
  const { session } = await relay.hire('Ada', 'admin');
  const answer = await relay.fetch('/v1/sites/hmac/identity/rotate', {
    method: 'POST',
    as: session,
  });
  return (answer.json as { secret: string }).secret;
}

interface Token {
  sub?: string;
  aud?: string;
  alg?: string;
  key?: KeyObject | Uint8Array;
  iat?: number;
  exp?: number | null;
  nbf?: number;
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
}

function sign({ sub = 'C-1', aud = 'shop', alg = 'ES256', ...more }: Token = {}): Promise<string> {
  const { key = keys.ES256.privateKey, claims = {}, header = {} } = more;
  const iat = more.iat ?? seconds();
  const exp = more.exp === undefined ? iat + HOUR_S : more.exp;
  const token = new SignJWT({ ...claims, sub, aud, iat, ...(exp === null ? {} : { exp }) });
  if (more.nbf !== undefined) token.setNotBefore(more.nbf);
  return token.setProtectedHeader({ alg, ...header }).sign(key);
}

interface Entering {
  site?: string;
  token?: string | undefined;
  identity?: string;
  forget?: string;
}

interface Welcome {
  token?: string;
  contact: string;
}

async function enter({ site: key = 'shop', ...more }: Entering) {
  const auth = { protocol: 1, site: key, ...more };
  const peer = await connect(relay.url, {
    namespace: '/visitor',
    auth,
    headers: { origin: ORIGIN },
  });
  const [welcome] = peer.all<Welcome>('welcome');
  return { ...peer, ...(welcome as Welcome), token: welcome?.token ?? more.token ?? '' };
}

const refused = async (entering: Entering): Promise<string> =>
  (await refusal(enter(entering))).code;
const show = async (id: string): Promise<ContactSummary> =>
  (await relay.fetch(`/v1/contacts/${id}`, { key: await relay.key() })).json;

describe('a token of the business', () => {
  test('makes a visitor a named contact, with what it vouches for', async () => {
    const claims = { name: 'Grace', email: 'g@example.com', facts: { plan: 'pro' } };
    const peer = await enter({ identity: await sign({ sub: 'C-new', claims }) });
    expect(await show(peer.contact)).toMatchObject({
      externalId: 'C-new',
      verified: true,
      name: 'Grace',
      email: 'g@example.com',
      facts: [
        { name: 'plan', value: 'pro', signed: true, source: { kind: 'bot', id: 'identity' } },
      ],
    });
    const head = await relay.store.read.events.head();
    await enter({ token: peer.token, identity: await sign({ sub: 'C-new', claims }) });
    expect(await relay.store.read.events.head()).toBe(head);
  });

  test('that leaves out what an earlier one vouched for takes it back; the next best counts', async () => {
    const by = (facts: object, iat = seconds()) => sign({ sub: 'C-left', iat, claims: { facts } });
    const before = await by({ plan: 'pro', seats: 3 });
    const peer = await enter({ identity: before });
    await peer.give('contact:update', { attributes: { plan: 'free' } });
    clock.now += 60_000;
    await enter({ token: peer.token, identity: await by({ seats: 4 }) });
    const values = async () =>
      Object.fromEntries(
        (
          (await show(peer.contact)) as ContactSummary & {
            effective: { name: string; value: unknown; signed: boolean }[];
          }
        ).effective.map(({ name, value, signed }) => [name, [value, signed]]),
      );
    expect(await values()).toEqual({ plan: ['free', false], seats: [4, true] });
    const [last] = (await relay.events()).filter(({ type }) => type === 'facts.recorded').slice(-1);
    const told = last && 'facts' in last.data ? last.data.facts : [];
    expect(told.map(({ name, value }) => [name, value])).toEqual([
      ['plan', null],
      ['seats', 4],
    ]);
    // Another page still has the older token.
    const head = await relay.store.read.events.head();
    await enter({ token: peer.token, identity: before });
    expect(await relay.store.read.events.head()).toBe(head);
    await enter({ token: peer.token, identity: await sign({ sub: 'C-left' }) });
    expect(await values()).toEqual({ plan: ['free', false] });
  });

  test.each([
    ['ES256', { site: 'shop' }, () => sign()],
    ['ES256 by the key before', { site: 'shop' }, () => sign({ key: keys.old.privateKey })],
    [
      'EdDSA',
      { site: 'eddsa' },
      () => sign({ aud: 'eddsa', alg: 'EdDSA', key: keys.EdDSA.privateKey }),
    ],
    [
      'HS256',
      { site: 'hmac' },
      () => sign({ aud: 'hmac', alg: 'HS256', key: new TextEncoder().encode(secret) }),
    ],
    ['a clock 50 s ahead', { site: 'shop' }, () => sign({ iat: seconds() + 50 })],
  ])('[ID-11] [ID-13] is good: %s', async (_what, entering, token) => {
    expect((await enter({ ...entering, identity: await token() })).contact).toBeTruthy();
  });

  const publicPem = () => new TextEncoder().encode(pemOf(keys.ES256.publicKey));
  const none = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = { sub: 'C-1', aud: 'shop', iat: seconds(), exp: seconds() + 60 };
    return `${part({ alg: 'none' })}.${part(body)}.`;
  };
  const twoAlgorithms = () => {
    const header = Buffer.from('{"alg":"ES256","alg":"HS256"}').toString('base64url');
    const body = Buffer.from(
      JSON.stringify({ sub: 'C-1', aud: 'shop', iat: seconds(), exp: seconds() + 60 }),
    ).toString('base64url');
    const mac = createHmac('sha256', publicPem()).update(`${header}.${body}`).digest('base64url');
    return `${header}.${body}.${mac}`;
  };

  test.each<[string, () => string | Promise<string>]>([
    ['no algorithm', none],
    ['HS256 with the public key as its secret', () => sign({ alg: 'HS256', key: publicPem() })],
    ['two algorithms', twoAlgorithms],
    [
      'HS256 with the public key behind a space',
      () =>
        sign({ alg: 'HS256', key: new TextEncoder().encode(` ${pemOf(keys.ES256.publicKey)}`) }),
    ],
    [
      'HS256 with the public key behind a comment',
      () =>
        sign({
          alg: 'HS256',
          key: new TextEncoder().encode(`# key\n${pemOf(keys.ES256.publicKey)}`),
        }),
    ],
    ['another key', () => sign({ key: keys.other.privateKey })],
    [
      'another key in its own header',
      () =>
        sign({
          key: keys.other.privateKey,
          header: { jwk: keys.other.publicKey.export({ format: 'jwk' }) },
        }),
    ],
    [
      'an address of keys in its header',
      () => sign({ key: keys.other.privateKey, header: { jku: 'https://evil.example/keys' } }),
    ],
    [
      'an address of certificates in its header',
      () => sign({ key: keys.other.privateKey, header: { x5u: 'https://evil.example/x.pem' } }),
    ],
    [
      'a key id that is a query',
      () => sign({ key: keys.other.privateKey, header: { kid: "x' UNION SELECT 'y" } }),
    ],
    [
      'a key id that is a path',
      () => sign({ key: keys.other.privateKey, header: { kid: '../../etc/passwd' } }),
    ],
    ['another site', () => sign({ aud: 'garage' })],
    ['no end', () => sign({ exp: null })],
    ['an end in ten years', () => sign({ exp: seconds() + 10 * 365 * 86_400 })],
    ['an end in more than an hour', () => sign({ exp: seconds() + HOUR_S + 1 })],
    ['a beginning in the future', () => sign({ nbf: seconds() + 600 })],
    ['a clock ten minutes ahead', () => sign({ iat: seconds() + 600 })],
    ['nobody', () => sign({ sub: '' })],
    ['an address that is none', () => sign({ claims: { email: 'x' } })],
    ['facts that are none', () => sign({ claims: { facts: { a: {} } } })],
    ['rubbish', () => 'x.y.z'],
    ['nothing', () => ''],
  ])('[HS-19] [ID-03] [ID-13] is refused: %s', async (_what, token) => {
    const head = await relay.store.read.events.head();
    expect(await refused({ identity: await token() })).toBe('identity_invalid');
    expect(await relay.store.read.events.head()).toBe(head);
  });

  /** HS256 by hand: the library refuses to sign with a secret that is none. */
  const byHand = (by: string, claims: object = {}) => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const body = { sub: 'C-1', aud: 'hmac', iat: seconds(), exp: seconds() + 60, ...claims };
    const signed = `${encode({ alg: 'HS256' })}.${encode(body)}`;
    return `${signed}.${createHmac('sha256', by).update(signed).digest('base64url')}`;
  };
  const [HEAD, BODY, MAC] = [0, 1, 2];
  const part = (token: string, at: number) => token.split('.')[at] ?? '';
  const hmacs: [string, () => string][] = [
    [
      'of another person',
      () => {
        const [mine, theirs] = [byHand(secret), byHand(secret, { sub: 'C-2' })];
        return `${part(mine, HEAD)}.${part(theirs, BODY)}.${part(mine, MAC)}`;
      },
    ],
    ['cut', () => byHand(secret).slice(0, -4)],
    [
      'in capitals',
      () => {
        const token = byHand(secret);
        return `${part(token, HEAD)}.${part(token, BODY)}.${part(token, MAC).toUpperCase()}`;
      },
    ],
    ['by an empty secret', () => byHand('')],
    ['by the name of the site', () => byHand('hmac')],
    [
      'of an address in place of the id',
      () => byHand(secret, { sub: undefined, email: 'c@example.com' }),
    ],
  ];
  test.each(hmacs)('[ID-02] is refused: a MAC %s', async (_what, token) => {
    const head = await relay.store.read.events.head();
    expect(await refused({ site: 'hmac', identity: byHand(secret) }).catch(() => 'good')).toBe(
      'good',
    );
    expect(await refused({ site: 'hmac', identity: token() })).toBe('identity_invalid');
    expect(await relay.store.read.events.head()).toBe(head);
  });

  test.each(['hex', 'base64', 'base64url'] as const)(
    '[ID-02] [ID-04] is nothing that is good for ever: a bare MAC of the id in %s',
    async (encoding) => {
      const mac = createHmac('sha256', secret).update('C-1').digest(encoding);
      expect(await refused({ site: 'hmac', identity: mac })).toBe('identity_invalid');
      expect(await refused({ site: 'hmac', identity: `C-1.${mac}` })).toBe('identity_invalid');
    },
  );

  test('is checked by keys that are keys, or the setting is refused', async () => {
    const { session } = await relay.hire('Ada', 'admin');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const bad: [string, string[]][] = [
      ['ES256', []],
      ['ES256', ['nonsense']],
      ['ES256', [pemOf(rsa.publicKey)]],
      ['ES256', [pemOf(keys.ES256.publicKey), pemOf(keys.EdDSA.publicKey)]],
      ['EdDSA', [pemOf(keys.ES256.publicKey)]],
    ];
    const put = (algorithm: string, pems: string[]) =>
      relay.fetch('/v1/sites/garage/identity', {
        method: 'PUT',
        as: session,
        body: { algorithm, keys: pems },
      });
    for (const one of bad) expect((await put(...one)).json).toMatchObject({ code: 'bad_value' });
    expect(relay.sites.get('garage')?.identity).toBeUndefined();
    expect((await put('EdDSA', [pemOf(keys.EdDSA.publicKey)])).status).toBe(200);
    await relay.fetch('/v1/sites/garage/identity', { method: 'DELETE', as: session });
  });

  test('[HS-19] that has expired is refused with a code of its own', async () => {
    const old = { iat: seconds() - 3600, exp: seconds() - 120 };
    expect(await refused({ identity: await sign(old) })).toBe('identity_expired');
  });

  test('is worth nothing where the site asks for none', async () => {
    expect(await refused({ site: 'garage', identity: await sign({ aud: 'garage' }) })).toBe(
      'origin_not_allowed',
    );
    await relay.sites.put(site({ key: 'plain' }), 'test');
    expect(await refused({ site: 'plain', identity: await sign({ aud: 'plain' }) })).toBe(
      'identity_invalid',
    );
  });

  test('[ID-04] [ID-11] of the secret before is good for a day after a rotation', async () => {
    const before = new TextEncoder().encode(secret);
    const by = (key: Uint8Array) => sign({ aud: 'hmac', alg: 'HS256', key });
    clock.now += 24 * HOUR_S * 1000;
    secret = await rotate();
    await enter({ site: 'hmac', identity: await by(before) });
    await enter({ site: 'hmac', identity: await by(new TextEncoder().encode(secret)) });
    clock.now += 24 * HOUR_S * 1000;
    expect(await refused({ site: 'hmac', identity: await by(before) })).toBe('identity_invalid');
  });
});

describe('without a token, where the site asks for one', () => {
  test('[ID-01] [ID-05] [ID-10] a claim opens nothing, takes nothing over, and tells nothing', async () => {
    const claims = { name: 'Grace', email: 'known@example.com' };
    const known = await enter({ identity: await sign({ sub: 'C-known', claims }) });
    await known.give('conversation:start', { conversation: uuidv7() });
    const before = await show(known.contact);
    const [claiming, guessing] = [await enter({}), await enter({})];
    const said = { externalId: 'C-known', name: 'Mallory', email: 'known@example.com' };
    const unknown = { ...said, externalId: 'C-nobody', email: 'nobody@example.com' };
    const [first, second] = [
      await claiming.give<object>('contact:identify', said),
      await guessing.give<object>('contact:identify', unknown),
    ];
    expect({ ...first, id: '' }).toEqual({ ...second, id: '' });
    expect(await claiming.ask('conversation:list')).toEqual({ ok: true, data: [] });
    expect(claiming.contact).not.toBe(known.contact);
    expect(await show(claiming.contact)).toMatchObject({ ...said, verified: false });
    expect(await show(known.contact)).toEqual(before);
  });

  test('[ID-14] what a page says of plans and rights is kept as its word, unsigned', async () => {
    const guest = await enter({});
    const attributes = { plan: 'pro', is_admin: true, verified_email: true, verified: true };
    await guest.give('contact:update', { attributes });
    const { verified, facts } = await show(guest.contact);
    expect(verified).toBe(false);
    expect(facts.map(({ name, signed }) => [name, signed]).toSorted()).toEqual(
      Object.keys(attributes)
        .map((name) => [name, false])
        .toSorted(),
    );
  });
});

describe('[ID-09] becoming known', () => {
  test('keeps the anonymous conversation, also where the person is known already', async () => {
    const phone = await enter({ identity: await sign({ sub: 'C-2' }) });
    const guest = await relay.visitor();
    const conversation = await guest.start();
    await guest.give('message:send', { conversation, text: 'before' });
    const named = await enter({ token: guest.token, identity: await sign({ sub: 'C-2' }) });
    expect(named.contact).toBe(phone.contact);
    const list = await named.ask<{ id: string }[]>('conversation:list');
    expect(list.ok && list.data.map(({ id }) => id)).toContain(conversation);
    const sent = await named.give('message:send', { conversation, text: 'after' });
    expect(sent).toMatchObject({ conversation });
  });

  test('by an id that was merged into another is becoming the other', async () => {
    const key = await relay.key();
    const make = async (externalId: string) => {
      const body = { site: 'shop', externalId };
      const answer = await relay.fetch('/v1/contacts', { method: 'PUT', body, key });
      return (answer.json as { id: string }).id;
    };
    const [from, into] = [await make('C-old'), await make('C-new-one')];
    await relay.fetch(`/v1/contacts/${from}/merge`, { method: 'POST', body: { into }, key });
    const entered = await enter({ identity: await sign({ sub: 'C-old' }) });
    expect(entered.contact).toBe(into);
    const again = await enter({ token: entered.token, identity: await sign({ sub: 'C-old' }) });
    expect(again.contact).toBe(into);
    expect((await show(into)).externalId).toBe('C-new-one');
  });

  test('twice at once, by two pages of one browser, is becoming known once', async () => {
    const guest = await relay.visitor();
    const conversation = await guest.start();
    const identity = await sign({ sub: 'C-3' });
    const both = await Promise.all([1, 2].map(() => enter({ token: guest.token, identity })));
    expect(both[0]?.contact).toBe(both[1]?.contact);
    const merged = (await relay.events()).filter(
      ({ type, data }) =>
        type === 'contact.identified' && 'externalId' in data && data.externalId === 'C-3',
    );
    expect(merged).toHaveLength(1);
    const list = await both[0]?.ask<{ id: string }[]>('conversation:list');
    expect(list?.ok && list.data.map(({ id }) => id)).toEqual([conversation]);
  });
});

describe('[ID-08] another person at the same browser', () => {
  test('[ID-06] is not let in with the token of the first, and sees nothing of theirs', async () => {
    const first = await enter({ identity: await sign({ sub: 'C-4' }) });
    const { token } = first;
    expect(await refused({ token, identity: await sign({ sub: 'C-5' }) })).toBe(
      'identity_switched',
    );
    expect(await refused({ token })).toBe('identity_required');
    const second = await enter({ forget: token, identity: await sign({ sub: 'C-5' }) });
    expect(second.contact).not.toBe(first.contact);
    expect(second.token).not.toBe(token);
    expect(await second.ask('conversation:list')).toEqual({ ok: true, data: [] });
    await until(() => first.closed());
  });

  test('[EV-25] comes after the old session has ended on the relay: its token and its pages', async () => {
    const first = await relay.visitor();
    await first.start();
    const next = await enter({ forget: first.token });
    expect(next.contact).not.toBe(first.contact);
    await until(() => first.closed());
    expect(first.all<{ error: { code: string } }>('closing')[0]?.error.code).toBe('going_away');
    expect((await enter({ token: first.token })).contact).not.toBe(first.contact);
  });
});
