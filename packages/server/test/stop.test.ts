import { type ChildProcess, spawn } from 'node:child_process';
import { connect as tcp } from 'node:net';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import type { Ack, Closing, Receipt } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBlueprint } from '../src/settings/blueprint.ts';
import { createSites } from '../src/settings/sites.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import type { LogRecord, Store } from '../src/store/store.ts';
import { connect, ORIGIN, type Peer, refusal, site, startRelay, tempDir, until } from './relay.ts';
import { visitRaw } from './wire.ts';

interface Child {
  url: string;
  process: ChildProcess;
  /** Waits for the end: exit code, or the signal's name. */
  ended: Promise<number | string | null>;
}

async function startChild(dataDir: string): Promise<Child> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts')], {
    env: { ...process.env, DATA_DIR: dataDir, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | string | null>((done) =>
    child.on('close', (code, signal) => done(code ?? signal)),
  );
  let out = '';
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString();
  });
  const url = await until(() => /^http:\S+$/m.exec(out)?.[0], 'the child to listen');
  return { url, process: child, ended };
}

/** A folder with a site in it. */
async function folderWithSite(): Promise<string> {
  const dir = tempDir();
  onTestFinished(() => dir[Symbol.dispose]());
  const store = openSqliteStore({ dataDir: dir.path });
  await createSites(await openBlueprint(store, Date.now)).put(site(), 'test');
  await store.close();
  return dir.path;
}

const visit = (url: string, token?: string): Promise<Peer> =>
  connect(url, {
    namespace: '/visitor',
    auth: { protocol: 1, site: 'shop', ...(token ? { token } : {}) },
    headers: { origin: ORIGIN },
  });

interface Writer {
  peer: Peer;
  token: string;
  conversation: string;
  /** Every command ever asked, with its answer if there was one. */
  given: { input: { id: string; conversation: string; text: string }; ack?: Ack<Receipt> }[];
}

async function startWriter(url: string): Promise<Writer> {
  const peer = await visit(url);
  const { token = '' } = peer.all<{ token?: string }>('welcome')[0] ?? {};
  const conversation = uuidv7();
  await peer.give('conversation:start', { conversation });
  return { peer, token, conversation, given: [] };
}

/** Unanswered at once: what is asked again must not grow with how slow a machine is. */
const WINDOW = 100;

/** Sends as fast as it can, up to a window of unanswered ones, until the socket closes. */
function flood(writer: Writer): Promise<void> {
  const { peer, conversation, given } = writer;
  let waiting = 0;
  return new Promise((done) => {
    const step = () => {
      if (peer.closed()) return done();
      for (let i = 0; i < 5 && waiting < WINDOW; i++) {
        waiting++;
        const entry: Writer['given'][number] = {
          input: { id: uuidv7(), conversation, text: `${given.length}` },
        };
        given.push(entry);
        peer.socket
          .timeout(20_000)
          .emitWithAck('message:send', entry.input)
          .then(
            (ack) => {
              entry.ack = ack;
              waiting--;
            },
            () => {},
          );
      }
      setTimeout(step, 1);
    };
    step();
  });
}

async function logOf(dataDir: string): Promise<LogRecord[]> {
  const store = openSqliteStore({ dataDir });
  const records = await store.read.events.log(0, 100_000);
  await store.close();
  return records;
}

/** What was answered is there as answered; what is repeated is there once. */
async function proveNothingWasLost(dataDir: string, writers: Writer[]): Promise<void> {
  const before = new Map((await logOf(dataDir)).map((record) => [record.id, record]));
  for (const { given } of writers)
    for (const { input, ack } of given)
      if (ack?.ok)
        expect(before.get(input.id)).toMatchObject({
          pub: ack.data.pub,
          data: { text: input.text },
        });
  const child = await startChild(dataDir);
  for (const writer of writers) {
    const peer = await visit(child.url, writer.token);
    // Whoever had no answer asks again, under the same id and in the same order.
    const open = writer.given.filter(({ ack }) => !ack?.ok);
    for (const { input } of open) {
      const ack = await peer.ask<Receipt>('message:send', input);
      expect(ack.ok).toBe(true);
      const known = before.get(input.id);
      if (known && ack.ok) expect(ack.data.pub).toBe(known.pub);
    }
    peer.close();
  }
  child.process.kill('SIGTERM');
  expect(await child.ended).toBe(0);
  const log = await logOf(dataDir);
  for (const { given, conversation } of writers) {
    const mine = log.filter(
      (it) => it.conversation === conversation && it.type === 'message.created',
    );
    expect(mine.map(({ id }) => id).sort()).toEqual(given.map(({ input }) => input.id).sort());
    expect(mine.map(({ pub }) => pub)).toEqual(mine.map((_, i) => i + 2));
  }
}

