import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteStore } from '@throughline/server';
import { type Bench, median, percentile, type Report, round } from '../figures.ts';
import { inRounds, ROUNDS, syncTime } from '../load/rounds.ts';
import { PLANNED, restartPlanned } from './planned.ts';
import { accepting, end, RELAY, relayProcess } from './relay.ts';
import { ADMIN, CONVERSATIONS, EVENTS, fill } from './years.ts';

const PAGES = 3000;

/** Lets the followers read the whole log once, as they would have over the years. */
async function letFollowersCatchUp(dataDir: string): Promise<void> {
  const relay = relayProcess(dataDir);
  await once(relay, 'message');
  const watch = openSqliteStore({ dataDir, guest: true });
  while ((await watch.read.cursors.get('search')) < EVENTS) await sleep(500);
  await watch.close();
  await end(relay, 'SIGKILL');
}

/** Not fetch: its own work and litter would be measured with the relay's. */
async function read(url: string, options: RequestOptions): Promise<string> {
  const [answer] = (await once(get(url, options), 'response')) as [IncomingMessage];
  return text(answer);
}

async function readPages(ids: string[]): Promise<number[]> {
  const base = `${RELAY}/v1`;
  const signedIn = await fetch(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const taken: number[] = [];
  for (let i = 0; i < PAGES; i++) {
    const id = ids[(i * 104_729) % ids.length];
    const startMs = performance.now();
    const body = await read(`${base}/conversations/${id}/events?limit=50&before=51`, {
      headers,
      agent,
    });
    taken.push(performance.now() - startMs);
    const { events } = JSON.parse(body) as { events: unknown[] };
    if (events.length < 45) throw new Error(`a page of ${events.length}`);
  }
  agent.destroy();
  return taken;
}

/** A start after `kill -9`, history, and `kill -9`. */
async function restartKilled(dataDir: string, ids: string[]) {
  const startMs = performance.now();
  const relay = relayProcess(dataDir);
  await accepting();
  const acceptingMs = performance.now() - startMs;
  const pagesMs = await readPages(ids);
  await end(relay, 'SIGKILL');
  return { acceptingMs, pagesMs };
}

async function measureKilled(
  report: Report,
  { dataDir, ids, store }: { dataDir: string; ids: string[]; store: string },
): Promise<void> {
  const runs = await inRounds(() => restartKilled(dataDir, ids));
  const value = round(median(runs.map(({ acceptingMs }) => acceptingMs / 1000)));
  const setting = `${store}, after kill -9, median of ${ROUNDS}; ${syncTime()}`;
  report({ metric: 'accepting_again_s', value, unit: 's', goal: 3, setting });
  for (const [name, share, goal] of [
    ['p50', 0.5, undefined],
    ['p99', 0.99, 10],
  ] as const)
    report({
      metric: `history_page_${name}_ms`,
      value: round(median(runs.map(({ pagesMs }) => percentile(pagesMs, share)))),
      unit: 'ms',
      ...(goal ? { goal } : {}),
      setting: `${PAGES} pages of 50 over HTTP on loopback, ${store}, median of ${ROUNDS}; ${syncTime()}`,
    });
}

async function measurePlanned(
  report: Report,
  { dataDir, store }: { dataDir: string; store: string },
): Promise<void> {
  const runs = await inRounds(() => restartPlanned(dataDir));
  const most = Math.max(...runs.map(({ failed }) => failed));
  const of = (pick: (run: (typeof runs)[number]) => number) => round(median(runs.map(pick)) / 1000);
  const setting = `${store}; ${PLANNED.clients} widgets say ${PLANNED.perSecond} messages/s through SIGTERM and a start on the same store, which accepts after ${of((run) => run.acceptingMs)} s, median of ${ROUNDS}; ${syncTime()}`;
  report({ metric: 'planned_failed_sends', value: most, unit: 'messages', goal: 0, setting });
  report({
    ...{ metric: 'planned_gap_s', unit: 's', goal: 5, setting: `nobody is answered; ${setting}` },
    value: of((run) => run.gapMs),
  });
  report({
    ...{ metric: 'planned_sent_p95_s', unit: 's' },
    value: of((run) => run.waitMs),
    setting: `of what was said meanwhile; ${setting}`,
  });
}

/** A restart with a million stored events, unasked and asked for: how soon all is as before, and how fast history is. */
export const restart: Bench = async (report) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-restart-'));
  try {
    const years = openSqliteStore({ dataDir });
    const ids = await fill(years);
    await years.close();
    await letFollowersCatchUp(dataDir);
    const megabytes = Math.round(statSync(join(dataDir, 'throughline.db')).size / 1e6);
    const store = `${EVENTS} events in ${CONVERSATIONS} conversations, ${megabytes} MB`;
    await measureKilled(report, { dataDir, ids, store });
    await measurePlanned(report, { dataDir, store });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
