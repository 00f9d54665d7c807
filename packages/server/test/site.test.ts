import { uuidv7 } from '@throughline/shared';
import type { Ephemeral, Site, SiteConfig, VisitorWelcome } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import {
  ORIGIN,
  OTHER_ORIGIN,
  OTHER_SITE,
  type Peer,
  startRelay,
  type TestRelay,
  until,
} from './relay.ts';

const PATH = '/v1/sites/shop/settings';
const DAY_MS = 86_400_000;

const news = (peer: Peer) => peer.all<Ephemeral>('ephemeral').filter((it) => it.kind === 'site');

async function admin(relay: TestRelay) {
  const { session } = await relay.hire('Ada', 'admin');
  const read = async () => {
    const { json, headers } = await relay.fetch(PATH, { as: session });
    return { site: json as Site, etag: String(headers.etag) };
  };
  const put = (body: object, etag: string) =>
    relay.fetch(PATH, { as: session, method: 'PUT', body, headers: { 'if-match': etag } });
  return { session, read, put };
}

const pageOf = (relay: TestRelay, headers: Record<string, string> = {}) =>
  relay.fetch('/v1/sites/shop', { headers: { origin: ORIGIN, ...headers } });

const settings = ({ key: _, identity: __, context: ___, ...rest }: Site) => rest;

describe('a site that is configured anew', () => {
  test('is told to its open pages and to consoles, to nobody else, and once', async () => {
    await using relay = await startRelay();
    const { read, put } = await admin(relay);
    const visitor = await relay.visitor();
    const other = await relay.visitor({ site: OTHER_SITE, origin: OTHER_ORIGIN });
    const agent = await relay.agent();
    const [welcome] = visitor.all<VisitorWelcome>('welcome');
    const { site, etag } = await read();
    expect((await put({ ...settings(site), accent: '#8a2be2' }, etag)).status).toBe(200);
    await until(() => news(visitor).length && news(agent).length);
    const { version, accent } = (await pageOf(relay)).json as SiteConfig;
    expect(accent).toBe('#8a2be2');
    expect(version).not.toBe(welcome?.site.version);
    expect(news(visitor)).toEqual([{ kind: 'site', site: 'shop', version }]);
    expect(news(agent)).toEqual(news(visitor));
    expect(news(other)).toEqual([]);
    const late = await relay.visitor();
    expect(late.all<VisitorWelcome>('welcome')[0]?.site.version).toBe(version);
  });

  test('is told as well when another program published it', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    const { openBlueprint } = await import('../src/settings/blueprint.ts');
    const { createSites } = await import('../src/settings/sites.ts');
    const { openSqliteStore } = await import('../src/store/sqlite/index.ts');
    const store = openSqliteStore({ dataDir: relay.dataDir, guest: true });
    const sites = createSites(await openBlueprint(store, Date.now));
    await sites.put({ ...(sites.get('shop') as Site), greeting: 'From afar' }, 'cli');
    await store.close();
    await until(() => news(visitor).length);
    expect((await pageOf(relay)).json).toMatchObject({ greeting: 'From afar' });
  });

  test('has another tag: a page asks for what it has and gets nothing twice', async () => {
    await using relay = await startRelay();
    const { read, put } = await admin(relay);
    const first = await pageOf(relay);
    const tag = { 'if-none-match': String(first.headers.etag) };
    expect((await pageOf(relay, tag)).status).toBe(304);
    const { site, etag } = await read();
    await put({ ...settings(site), theme: 'dark' }, etag);
    expect(await pageOf(relay, tag)).toMatchObject({ status: 200, json: { theme: 'dark' } });
  });

  test('is saved over nothing but what its writer saw, and keeps what has a secret', async () => {
    await using relay = await startRelay();
    const { session, read, put } = await admin(relay);
    const { site, etag } = await read();
    const name = { ...settings(site), name: 'Mine' };
    expect((await put({ ...settings(site), name: 'Theirs' }, etag)).status).toBe(200);
    expect((await put(name, etag)).json).toMatchObject({ code: 'changed_meanwhile' });
    expect(
      (await relay.fetch(PATH, { as: session, method: 'PUT', body: name })).json,
    ).toMatchObject({ code: 'version_missing' });
    const identity = { algorithm: 'HS256' };
    await relay.fetch('/v1/sites/shop/identity', { as: session, method: 'PUT', body: identity });
    expect((await put(name, (await read()).etag)).status).toBe(200);
    expect((await read()).site).toMatchObject({ name: 'Mine', identity });
  });

  test.each([
    ['a zone there is not', { hours: { timeZone: 'Mars/Olympus', week: {} } }],
    [
      'hours that end before they begin',
      { hours: { timeZone: 'UTC', week: { monday: [{ from: '17:00', to: '09:00' }] } } },
    ],
    [
      'two greetings of one name',
      {
        greetings: [
          { id: 'help', when: {}, text: 'a' },
          { id: 'help', when: {}, text: 'b' },
        ],
      },
    ],
    ['a greeting without words', { greetings: [{ id: 'help', when: {}, text: ' ' }] }],
    ['a language that is none', { languages: ['English'] }],
    ['a distance beyond every screen', { offset: { x: 9000, y: 0 } }],
  ])('refuses %s', async (_, more) => {
    await using relay = await startRelay();
    const { read, put } = await admin(relay);
    const { site, etag } = await read();
    const answer = await put({ ...settings(site), ...more }, etag);
    expect(answer.status).toBe(400);
    expect((answer.json as { field: string }).field).toMatch(/^(hours|greetings|languages|offset)/);
    expect((await read()).etag).toBe(etag);
  });

  test('[CA-16] is for administrators', async () => {
    await using relay = await startRelay();
    const { session } = await relay.hire('Bo', 'agent');
    expect((await relay.fetch(PATH, { as: session })).status).toBe(403);
    expect((await relay.fetch('/v1/sites', { as: session })).status).toBe(403);
    expect((await relay.fetch(PATH)).status).toBe(401);
  });

  test('tells its pages nothing of origins, secrets, or where it is asked about contacts', async () => {
    await using relay = await startRelay();
    await relay.sites.put(
      {
        ...(relay.sites.get('shop') as Site),
        context: { url: 'https://crm.example/x', ttlMs: 60_000 },
        identity: { algorithm: 'HS256', keys: [] },
      },
      'test',
    );
    const { text } = await pageOf(relay);
    expect(text).not.toMatch(/crm\.example|HS256|origins/);
  });
});