describe('[P20] a planned stop', () => {
  test('answers what was accepted, tells everybody when to come back, and ends with 0', async () => {
    const dataDir = await folderWithSite();
    const child = await startChild(dataDir);
    const writers = await Promise.all([1, 2, 3].map(() => startWriter(child.url)));
    const idle = await Promise.all(Array.from({ length: 10 }, () => visit(child.url)));
    const floods = writers.map(flood);
    await until(() => writers.every(({ given }) => given.filter(({ ack }) => ack?.ok).length > 50));
    child.process.kill('SIGTERM');
    expect(await child.ended).toBe(0);
    await Promise.all(floods);
    const waits = [...idle, ...writers.map(({ peer }) => peer)].map((peer) => {
      const [{ error } = { error: undefined }] = peer.all<Closing>('closing');
      expect(error).toMatchObject({ code: 'going_away', retryable: true });
      return error?.retryAfterMs ?? 0;
    });
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(500);
    expect(new Set(waits).size).toBeGreaterThan(5);
    for (const { given } of writers) {
      const acks = given.flatMap(({ ack }) => ack ?? []);
      // A flood may be too much for a slow disk before the relay goes (P19).
      const why = expect.stringMatching(/^(going_away|overloaded)$/);
      for (const ack of acks)
        if (!ack.ok) expect(ack.error).toMatchObject({ code: why, retryable: true });
      // Answers came in the order of the commands: the unanswered are the last.
      const first = given.findIndex(({ ack }) => ack === undefined);
      if (first >= 0) expect(given.slice(first).every(({ ack }) => ack === undefined)).toBe(true);
    }
    await proveNothingWasLost(dataDir, writers);
  });

  test('does not wait for those who are not there any more', async () => {
    const dataDir = await folderWithSite();
    const child = await startChild(dataDir);
    const { hostname, port } = new URL(child.url);
    // Half a request, and a socket whose other end has fallen asleep.
    const half = tcp({ host: hostname, port: Number(port) });
    half.on('error', () => {});
    half.write(
      'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"em',
    );
    const asleep = await visitRaw(child.url);
    (asleep.ws as unknown as { _socket: { pause(): void } })._socket.pause();
    const upgrade = tcp({ host: hostname, port: Number(port) });
    upgrade.on('error', () => {});
    upgrade.write(
      'GET /v1/socket/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n',
    );
    await until(() => half.bytesWritten > 0 && upgrade.bytesWritten > 0);
    child.process.kill('SIGTERM');
    const winner = await Promise.race([
      child.ended,
      new Promise((done) => setTimeout(() => done('still there'), 10_000).unref()),
    ]);
    expect(winner).toBe(0);
    for (const it of [half, upgrade]) it.destroy();
    asleep.ws.terminate();
  });

  test('lets nobody in while it lasts, and says so', async () => {
    const relay = await startRelay();
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const stopping = relay.stop();
    const ready = relay.fetch('/readyz').then(
      ({ status }) => status,
      () => 'closed',
    );
    const input = { id: uuidv7(), conversation, text: 'late' };
    const late = visitor.socket
      .timeout(5000)
      .emitWithAck('message:send', input)
      .catch(() => 'no answer');
    await stopping;
    expect([503, 'closed']).toContain(await ready);
    const answer = await late;
    if (answer !== 'no answer')
      expect(answer).toMatchObject({ ok: false, error: { code: 'going_away' } });
    await expect(relay.fetch('/livez')).rejects.toThrow();
    await relay[Symbol.asyncDispose]();
  });

  test('answers what it had accepted, and refuses what comes while it does', async () => {
    const pause = () => isSlow && new Promise((done) => setTimeout(done, 150));
    const slow = (store: Store): Store => ({
      ...store,
      get backlog() {
        return store.backlog;
      },
      write: async (key, work) => {
        await pause();
        return store.write(key, work);
      },
      settle: async () => {
        await pause();
        return store.settle();
      },
    });
    let isSlow = false;
    const relay = await startRelay({ wrap: slow });
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const say = (text: string) =>
      visitor.ask<Receipt>('message:send', { id: uuidv7(), conversation, text });
    isSlow = true;
    const accepted = say('in time');
    await new Promise((done) => setTimeout(done, 30));
    const stopping = relay.stop();
    expect(await say('too late')).toMatchObject({ ok: false, error: { code: 'going_away' } });
    expect(await accepted).toMatchObject({ ok: true });
    expect(await visitor.next<Closing>('closing')).toMatchObject({ error: { code: 'going_away' } });
    await stopping;
    await relay[Symbol.asyncDispose]();
  });

  test('while somebody signs in ends the process in order, not in an error', async () => {
    const relay = await startRelay();
    const body = { email: 'a@example.com', password: 'correct horse battery' };
    const { token } = await relay.agents.invite({ email: body.email, name: 'Ada', role: 'agent' });
    const calls = [
      relay.fetch('/v1/setup', {
        method: 'POST',
        body: { token, name: 'Ada', password: body.password },
      }),
      ...[1, 2, 3].map(() => relay.fetch('/v1/session', { method: 'POST', body })),
    ].map((call) =>
      call.then(
        ({ status }) => status,
        () => 'closed',
      ),
    );
    await new Promise((done) => setTimeout(done, 10));
    await relay.stop();
    for (const outcome of await Promise.all(calls))
      expect([201, 401, 410, 500, 503, 'closed']).toContain(outcome);
    // What they began goes on for a while; that it hits a closed store must hurt nobody.
    await new Promise((done) => setTimeout(done, 300));
    await relay[Symbol.asyncDispose]();
  });

  test('twice is the same as once', async () => {
    const relay = await startRelay();
    await relay.visitor();
    await Promise.all([relay.stop(), relay.stop()]);
    await relay.stop();
    await relay[Symbol.asyncDispose]();
  });

  test('leaves no socket, no timer and no file open', async () => {
    const handles = () =>
      process
        .getActiveResourcesInfo()
        .filter((it) => !/TTY|Pipe|MessagePort|Immediate|Timeout/.test(it)).length;
    const warmUp = await startRelay();
    await warmUp[Symbol.asyncDispose]();
    const before = handles();
    for (let i = 0; i < 3; i++) {
      const relay = await startRelay();
      const visitor = await relay.visitor();
      await visitor.start();
      await relay.agent();
      await relay[Symbol.asyncDispose]();
    }
    await until(() => handles() <= before, 'all handles to be closed');
  });
});

