import { fork } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createConversations,
  createKeys,
  openSqliteStore,
  type Store,
  stranger,
} from '@throughline/server';
import { type Bench, round } from './figures.ts';
import type { RelaySpec } from './referee/relay-spec.ts';

const EVENTS = 100_000;
const CONVERSATIONS = 2000;
const BATCH = 2000;
const PORT = 4698;

/** Fills a log with messages, and gives the key of a program that may read them. */
async function fill(store: Store): Promise<string> {
  const conversations = createConversations(store, Date.now);
  const begun = Array.from({ length: CONVERSATIONS }, () => ({
    who: { kind: 'visitor' as const, id: randomUUIDv7(), site: 'bench' },
    conversation: randomUUIDv7(),
  }));
  await Promise.all(
    begun.map(({ who, conversation }) =>
      conversations.start(
        who,
        { id: randomUUIDv7(), conversation },
        { contact: stranger(who.id, 'bench', Date.now()), tokenHash: who.id },
      ),
    ),
  );
  for (let n = CONVERSATIONS; n < EVENTS; n += BATCH)
    await Promise.all(
      Array.from({ length: BATCH }, (_, i) => {
        const { who, conversation } = begun[(n + i) % CONVERSATIONS] as (typeof begun)[number];
        const text = `Message ${n + i} about an order, a parcel and what became of it on the way`;
        return conversations.run(who, 'message:send', { id: randomUUIDv7(), conversation, text });
      }),
    );
  const about = { name: 'Bench', scopes: ['events:read' as const], createdBy: 'bench' };
  return (await createKeys(store, Date.now).create({ ...about, pii: 'content' })).secret;
}

/** Reads the whole log page by page, as a program would; events a second. */
async function readAll(key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  let count = 0;
  let after = '0';
  const startMs = performance.now();
  for (;;) {
    const url = `http://127.0.0.1:${PORT}/v1/events?limit=1000&after=${after}`;
    const answer = await fetch(url, { headers });
    const page = (await answer.json()) as { data: unknown[]; next: string; hasMore: boolean };
    count += page.data.length;
    after = page.next;
    if (!page.hasMore) break;
  }
  if (count < EVENTS) throw new Error(`only ${count} of ${EVENTS} events`);
  return count / ((performance.now() - startMs) / 1000);
}

/** How fast a program that only pulls gets the whole log. */
export const pull: Bench = async (report) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-pull-'));
  try {
    const store = openSqliteStore({ dataDir });
    const key = await fill(store);
    await store.close();
    const spec: RelaySpec = { dataDir, port: PORT };
    const relay = fork(join(import.meta.dirname, 'referee/relay-process.ts'), [
      JSON.stringify(spec),
    ]);
    await once(relay, 'message');
    await readAll(key);
    const value = round(await readAll(key), 0);
    relay.kill('SIGTERM');
    await once(relay, 'exit');
    const setting = `${EVENTS} messages, pages of 1000 over HTTP on loopback, level content, the second time`;
    report({ metric: 'events_per_s', value, unit: '/s', least: 20_000, setting });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};
