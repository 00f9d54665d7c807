import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { connect as tcp } from 'node:net';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import type { Ack, BotSwitches, Closing, Ephemeral, SiteConfig } from '@throughline/shared/schema';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createProxy } from '../../../bench/referee/proxy.ts';
import type { Limits } from '../src/config.ts';
import { createAccounts } from '../src/settings/accounts.ts';
import { openDiskBlobs } from '../src/store/disk-blobs.ts';
import { bot, createScript, publishBots } from './bots.ts';
import { bring, linkOf, png } from './files.ts';
import { hasPostgres, makeSchema } from './postgres.ts';
import { hasRedis, ownRedis } from './redis.ts';
import {
  type AgentPeer,
  connect,
  ORIGIN,
  type RelayTestOptions,
  refusal,
  SITE,
  site,
  sleep,
  startRelay,
  type TestRelay,
  tempDir,
  until,
  type VisitorPeer,
} from './relay.ts';

const POLL_MS = 250;

const UPGRADE = `${[
  'GET /v1/socket/?EIO=4&transport=websocket HTTP/1.1',
  ...['host: relay', 'connection: Upgrade', 'upgrade: websocket', `origin: ${ORIGIN}`],
  ...['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='],
].join('\r\n')}\r\n\r\n`;

async function database() {
  const schema = await makeSchema();
  onTestFinished(schema.drop);
  return schema.url;
}

async function redis() {
  const own = await ownRedis();
  await own.start();
  onTestFinished(() => own[Symbol.asyncDispose]());
  return own;
}

/** Relays of one log; they end before the database does. */
async function pair(url: string, redisUrl?: string, more: RelayTestOptions['config'] = {}) {
  const postgres = { url, lanes: 2, pollMs: POLL_MS };
  const start = () => startRelay({ config: { postgres, redisUrl, ...more } });
  const [one, two] = [await start(), await start()];
  onTestFinished(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  });
  return { one, two, start };
}

const ephemeral =
  <K extends Ephemeral['kind']>(kind: K, match: (it: Extract<Ephemeral, { kind: K }>) => boolean) =>
  (it: Ephemeral) =>
    it.kind === kind && match(it as Extract<Ephemeral, { kind: K }>);

/** A message of the visitor's, and that it has come to the agent. */
async function says(text: string, { from, to }: { from: VisitorPeer; to: AgentPeer }, id: string) {
  await from.give('message:send', { conversation: id, text });
  await to.next<{ data: { text?: string } }>('event', ({ data }) => data.text === text);
}

async function lastMessage(relay: TestRelay): Promise<string | undefined> {
  const said = (await relay.events()).filter(({ type }) => type === 'message.created');
  return said.at(-1)?.id;
}

/** A relay in a process of its own, to be killed. */
async function mortal(url: string, redisUrl: string) {
  const dir = tempDir();
  const env = { ...process.env, DATA_DIR: dir.path, DATABASE_URL: url, REDIS_URL: redisUrl };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts')], { env });
  const kill = () => child.kill('SIGKILL');
  onTestFinished(() => {
    kill();
    dir[Symbol.dispose]();
  });
  let said = '';
  child.stdout.on('data', (part) => {
    said += part;
  });
  const address = await until(
    () => /http:\S+/.exec(said.replace(/\{.*\}/g, '')),
    'the relay',
    20_000,
  );
  return { url: address[0], kill };
}

async function meet({ one, two }: Awaited<ReturnType<typeof pair>>) {
  const visitor = await one.visitor();
  const id = await visitor.start();
  const agent = await two.agent();
  await agent.ask('conversation:resume', { conversation: id, cursor: null });
  return { visitor, agent, id };
}