test('[P3] whatever was answered before the process was killed is there afterwards', async () => {
  const dataDir = await folderWithSite();
  const child = await startChild(dataDir);
  const writers = await Promise.all([1, 2, 3].map(() => startWriter(child.url)));
  const floods = writers.map(flood);
  await until(() => writers.every(({ given }) => given.filter(({ ack }) => ack?.ok).length > 50));
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  await Promise.all(floods);
  await proveNothingWasLost(dataDir, writers);
});

describe('a relay that cannot start', () => {
  test('because its port is taken leaves nothing running, and its folder free', async () => {
    await using first = await startRelay();
    const dir = tempDir();
    const config = { port: Number(new URL(first.url).port) };
    await expect(startRelay({ dataDir: dir.path, config })).rejects.toThrow(
      /is in use by another program/,
    );
    await using second = await startRelay({ dataDir: dir.path });
    expect((await second.fetch('/livez')).status).toBe(200);
    dir[Symbol.dispose]();
  });

  test('because there is no such address says so', async () => {
    await expect(startRelay({ config: { host: '203.0.113.9' } })).rejects.toThrow(
      /has no address 203.0.113.9/,
    );
  });
});

test('[P23] after a restart an unused token is nobody’s, a used one is still its visitor’s', async () => {
  const first = await startRelay();
  const [used, unused] = [await first.visitor(), await first.visitor()];
  const conversation = await used.start();
  const { dataDir } = first;
  await first.stop();
  await using relay = await startRelay({ dataDir });
  const back = await relay.visitor({ token: used.token });
  expect(back.contact).toBe(used.contact);
  expect(await back.ask('conversation:list', {})).toMatchObject({ data: [{ id: conversation }] });
  expect((await relay.visitor({ token: unused.token })).contact).not.toBe(unused.contact);
  expect(
    await refusal(relay.visitor({ origin: 'https://evil.example', token: used.token })),
  ).toMatchObject({ code: 'origin_not_allowed' });
  await first[Symbol.asyncDispose]();
});
