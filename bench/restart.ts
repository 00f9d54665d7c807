import { type ChildProcess, fork } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  createAgents,
  createConversations,
  createSites,
  openBlueprint,
  openSqliteStore,
  type Store,
  stranger,
} from '@throughline/server';
import { type Bench, percentile, round } from './figures.ts';
import type { RelaySpec } from './referee/relay-spec.ts';

const EVENTS = 1_000_000;
const CONVERSATIONS = 20_000;
const BATCH = 2000;
const PAGES = 3000;
const PORT = 4699;
const PASSWORD = 'a password for benches';

/** A store as it looks after years: many conversations of some fifty messages each, interleaved. */
async function fill(store: Store): Promise<string[]> {
  const now = Date.now();
  await createAgents(store, Date.now).bootstrap({
    email: 'agent@bench.example',
    password: PASSWORD,
  });
  const look = { accent: '#3457d5', greeting: '', language: null, position: 'right' as const };
  const sites = createSites(await openBlueprint(store, Date.now));
  await sites.put(
    { key: 'bench', name: 'Bench', origins: ['https://bench.example'], ...look },
    'bench',
  );
  const conversations = createConversations(store, Date.now);
  const begun = Array.from({ length: CONVERSATIONS }, () => ({
    who: { kind: 'visitor' as const, id: randomUUIDv7(), site: 'bench' },
    conversation: randomUUIDv7(),
  }));
  for (let i = 0; i < begun.length; i += BATCH)
    await Promise.all(
      begun
        .slice(i, i + BATCH)
        .map(({ who, conversation }) =>
          conversations.start(
            who,
            { id: randomUUIDv7(), conversation },
            { contact: stranger(who.id, 'bench', now), tokenHash: who.id },
          ),
        ),
    );
  for (let n = CONVERSATIONS; n < EVENTS; n += BATCH)
    await Promise.all(
      Array.from({ length: BATCH }, (_, i) => {
        const { who, conversation } = begun[
          ((n + i) * 7919) % CONVERSATIONS
        ] as (typeof begun)[number];
        const words = `Message ${n + i} about an order, a parcel and what became of it on the way`;
        return conversations.run(who, 'message:send', {
          id: randomUUIDv7(),
          conversation,
          text: words,
        });
      }),
    );
  return begun.map(({ conversation }) => conversation);
}

const relayProcess = (spec: RelaySpec): ChildProcess =>
  fork(join(import.meta.dirname, 'referee/relay-process.ts'), [JSON.stringify(spec)]);

/** Lets the followers read the whole log once, as they would have over the years. */
async function letFollowersCatchUp(dataDir: string): Promise<void> {
  const relay = relayProcess({ dataDir, port: PORT });
  await once(relay, 'message');
  const watch = openSqliteStore({ dataDir, guest: true });
  while ((await watch.read.cursors.get('search')) < EVENTS)
    await new Promise((resolve) => setTimeout(resolve, 500));
  await watch.close();
  relay.kill('SIGKILL');
  await once(relay, 'exit');
}

async function accepting(): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Not fetch: its own work and litter would be measured with the relay's. */
async function read(url: string, options: RequestOptions): Promise<string> {
  const [answer] = (await once(get(url, options), 'response')) as [IncomingMessage];
  return text(answer);
}

async function readPages(ids: string[]): Promise<number[]> {
  const base = `http://127.0.0.1:${PORT}/v1`;
  const signedIn = await fetch(`${base}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'agent@bench.example', password: PASSWORD }),
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

/** kill -9 with a million stored events: how soon the relay accepts again, and how fast history is. */
export const restart: Bench = async (report) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-restart-'));
  try {
    const store = openSqliteStore({ dataDir });
    const ids = await fill(store);
    await store.close();
    await letFollowersCatchUp(dataDir);
    const megabytes = Math.round(statSync(join(dataDir, 'throughline.db')).size / 1e6);
    const setting = `${EVENTS} events in ${CONVERSATIONS} conversations, ${megabytes} MB, after kill -9`;
    const startMs = performance.now();
    const relay = relayProcess({ dataDir, port: PORT });
    await accepting();
    const value = round((performance.now() - startMs) / 1000);
    report({ metric: 'accepting_again_s', value, unit: 's', goal: 3, setting });
    const taken = await readPages(ids);
    for (const [name, share, goal] of [
      ['p50', 0.5, undefined],
      ['p99', 0.99, 10],
    ] as const)
      report({
        metric: `history_page_${name}_ms`,
        value: round(percentile(taken, share)),
        unit: 'ms',
        ...(goal ? { goal } : {}),
        setting: `${PAGES} pages of 50 over HTTP on loopback, same store`,
      });
    relay.kill('SIGTERM');
    await once(relay, 'exit');
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
