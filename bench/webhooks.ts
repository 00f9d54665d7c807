import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awaitBrokers, localBrokers } from './brokers.ts';
import { type Bench, median, percentile, type Report, round } from './figures.ts';
import { inRounds, ROUNDS, syncTime } from './load/rounds.ts';
import { type Crowd, gather, relayDialect, type Sender } from './relay/clients.ts';
import { type Measured, startMeasured } from './relay/process.ts';

const VISITORS = 50;
const STEADY_MS = 10_000;
const TEXT = 'x'.repeat(200);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A business's server that notes when each delivery of a message came, and how long that took. */
interface Receiver {
  url: string;
  /** Milliseconds from the commit to the arrival. */
  lagsMs: number[];
  close(): void;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function startReceiver({ hangs = false } = {}): Promise<Receiver> {
  const lagsMs: number[] = [];
  const server = createServer((request, response) => {
    const at = Date.now();
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const { type, time } = JSON.parse(body) as { type: string; time: string };
      if (type.endsWith('message.created')) lagsMs.push(at - Date.parse(time));
      if (!hangs) response.end();
    });
  });
  const url = await listen(server);
  return {
    url,
    lagsMs,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Registers the receivers as endpoints for messages. */
async function register(relay: Measured, receivers: Receiver[]): Promise<void> {
  const { headers, auth } = await relayDialect.agent(relay.url);
  const { csrf } = auth as { csrf: string };
  for (const { url } of receivers) {
    const answer = await fetch(`${relay.url}/v1/endpoints`, {
      method: 'POST',
      headers: { ...headers, 'x-csrf-token': csrf, 'content-type': 'application/json' },
      body: JSON.stringify({ url, types: ['message.*'], pii: 'content' }),
    });
    if (!answer.ok) throw new Error(`endpoint refused: ${await answer.text()}`);
  }
}

/** Sends `perSecond` messages, spread evenly; how long each waited for its answer. */
async function talk(crowd: Crowd, perSecond: number, forMs: number): Promise<number[]> {
  const acksMs: number[] = [];
  const sent: Promise<void>[] = [];
  const count = (perSecond * forMs) / 1000;
  const beganMs = performance.now();
  for (let i = 0; i < count; i++) {
    const due = beganMs + (i * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    const sender = crowd.senders[i % crowd.senders.length] as Sender;
    const startMs = performance.now();
    const answered = sender.send(TEXT).then(() => {
      acksMs.push(performance.now() - startMs);
    });
    sent.push(answered);
  }
  await Promise.all(sent);
  return acksMs;
}

interface Scene {
  receivers: Receiver[];
  brokers?: Awaited<ReturnType<typeof localBrokers>>;
  perSecond: number;
  forMs: number;
}

/** One relay, its receivers and a crowd that writes; when all that can arrive has arrived. */
async function play({ receivers, brokers = [], perSecond, forMs }: Scene) {
  const streams = Object.fromEntries(brokers.map(({ env, url }) => [env, url]));
  const relay = await startMeasured('relay.ts', streams);
  const crowd = await gather(relay, relayDialect, { visitors: VISITORS, agents: 1 });
  try {
    await register(relay, receivers);
    await talk(crowd, perSecond, 2000);
    for (const receiver of receivers) receiver.lagsMs.length = 0;
    const startMs = performance.now();
    const acksMs = await talk(crowd, perSecond, forMs);
    const sentMs = performance.now() - startMs;
    for (let i = 0; i < 100 && !isAll(receivers, acksMs.length); i++) await sleep(20);
    await awaitBrokers(relay.url, brokers);
    const lagsMs = receivers.flatMap((receiver) => receiver.lagsMs);
    return { acksMs, lagsMs, perSecond: lagsMs.length / (sentMs / 1000) };
  } finally {
    crowd.close();
    await relay.stop();
    for (const receiver of receivers) receiver.close();
  }
}

const isAll = (receivers: Receiver[], messages: number): boolean =>
  receivers.every(({ lagsMs }) => lagsMs.length >= messages);

const several = (count: number): Promise<Receiver[]> =>
  Promise.all(Array.from({ length: count }, () => startReceiver()));

async function measureSteady(report: Report): Promise<void> {
  const runs = await inRounds(async () =>
    play({ receivers: await several(5), perSecond: 64, forMs: STEADY_MS }),
  );
  const setting = `64 messages/s from ${VISITORS} visitors to 5 endpoints for ${STEADY_MS / 1000} s; relay, visitors and receivers on one machine, median of ${ROUNDS}; ${syncTime()}`;
  report({
    metric: 'deliveries_per_s',
    value: round(median(runs.map((run) => run.perSecond)), 0),
    unit: '/s',
    least: 300,
    setting,
  });
  for (const [name, share, goal] of [
    ['p50', 0.5, 50],
    ['p99', 0.99, 500],
  ] as const)
    report({
      metric: `first_attempt_${name}_ms`,
      value: round(median(runs.map(({ lagsMs }) => percentile(lagsMs, share))), 1),
      unit: 'ms',
      goal,
      setting: `from commit to arrival, ${setting}`,
    });
}

/** The p99 of nine endpoints whose tenth hangs or answers. */
async function measureNine(hangs: boolean): Promise<number> {
  const nine = await several(9);
  const receivers = [...nine, await startReceiver({ hangs })];
  await play({ receivers, perSecond: 15, forMs: 3 * STEADY_MS });
  return percentile(
    nine.flatMap(({ lagsMs }) => lagsMs),
    0.99,
  );
}

/** Two relays side by side, so that what the machine does meanwhile happens to both. */
async function measureHung(report: Report): Promise<void> {
  const runs = await inRounds(() => Promise.all([measureNine(true), measureNine(false)]));
  const [one, none] = [median(runs.map(([it]) => it)), median(runs.map(([, it]) => it))];
  report({
    metric: 'p99_with_one_hung_vs_none',
    value: round(median(runs.map(([hung, well]) => hung / well))),
    unit: '×',
    goal: 1.1,
    setting: `10 endpoints, 15 messages/s, ${(3 * STEADY_MS) / 1000} s; p99 of the nine others ${round(one, 1)} and ${round(none, 1)} ms, two relays side by side, median of ${ROUNDS}; ${syncTime()}`,
  });
}

/** Every broker there is, and webhooks in place of those that are not. */
async function fiveSinks() {
  const brokers = await localBrokers();
  const hooks = 5 - brokers.length;
  const names = [...brokers.map(({ kind }) => kind), `${hooks} webhook${hooks > 1 ? 's' : ''}`];
  return { brokers, hooks, names };
}

async function measureAcks(report: Report): Promise<void> {
  const { brokers, hooks, names } = await fiveSinks();
  const medians: Record<0 | 5, number[]> = { 0: [], 5: [] };
  for (let i = 0; i < ROUNDS; i++)
    for (const sinks of [0, 5] as const) {
      const { acksMs } = await play({
        receivers: await several(sinks && hooks),
        brokers: sinks ? brokers : [],
        perSecond: 40,
        forMs: STEADY_MS / 2,
      });
      medians[sinks].push(percentile(acksMs, 0.5));
    }
  const [none, five] = [Math.min(...medians[0]), Math.min(...medians[5])];
  report({
    metric: 'ack_p50_with_five_sinks_vs_none',
    value: round(five / none),
    unit: '×',
    goal: 1.1,
    setting: `40 messages/s; attached: ${names.join(', ')}, or none; p50 ${round(five)} and ${round(none)} ms, best of ${ROUNDS} rounds; all share the two cores; ${syncTime()}`,
  });
}

/** What it takes from an event's commit to a business's own server, and what that costs those who write. */
export const webhooks: Bench = async (report) => {
  await measureSteady(report);
  await measureHung(report);
  await measureAcks(report);
};
