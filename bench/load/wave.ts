import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import { type Client, createClient } from '@throughline/widget/client';
import { freePort } from '../../packages/server/test/free-port.ts';
import { type Bench, median, percentile, round } from '../figures.ts';
import { ORIGIN, relayDialect } from '../relay/clients.ts';
import { type Measured, startMeasured } from '../relay/process.ts';
import { gather } from './crowd.ts';
import { dial } from './light.ts';
import { inRounds, ROUNDS, syncTime } from './rounds.ts';

const CLIENTS = 5000;
const AT_ONCE = 100;
/** Of so many, one is written to while they are away, and one writes. */
const EVERY = 10;
const PATIENCE_MS = 60_000;

interface Guest {
  client: Client;
  conversation: string;
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error('not everybody came back');
    await sleep(20);
  }
}

const isSettled = ({ client }: Guest): boolean => {
  const { status, outbox } = client.getState();
  return status === 'online' && outbox.length === 0;
};

/** The widget's own client, as a page has it: outbox, backoff, recovery. */
async function arrive(relay: string): Promise<Guest[]> {
  const guests: Guest[] = [];
  for (let i = 0; i < CLIENTS; i += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, () => {
      const client = createClient({ relay, site: 'bench', origin: ORIGIN });
      client.start();
      const { conversationId } = client.sendMessage('Is anybody there?', {});
      return { client, conversation: conversationId };
    });
    await until(() => some.every(isSettled));
    guests.push(...some);
  }
  return guests;
}

const hasHeard = ({ client, conversation }: Guest, text: string): boolean =>
  client
    .getState()
    .conversations[conversation]?.items.some(
      (item) => item.kind === 'message' && item.text === text,
    ) ?? false;

/** Writes to those who may not be back yet. */
async function writeTo(guests: Guest[], url: string, text: string): Promise<void> {
  const { auth, headers } = await relayDialect.agent(url);
  const how = { namespace: '/agent', auth, headers: headers as Record<string, string> } as const;
  const agent = await dial(url, how);
  const answers = await Promise.all(
    guests.map(({ conversation }) =>
      agent.ask('message:send', { id: uuidv7(), conversation, text }),
    ),
  );
  if (answers.some(({ ok }) => !ok)) throw new Error('an agent was refused');
  agent.close();
}

/** All are cut at once, by the relay's end; from there until everybody has everything. */
async function cut(guests: Guest[], relay: Measured, start: () => Promise<Measured>) {
  const [written, writing] = [0, 1].map((rest) => guests.filter((_, i) => i % EVERY === rest));
  const sentMs: number[] = [];
  const startMs = performance.now();
  await relay.kill();
  for (const { client, conversation } of writing ?? [])
    client.sendMessage('Still there?', { conversationId: conversation });
  const again = await start();
  const acceptingMs = performance.now() - startMs;
  await again.usage();
  const text = 'We are back.';
  const wrote = writeTo(written ?? [], again.url, text);
  const waiting = new Set(writing);
  await until(() => {
    for (const guest of waiting)
      if (guest.client.getState().outbox.length === 0) {
        waiting.delete(guest);
        sentMs.push(performance.now() - startMs);
      }
    return guests.every(isSettled);
  });
  await wrote;
  await until(() => (written ?? []).every((guest) => hasHeard(guest, text)));
  const backMs = performance.now() - startMs;
  const { lagP99Ms } = await again.usage();
  return { relay: again, backMs, acceptingMs, lagP99Ms, sentMs: percentile(sentMs, 0.95) };
}

async function run() {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-wave-'));
  const port = String(await freePort());
  const start = () => startMeasured('relay.ts', { DATA_DIR: dataDir, PORT: port });
  const guests: Guest[] = [];
  let relay = await start();
  try {
    guests.push(...(await arrive(relay.url)));
    const told = await cut(guests, relay, start);
    relay = told.relay;
    return told;
  } finally {
    for (const { client } of guests) client.stop();
    await relay.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The same crowd at a server that knows nobody: all dial again at once and join, with nothing to recover. */
async function runBare() {
  const port = String(await freePort());
  const start = () => startMeasured('floor.ts', { PORT: port });
  const everybody = { visitors: CLIENTS, agents: 0 };
  let floor = await start();
  const crowd = await gather({ url: floor.url, kind: 'floor' }, everybody);
  const startMs = performance.now();
  await floor.stop();
  floor = await start();
  const acceptingMs = performance.now() - startMs;
  await floor.usage();
  const again = await gather({ url: floor.url, kind: 'floor' }, everybody);
  const backMs = performance.now() - startMs;
  const { lagP99Ms } = await floor.usage();
  for (const each of [crowd, again]) each.close();
  await floor.stop();
  return { backMs, acceptingMs, lagP99Ms };
}

/** Everybody is cut off at once and comes back, with everything (T11, and T12's second half). */
export const wave: Bench = async (report) => {
  const bare = await runBare();
  const runs = await inRounds(run);
  const of = (pick: (told: (typeof runs)[number]) => number) => round(median(runs.map(pick)));
  const setting = `${CLIENTS} widgets cut by kill -9 and a start on the same store, one of ${EVERY} written to meanwhile, one writing; all clients in one process on the same two cores, median of ${ROUNDS}; the floor: bare sockets that dial again at once, once; ${syncTime()}`;
  report({
    ...{ metric: 'wave_all_back_s', unit: 's', goal: 15, setting },
    value: of((told) => told.backMs / 1000),
    floor: round(bare.backMs / 1000),
  });
  report({
    ...{ metric: 'wave_sent_again_p95_s', unit: 's', goal: 8, setting },
    value: of((told) => told.sentMs / 1000),
  });
  report({
    ...{ metric: 'wave_loop_lag_p99_ms', unit: 'ms', goal: 200, setting },
    value: of((told) => told.lagP99Ms),
    floor: round(bare.lagP99Ms),
  });
  report({
    ...{ metric: 'wave_accepting_again_s', unit: 's', goal: 3, setting },
    value: of((told) => told.acceptingMs / 1000),
    floor: round(bare.acceptingMs / 1000),
  });
};