describe('how long answers take', () => {
  test('is measured from what agents did in the last seven days, and never made up', async () => {
    let now = Date.now() - 20 * DAY_MS;
    await using relay = await startRelay({ now: () => now });
    await relay.sites.put({ ...(relay.sites.get('shop') as Site), reply: 'measured' }, 'test');
    const agent = await relay.agent();
    const answered = async (afterMs: number) => {
      const visitor = await relay.visitor();
      const conversation = await visitor.start();
      await visitor.give('message:send', { conversation, text: 'Anybody there?' });
      now += afterMs;
      await agent.give('message:send', { conversation, text: 'Here we are' });
      visitor.close();
    };
    const told = async () => {
      now += 11 * 60_000;
      return ((await pageOf(relay)).json as SiteConfig).replyMs;
    };
    for (let i = 0; i < 5; i++) await answered(60_000);
    now += 10 * DAY_MS;
    expect(await told()).toBeUndefined();
    for (const minutes of [1, 2, 30, 3]) await answered(minutes * 60_000);
    await (await relay.visitor()).start();
    expect(await told()).toBeUndefined();
    await answered(4 * 60_000);
    expect(await told()).toBe(3 * 60_000);
  });

  test('counts from the first word, and ratings are nobody’s wait, however many there are', async () => {
    let now = Date.now();
    await using relay = await startRelay({ now: () => now });
    const surveys = [{ name: 'checkout', scale: 'csat' as const }];
    const site = relay.sites.get('shop') as Site;
    await relay.sites.put({ ...site, reply: 'measured', surveys }, 'test');
    const agent = await relay.agent();
    const visitor = await relay.visitor();
    const rate = async (): Promise<string> => {
      const [conversation, message] = [uuidv7(), uuidv7()];
      const survey = { as: 'checkout', message };
      await visitor.give('conversation:start', { conversation, survey });
      await visitor.give('survey:submit', { conversation, message, score: 4 });
      return conversation;
    };
    for (let i = 0; i < 5; i++) {
      const conversation = await rate();
      now += 600_000;
      await visitor.give('message:send', { conversation, text: 'And one more thing' });
      now += 60_000;
      await agent.give('message:send', { conversation, text: 'Here we are' });
    }
    for (let i = 0; i < 310; i++) {
      now += 1000;
      await rate();
    }
    expect((await pageOf(relay)).json).toMatchObject({ replyMs: 60_000 });
  });

  test('is what the business wrote, where it wrote it', async () => {
    await using relay = await startRelay();
    const reply = { withinMs: 600_000 };
    await relay.sites.put({ ...(relay.sites.get('shop') as Site), reply }, 'test');
    expect((await pageOf(relay)).json).toMatchObject({ replyMs: 600_000 });
  });
});

describe('what became of a greeting', () => {
  test('is an event of its contact under the id the page knows, and once however often it is told', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    await visitor.start();
    const { id } = await visitor.give('proactive:note', { act: 'shown', rule: 'help' });
    await visitor.give('proactive:note', { id, act: 'shown', rule: 'help' });
    const found = (await relay.events()).filter(({ type }) => type === 'proactive.shown');
    expect(found).toMatchObject([
      { id, contact: visitor.contact, conversation: null, data: { rule: 'help' } },
    ]);
    expect(await visitor.ask('proactive:note', { id, act: 'clicked', rule: 'help' })).toMatchObject(
      { ok: false, error: { code: 'idempotency_conflict' } },
    );
  });
});
