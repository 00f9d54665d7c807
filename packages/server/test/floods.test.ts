import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { uuidv7 } from '@throughline/shared';
import type { Closing } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultLimits } from '../src/config.ts';
import { digestOf } from '../src/store/archive/log.ts';
import { databasePlace, folderPlace } from '../src/store/archive/place.ts';
import { hasPostgres, makeSchema } from './postgres.ts';
import { hasRedis, ownRedis } from './redis.ts';
import { ORIGIN, startRelay, type TestRelay, until } from './relay.ts';
import { openRaw, type RawSocket, VISITOR, visitRaw } from './wire.ts';

const hasAll = (await hasPostgres()) && hasRedis();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What this process, relay and clients together, holds once garbage is collected. */
async function held() {
  await new Promise((done) => setTimeout(done, 50));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { bytes: heapUsed + external, sockets: openSockets() };
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((it) => it === 'TCPSocketWrap').length;

/** So many times, so many at a time. */
async function many(
  count: number,
  act: (nth: number) => Promise<unknown>,
  atOnce = 50,
): Promise<void> {
  let nth = 0;
  const go = async () => {
    while (nth < count) await act(nth++);
  };
  await Promise.all(Array.from({ length: atOnce }, go));
}

/** How many rows every table of the log has. */
async function rows({ config, dataDir }: TestRelay) {
  const place = config.postgres ? databasePlace(config.postgres.url) : folderPlace(dataDir);
  const source = await place.openSource({ alone: false });
  try {
    const digests = Object.entries(await digestOf(source));
    return digests.map(([table, digest]) => [table, digest.rows]);
  } finally {
    await source.close();
  }
}

/** The slowest of the faster nine tenths. */
const slowest = (timesMs: number[]): number =>
  timesMs.toSorted((a, b) => a - b)[Math.floor(timesMs.length * 0.9)] ?? Infinity;

const complaints = (relay: TestRelay) =>
  relay.logLines.filter((line) => /"level":(50|60)/.test(line));

describe('[EV-03] binary parts that never come', () => {
  /** Long enough that whoever kept one for its parts would be seen to. */
  const text = 'x'.repeat(60_000);
  const announce = (parts: number) =>
    `45${parts}-/visitor,["x",{"_placeholder":true,"num":0},"${text}"]`;

  test.each([
    ['announced and not sent', []],
    ['that trickle in', Array<Buffer>(20).fill(Buffer.from('y'))],
  ])(
    '%s: 300 times, each ends its socket at once and leaves neither memory nor handles',
    async (_what, parts) => {
      await using relay = await startRelay();
      const attack = async (nth: number) => {
        const raw = await visitRaw(relay.url);
        raw.send(announce(1 + (nth % 100)));
        for (const part of parts) raw.send(part);
        await raw.end(5000);
      };
      await many(50, attack);
      const before = await held();
      await many(300, attack);
      await until(() => openSockets() <= before.sockets, 'their handles to be gone');
      expect((await held()).bytes - before.bytes).toBeLessThan(8 * 2 ** 20);
      expect(complaints(relay)).toEqual([]);
    },
  );
});

describe('[HS-14] a flood of connections', () => {
  const from = (address: string) => ({ origin: ORIGIN, 'x-forwarded-for': address });
  const { connectsPerMinute } = defaultLimits;

  test.each([
    ['one address', () => '203.0.113.9'],
    [
      'ever other addresses of one /64',
      (nth: number) => `2001:db8:1:2:${nth.toString(16)}::${(nth % 7) + 1}`,
    ],
  ])('of %s: all but the first are refused, and nobody else waits', async (_what, addressOf) => {
    await using relay = await startRelay({
      config: { trustProxy: 1, limits: { connectsPerMinute } },
    });
    const visitor = await relay.visitor({ headers: { 'x-forwarded-for': '198.51.100.1' } });
    const conversation = await visitor.start();
    const before = openSockets();

    let [taken, refused, isOver] = [0, 0, false];
    const flood = many(2000, async (nth) => {
      try {
        const raw = await openRaw(relay.url, { headers: from(addressOf(nth)) });
        taken++;
        raw.ws.terminate();
      } catch (error) {
        expect(String(error)).toContain('Unexpected server response: 400');
        refused++;
      }
    }).finally(() => {
      isOver = true;
    });
    const acks: number[] = [];
    const others: number[] = [];
    for (let nth = 0; !isOver; nth++) {
      const start = performance.now();
      await visitor.give('message:send', { conversation, text: `${nth}` });
      const answered = performance.now();
      const other = await relay.visitor({
        headers: { 'x-forwarded-for': `198.51.100.${nth % 250}` },
      });
      acks.push(answered - start);
      others.push(performance.now() - answered);
      other.close();
    }
    await flood;

    expect([taken, refused]).toEqual([connectsPerMinute, 2000 - connectsPerMinute]);
    // A busy machine may halt anybody for a moment; nine of ten are not.
    expect(slowest(acks)).toBeLessThan(1000);
    expect(slowest(others)).toBeLessThan(1000);
    const { text } = await relay.fetch('/metrics');
    expect(text).toContain(`throughline_handshakes_refused_total{code="rate_limited"} ${refused}`);
    await until(() => openSockets() <= before, 'their handles to be gone');
    expect(relay.logLines.length).toBeLessThan(2000);
    expect(complaints(relay)).toEqual([]);
  });
});

describe('[HS-22] two hundred sockets of one visitor', () => {
  /** Why the relay said that it closes a socket, every time. */
  const reasons = ({ frames }: RawSocket) =>
    frames.flatMap((frame) => /"closing".*"code":"(\w+)"/.exec(frame)?.[1] ?? []);
  const packet = (ack: number, name: string, input: object) =>
    `42/visitor,${ack}${JSON.stringify([name, input])}`;

  test('the last ten stay, each of the others is told once that it was replaced', async () => {
    await using relay = await startRelay();
    const first = await relay.visitor();
    const conversation = await first.start();
    const before = openSockets();
    const all: RawSocket[] = [];
    await many(200, async () => {
      all.push(await visitRaw(relay.url, { ...VISITOR, token: first.token }));
    });
    const open = () => all.filter((it) => it.closed() === undefined);
    await until(() => open().length <= 10, 'all but ten to be closed');
    const [stay, gone] = [open(), all.filter((it) => it.closed() !== undefined)];
    expect([stay.length, gone.length]).toEqual([10, 190]);
    expect(first.all<Closing>('closing').map(({ error }) => error.code)).toEqual(['replaced']);
    for (const raw of gone) expect(reasons(raw)).toEqual(['replaced']);
    // They go on: each asks, and each hears what one of them writes.
    for (const raw of stay) {
      raw.send(packet(1, 'conversation:resume', { conversation, cursor: null }));
      expect(await raw.next(/^43\/visitor,1/)).toContain('"ok":true');
    }
    stay[0]?.send(packet(2, 'message:send', { id: uuidv7(), conversation, text: 'to all ten' }));
    for (const raw of stay) await raw.next(/"event".*to all ten/);
    expect(stay.flatMap(reasons)).toEqual([]);
    for (const raw of stay) raw.ws.terminate();
    await until(() => openSockets() < before, 'their handles to be gone');
    expect(complaints(relay)).toEqual([]);
  });
});

describe('[HS-23] visitors who never say anything', () => {
  const come = (relay: TestRelay, count: number) =>
    many(count, async () => {
      const raw = await visitRaw(relay.url, { ...VISITOR, context: { language: 'de' } });
      raw.ws.terminate();
    });

  test('a thousand leave no row, no handle and no memory', async () => {
    await using relay = await startRelay();
    const look = async () => {
      relay.logLines.length = 0;
      return { rows: await rows(relay), ...(await held()) };
    };
    await come(relay, 100);
    const before = await look();
    await come(relay, 1000);
    await until(() => openSockets() <= before.sockets, 'their handles to be gone');
    expect(complaints(relay)).toEqual([]);
    const after = await look();
    expect(after.rows).toEqual(before.rows);
    // Sockets that were kept would be several times as much.
    expect(after.bytes - before.bytes).toBeLessThan(4 * 2 ** 20);
  });

  test.runIf(hasAll)('nor a key in Redis', async () => {
    await using redis = await ownRedis();
    await redis.start();
    const schema = await makeSchema();
    onTestFinished(schema.drop);
    const postgres = { url: schema.url, lanes: 2, pollMs: 250 };
    await using relay = await startRelay({ config: { postgres, redisUrl: redis.url } });
    const keys = async () => ((await redis.ask('KEYS', '*')) as string[]).sort();
    await come(relay, 5);
    const before = { rows: await rows(relay), keys: await keys() };
    await come(relay, 200);
    expect({ rows: await rows(relay), keys: await keys() }).toEqual(before);
    // How many came from a network, for a minute.
    expect(before.keys).toEqual([expect.stringMatching(/:connect:127\.0\.0\.1$/)]);
  });
});