describe.runIf((await hasPostgres()) && hasRedis())('two relays on one database', () => {
  test('[D1] what is written at one is read at the other, with Redis and without', async () => {
    const url = await database();
    const relays = await pair(url);
    const { visitor, agent, id } = await meet(relays);
    await says('by poll alone', { from: visitor, to: agent }, id);
    await agent.give('message:send', { conversation: id, text: 'and back' });
    await visitor.next<{ data: { text?: string } }>(
      'event',
      ({ data }) => data.text === 'and back',
    );
    await agent.give('message:read', { conversation: id, upTo: 2 });
    await visitor.next<{ type: string }>('event', ({ type }) => type === 'message.read');
  });

  test('[P22] typing, who is there and who looks on are known at both', async () => {
    const own = await redis();
    const relays = await pair(await database(), own.url);
    const { visitor, agent, id } = await meet(relays);
    await agent.next(
      'ephemeral',
      ephemeral('visitor', ({ online }) => online),
    );
    await visitor.ask('typing:set', { conversation: id, on: true });
    await agent.next(
      'ephemeral',
      ephemeral('typing', ({ on }) => on),
    );
    await agent.ask('typing:set', { conversation: id, on: true });
    await visitor.next(
      'ephemeral',
      ephemeral('typing', ({ on, actor }) => on && actor.kind === 'agent'),
    );
    const other = await relays.one.agent();
    await other.next(
      'ephemeral',
      ephemeral('agents', ({ online }) => online.length === 2),
    );
    await other.ask('conversation:resume', { conversation: id, cursor: null });
    await agent.next(
      'ephemeral',
      ephemeral('viewers', ({ viewers }) => viewers.length === 2),
    );
  });

  test('[P22] whoever comes back at the other relay was never gone', async () => {
    const own = await redis();
    const relays = await pair(await database(), own.url);
    const { visitor, agent } = await meet(relays);
    const gone = () =>
      agent.all<Ephemeral>('ephemeral').filter(ephemeral('visitor', ({ online }) => !online));
    await agent.next(
      'ephemeral',
      ephemeral('visitor', ({ online }) => online),
    );
    const before = gone().length;
    const again = await relays.two.visitor({ token: visitor.token });
    visitor.close();
    // Longer than anybody is missed.
    await new Promise((done) => setTimeout(done, 11_000));
    expect(gone()).toHaveLength(before);
    again.close();
    await until(() => gone().length > before, 'the farewell', 15_000);
  });

  test('Redis killed in the middle costs no message; it comes back, and so does what is not stored', async () => {
    const own = await redis();
    const relays = await pair(await database(), own.url);
    const { visitor, agent, id } = await meet(relays);
    await says('with Redis', { from: visitor, to: agent }, id);
    await own.flush();
    await says('after it forgot everything', { from: visitor, to: agent }, id);
    await own.kill();
    await says('without', { from: visitor, to: agent }, id);
    await own.start();
    const typed = async () => {
      await visitor.ask('typing:set', { conversation: id, on: true });
      await visitor.ask('typing:set', { conversation: id, on: false });
      return agent.all<Ephemeral>('ephemeral').some(ephemeral('typing', ({ on }) => on));
    };
    await until(typed, 'typing over a Redis that is back', 15_000);
  });

  test('Redis that is not there at the start is waited for by nobody', async () => {
    const own = await ownRedis();
    onTestFinished(() => own[Symbol.asyncDispose]());
    const relays = await pair(await database(), own.url);
    const { visitor, agent, id } = await meet(relays);
    await says('by poll', { from: visitor, to: agent }, id);
    await own.start();
    const other = await relays.one.agent();
    await other.next(
      'ephemeral',
      ephemeral('agents', ({ online }) => online.length === 2),
    );
  });

  test.each(['conversation:start', 'event:track'] as const)(
    '[P6] who came to the other relay before their first words were stored is still who wrote them (%s)',
    async (first) => {
      const { one, two } = await pair(await database());
      const visitor = await one.visitor();
      const again = await two.visitor({ token: visitor.token });
      const input = { id: uuidv7(), conversation: uuidv7() };
      const start = await visitor.give('conversation:start', input);
      const ack = await again.ask(
        first,
        first === 'event:track' ? { id: uuidv7(), name: 'cart', properties: {} } : input,
      );
      expect(ack).toMatchObject({ ok: false, error: { code: 'going_away', retryable: true } });
      await until(() => again.closed(), 'the end of the socket');
      const back = await two.visitor({ token: again.token });
      expect(back.contact).toBe(visitor.contact);
      expect(await back.give('conversation:start', input)).toEqual(start);
      // Logged out is logged out, whichever of its tokens somebody still has.
      await connect(two.url, {
        ...{ namespace: '/visitor', headers: { origin: ORIGIN } },
        auth: { protocol: 1, site: SITE, forget: again.token },
      });
      for (const { token } of [visitor, again]) {
        const late = await one.visitor({ token });
        await late.start();
        expect(late.contact).not.toBe(visitor.contact);
      }
    },
  );

  test('[P6] also where they came and went more than once before', async () => {
    const { one, two } = await pair(await database());
    const visitor = await one.visitor();
    const again = await two.visitor({ token: visitor.token });
    const last = await one.visitor({ token: again.token });
    const input = { id: uuidv7(), conversation: uuidv7() };
    const start = await visitor.give('conversation:start', input);
    expect(await last.ask('conversation:start', input)).toMatchObject({ ok: false });
    const back = await two.visitor({ token: last.token });
    expect(await back.give('conversation:start', input)).toEqual(start);
  });

  test('[P26] signing out closes sockets at the other relay', async () => {
    const relays = await pair(await database());
    const agent = await relays.two.agent();
    await relays.one.fetch('/v1/session', { method: 'DELETE', as: agent.session });
    await until(() => agent.closed(), 'the end of the socket');
  });

  test.each([
    ['with Redis', true],
    ['without', false],
  ])(
    '[CA-03] [EV-25] [P26] whoever is shut out, has another role or signs out everywhere is gone from the other relay within 5 s, %s',
    async (_how, isNear) => {
      const own = isNear ? await redis() : undefined;
      const { one, two } = await pair(await database(), own?.url);
      const { session: as } = await one.hire('Root', 'admin');
      const peers = await Promise.all([1, 2, 3].map(() => two.agent()));
      const [disabled, promoted, left] = peers as [AgentPeer, AgentPeer, AgentPeer];
      const stays = await two.agent();
      const visitor = await two.visitor();
      const conversation = await visitor.start();
      const assignee = disabled.agent.id;
      await stays.give('conversation:assign', { conversation, assignee, expectedEpoch: 0 });
      const begin = performance.now();
      const put = (path: string, body: object) =>
        one.fetch(`/v1/accounts/${path}`, { method: 'PUT', as, body });
      const answers = await Promise.all([
        put(`${disabled.agent.id}/access`, { disabled: true }),
        put(`${promoted.agent.id}/role`, { role: 'admin' }),
        one.fetch('/v1/sessions', { method: 'DELETE', as: left.session }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 204]);
      await until(() => peers.every((it) => it.closed()), 'the end of the sockets');
      expect(performance.now() - begin).toBeLessThan(5000);
      for (const { session } of peers)
        expect((await two.fetch('/v1/session', { as: session })).status).toBe(401);
      expect(stays.closed()).toBeUndefined();
      const row = () => two.store.read.conversations.get(conversation);
      await until(async () => (await row())?.assignee === null, 'the conversation to be free');
      const there = await two.store.read.availability.get(disabled.agent.id);
      expect(there?.status).toBe('offline');
    },
  );

  test('[P26] an agent who chose a new password is gone from the other relay', async () => {
    const { one, two } = await pair(await database());
    const [renewed, stays] = [await two.agent(), await two.agent()];
    const { email, name, role } = renewed.agent;
    const { token } = await one.agents.invite({ email, name, role });
    await one.agents.redeem({ token, name, password: 'correct horse battery' });
    await until(() => renewed.closed(), 'the end of the socket');
    expect(stays.closed()).toBeUndefined();
  });

  test('[CA-03] of two administrators who shut each other out at two relays, one stays', async () => {
    const { one, two } = await pair(await database());
    const password = 'correct horse battery';
    const member = async (name: string) => {
      const email = `${uuidv7()}@example.com`;
      const { token } = await one.agents.invite({ email, name, role: 'admin' });
      return one.agents.redeem({ token, name, password });
    };
    const [ada, bo] = [await member('Ada'), await member('Bo')];
    const shutOut = ({ store }: TestRelay, id: string, by: string) => {
      const act = { id: uuidv7(), actor: { kind: 'agent', id: by } } as const;
      return createAccounts(store, Date.now).setDisabled(id, true, act);
    };
    const outcomes = await Promise.allSettled([
      shutOut(one, bo.id, ada.id),
      shutOut(two, ada.id, bo.id),
    ]);
    const refused = outcomes.filter((it) => it.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'last_admin' } }]);
    expect((await one.agents.list()).map(({ role }) => role)).toEqual(['admin']);
  });

  test('[EV-25] who logs out at one relay is logged out on every page at the other, without Redis', async () => {
    const { one, two } = await pair(await database());
    const [first, other] = [await one.visitor(), await two.visitor()];
    await first.start();
    await other.start();
    const page = await two.visitor({ token: first.token });
    const nobody = await two.visitor();
    const auth = { protocol: 1, site: SITE, forget: first.token };
    const next = await connect(one.url, {
      ...{ namespace: '/visitor', auth },
      headers: { origin: ORIGIN },
    });
    onTestFinished(next.close);
    await until(() => page.closed(), 'the end of the page');
    expect(page.all<Closing>('closing')[0]?.error.code).toBe('going_away');
    expect([other.closed(), nobody.closed()]).toEqual([undefined, undefined]);
  });

  test.each(['without Redis', 'with Redis'])(
    '[P30] who is blocked at one relay is out of every page at the other within 5 s, %s',
    async (how) => {
      const url = await database();
      const { one, two } = await pair(url, how === 'with Redis' ? (await redis()).url : undefined);
      const [first, other] = [await one.visitor(), await two.visitor()];
      const conversation = await first.start();
      await other.start();
      const page = await two.visitor({ token: first.token });
      const path = `/v1/contacts/${first.contact}`;
      const key = await one.key();
      const began = performance.now();
      expect((await one.fetch(`${path}/block`, { method: 'POST', key })).status).toBe(201);
      await until(() => page.closed() && first.closed(), 'the end of both pages');
      expect(performance.now() - began).toBeLessThan(5000);
      expect(page.all<Closing>('closing')[0]?.error.code).toBe('blocked');
      expect(other.closed()).toBeUndefined();
      const entering = two.visitor({ token: first.token });
      expect(await refusal(entering)).toMatchObject({ code: 'blocked' });
      await one.fetch(`${path}/unblock`, { method: 'POST', key });
      const back = await two.visitor({ token: first.token });
      await back.give('message:send', { conversation, text: 'after' });
    },
  );

  test('[P30] who came in as they were blocked is refused at once, found, and let go', async () => {
    const { one, two } = await pair(await database());
    const visitor = await two.visitor();
    const conversation = await visitor.start();
    const known = await one.store.read.contacts.get(visitor.contact);
    // Without the event: as if it had been heard of before the page was there.
    if (known) await one.store.write('it', (tx) => tx.contacts.save({ ...known, blocked: true }));
    const late = await visitor.ask('message:send', { id: uuidv7(), conversation, text: 'late' });
    expect(late).toMatchObject({ ok: false, error: { code: 'blocked' } });
    await until(() => visitor.closed(), 'the end of the socket');
    expect(await refusal(two.visitor({ token: visitor.token }))).toMatchObject({
      code: 'blocked',
    });
  });

  test('who became part of another contact comes back at either relay', async () => {
    const { one, two } = await pair(await database());
    const [into, visitor] = [await one.visitor(), await two.visitor()];
    await into.start();
    await visitor.start();
    const path = `/v1/contacts/${visitor.contact}/merge`;
    const headers = { 'idempotency-key': 'once' };
    const body = { into: into.contact };
    const key = await one.key();
    const answer = await one.fetch(path, { method: 'POST', key, headers, body });
    expect(answer.status).toBeLessThan(300);
    await until(() => visitor.closed(), 'the end of the socket');
    const again = await two.visitor({ token: visitor.token });
    expect(again.contact).toBe(into.contact);
  });

  test('[P6] the same command at both relays at once is done once, and both are told of that', async () => {
    const url = await database();
    const relays = await pair(url);
    const { visitor, agent, id: conversation } = await meet(relays);
    const same = await relays.one.agent(agent);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    onTestFinished(() => other.end());
    // Both have looked for it and wait for the row before the first of them does it.
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM conversation FOR UPDATE');
    const command = { id: uuidv7(), conversation };
    const answers = [agent, same].map((peer) => peer.ask('conversation:resolve', command));
    await sleep(200);
    await other.query('ROLLBACK');
    const [first, second] = await Promise.all(answers);
    expect(first).toMatchObject({ ok: true, data: { id: command.id, seq: 2 } });
    expect(second).toEqual(first);
    await visitor.next<{ type: string }>('event', ({ type }) => type === 'conversation.resolved');
  });

  test('[P22] of a relay that died nobody is online after a while', async () => {
    const own = await redis();
    const url = await database();
    const relay = await startRelay({
      config: { postgres: { url, lanes: 2, pollMs: POLL_MS }, redisUrl: own.url },
    });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    const child = await mortal(url, own.url);
    const hired = await relay.hire('Grace');
    const agent = await relay.agent();
    const ghost = await connect(child.url, {
      namespace: '/agent',
      auth: { protocol: 1, csrf: hired.session.session.csrf },
      headers: { origin: child.url, cookie: `throughline=${hired.session.token}` },
    });
    onTestFinished(ghost.close);
    const online = () =>
      agent
        .all<Ephemeral>('ephemeral')
        .filter((it) => it.kind === 'agents')
        .at(-1)?.online.length;
    await until(() => online() === 2, 'both to be online');
    child.kill();
    await until(() => online() === 1, 'the end of the ghost', 60_000);
  }, 80_000);

  test('[F9] how many turns are under way is known at both', async () => {
    const own = await redis();
    const { participants, asked } = createScript();
    const url = await database();
    const postgres = { url, lanes: 2, pollMs: POLL_MS };
    const start = () => startRelay({ participants, config: { postgres, redisUrl: own.url } });
    const [one, two] = [await start(), await start()];
    onTestFinished(async () => {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    });
    await publishBots(one, [bot('faq', { start: {} })]);
    const visitor = await two.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'Hello?' });
    await until(() => asked.length > 0, 'the turn');
    const { session } = await one.hire('Ada', 'admin');
    const running = async (relay: TestRelay) => {
      const { json } = await relay.fetch('/v1/bots', { as: session });
      return (json as BotSwitches).data.map((it) => it.running);
    };
    for (const relay of [one, two])
      await until(async () => (await running(relay))[0] === 1, 'the turn to be known');
  });

  test('a relay starts, also where the lease of somebody who takes conversations has run out', async () => {
    const { one, start } = await pair(await database());
    const { agent } = await one.hire('Ada');
    const row = { agent: agent.id, status: 'available', chosen: 'available', until: 1 } as const;
    await one.store.write('availability', (tx) => tx.availability.put(row));
    await using _next = await start();
    expect(await one.store.read.availability.get(agent.id)).toMatchObject({ status: 'offline' });
  });

  test('a relay that starts leaves alone what another one takes in, and removes what was left long ago', async () => {
    const dir = tempDir();
    onTestFinished(dir[Symbol.dispose]);
    const incoming = join(dir.path, 'files/incoming');
    mkdirSync(incoming, { recursive: true });
    for (const name of ['arriving', 'left']) writeFileSync(join(incoming, name), 'half');
    const longAgo = new Date(Date.now() - 180_000);
    utimesSync(join(incoming, 'left'), longAgo, longAgo);
    const postgres = { url: await database(), lanes: 2, pollMs: POLL_MS };
    await using _relay = await startRelay({ dataDir: dir.path, config: { postgres } });
    expect(readdirSync(incoming)).toEqual(['arriving']);
  });

  test('relays of one machine that share a folder find each other’s files, and leave them alone', async () => {
    const dir = tempDir();
    onTestFinished(dir[Symbol.dispose]);
    const postgres = { url: await database(), lanes: 2, pollMs: POLL_MS };
    const start = async () => {
      const relay = await startRelay({ dataDir: dir.path, config: { postgres } });
      onTestFinished(() => relay[Symbol.asyncDispose]());
      return relay;
    };
    const [one, two] = [await start(), await start()];
    const visitor = await one.visitor();
    const conversation = await visitor.start();
    const there = await two.visitor({ token: visitor.token });
    const sent = await Promise.all(
      [one, two, one, two].map((relay) => bring(relay, [visitor, conversation])),
    );
    const files = sent.map(({ id }) => id);
    await visitor.give('message:send', { conversation, text: '', files });
    // One that starts removes what nobody knows of.
    const third = await start();
    for (const relay of [one, two, third])
      for (const id of files) {
        const link = await until(() => linkOf(there, id), 'the link');
        const answer = await relay.fetch(link);
        expect(answer.headers['content-length']).toBe(String(png().length));
      }
    await visitor.give('message:delete', { conversation, message: await lastMessage(one) });
    const stored = openDiskBlobs(join(dir.path, 'files/stored'));
    const isEmpty = async () => {
      for await (const _id of stored.list()) return false;
      return true;
    };
    await until(isEmpty, 'the files to be removed', 20_000);
  }, 30_000);

  test('whoever goes while a limit is asked of Redis takes no relay with them', async () => {
    const own = await redis();
    const line = await createProxy();
    onTestFinished(line.close);
    line.aim([Number(new URL(own.url).port)]);
    const relay = await startRelay({ config: { redisUrl: line.url.replace('http', 'redis') } });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    const thrown: unknown[] = [];
    const hear = (error: unknown) => void thrown.push(error);
    process.on('uncaughtException', hear);
    onTestFinished(() => void process.off('uncaughtException', hear));
    const { hostname: host, port } = new URL(relay.url);
    await until(async () => {
      await relay.visitor();
      return Number(await own.ask('DBSIZE')) > 0;
    }, 'limits to be counted in Redis');
    line.weather({ isSilent: true }, () => true);
    const visit = tcp({ host, port: Number(port) });
    visit.write(UPGRADE);
    // Less than Redis is waited for.
    await sleep(100);
    visit.resetAndDestroy();
    await sleep(200);
    expect(thrown).toEqual([]);
    expect((await relay.fetch('/livez')).status).toBe(200);
  });

  const isLimited = (ack: Ack): boolean => !ack.ok && ack.error.code === 'rate_limited';
  const counted: [string, Partial<Limits>, (relay: TestRelay) => Promise<boolean>][] = [
    [
      'requests',
      { requestsPerMinute: 6 },
      async (relay) => (await relay.fetch('/v1/session')).status === 429,
    ],
    [
      'tries to sign in',
      { signInsPer15Minutes: 6 },
      async (relay) => {
        const body = { email: 'ada@example.com', password: 'guessed guessed' };
        return (await relay.fetch('/v1/session', { method: 'POST', body })).status === 429;
      },
    ],
    [
      'new connections',
      { connectsPerMinute: 6 },
      (relay) =>
        relay.visitor().then(
          () => false,
          () => true,
        ),
    ],
    [
      'new conversations',
      { startsPerMinute: 6 },
      async (relay) => {
        const visitor = await relay.visitor();
        return isLimited(
          await visitor.ask('conversation:start', { id: uuidv7(), conversation: uuidv7() }),
        );
      },
    ],
  ];

  test.each(counted)('limits on %s are counted together', async (_, limits, isRefused) => {
    const own = await redis();
    const { one, two } = await pair(await database(), own.url, { limits });
    const refused: boolean[] = [];
    for (const relay of [one, two, one, two, one, two, one, two])
      refused.push(await isRefused(relay));
    expect(refused).toEqual([...Array(6).fill(false), true, true]);
  });

  test('[D1] talk goes on while Redis is full and takes nothing more, and what is not stored when it does again', async () => {
    const own = await redis();
    const relays = await pair(await database(), own.url, { limits: { startsPerMinute: 5 } });
    const { visitor, agent, id } = await meet(relays);
    await says('before', { from: visitor, to: agent }, id);
    await own.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await own.ask('CONFIG', 'SET', 'maxmemory', '1');
    await expect(own.ask('XADD', 'any', '*', 'a', 'b')).rejects.toThrow(/OOM/);
    for (let i = 0; i < 5; i++) {
      await says(`there ${i}`, { from: visitor, to: agent }, id);
      const text = `back ${i}`;
      await agent.give('message:send', { conversation: id, text });
      await visitor.next<{ data: { text?: string } }>('event', ({ data }) => data.text === text);
      await visitor.ask('typing:set', { conversation: id, on: true });
    }
    // Each relay counts for itself meanwhile.
    for (const relay of [relays.one, relays.two]) await (await relay.visitor()).start();
    expect((await relays.two.fetch('/readyz')).status).toBe(200);
    const told = () => relays.one.logLines.filter((line) => line.includes('Redis is full')).length;
    expect(told()).toBe(1);
    await own.ask('CONFIG', 'SET', 'maxmemory', '0');
    const typing = ephemeral('typing', ({ conversation, on }) => conversation === id && on);
    const before = agent.all('ephemeral').length;
    await until(async () => {
      await visitor.ask('typing:set', { conversation: id, on: false });
      await visitor.ask('typing:set', { conversation: id, on: true });
      return agent.all<Ephemeral>('ephemeral').slice(before).some(typing);
    }, 'typing to be seen at the other relay');
  });

  test('what is published at one relay is in force at the other', async () => {
    const relays = await pair(await database());
    const visitor = await relays.two.visitor();
    await relays.one.sites.put(site({ name: 'Another name' }), 'test');
    await visitor.next(
      'ephemeral',
      ephemeral('site', () => true),
    );
    expect(relays.two.sites.get(SITE)?.name).toBe('Another name');
  });

  test('a page told of it by one relay gets it from the other, which has not looked yet', async () => {
    const url = await database();
    const relays = await pair(url, undefined, { postgres: { url, lanes: 2, pollMs: 60_000 } });
    await relays.one.sites.put(site({ accent: '#aa2244' }), 'test');
    const ask = async (relay: TestRelay, query = '') => {
      const path = `/v1/sites/${SITE}${query}`;
      const { json } = await relay.fetch(path, { headers: { origin: ORIGIN } });
      return json as SiteConfig;
    };
    const { version } = await ask(relays.one);
    expect((await ask(relays.two)).accent).toBe(site().accent);
    expect((await ask(relays.two, '?version=another')).version).toBe(version);
    expect((await ask(relays.two, `?version=${version}`)).accent).toBe('#aa2244');
  });

  test('[F9] a bot switched off at one relay is off at the other', async () => {
    const relays = await pair(await database());
    const { session } = await relays.one.hire('Ada', 'admin');
    const body = { on: false };
    await relays.one.fetch('/v1/bots/switch', { method: 'PUT', as: session, body });
    const isOff = async () =>
      (await relays.two.fetch('/v1/bots', { as: session })).text.startsWith('{"on":false');
    await until(isOff, 'the switch', 2000);
  });
});
