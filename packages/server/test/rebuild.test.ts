import { randomUUID } from 'node:crypto';
import type { CloudEvent, ContactSummary, ConversationDetail } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRandom, type Random } from '../../../bench/referee/random.ts';
import { toCloudEvent } from '../src/events/cloud-event.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import type { LogRecord, Store } from '../src/store/store.ts';
import { canReach } from './brokers.ts';
import {
  type Consumer,
  startFailing,
  startForgetful,
  startOrdered,
  startPulling,
  startStreaming,
} from './rebuild-consumers.ts';
import { createMortal, type Mortal } from './rebuild-relay.ts';
import { canonical, hashOf, rebuild, type State } from './rebuild-state.ts';
import { createStage, program, type Stage, serve, visit } from './rebuild-traffic.ts';
import { sleep, tempDir, until } from './relay.ts';

/** Seeds that found something once go here and stay for ever; the last one is new every time. */
const SEEDS: number[] = [];
const fresh = Math.floor(Math.random() * 2 ** 31);

const KILLS = 5;
const VISITORS = 5;
const QUIET_MS = 2000;
const DRAIN_MS = 60_000;

const hasNats = process.env.CI ? true : await canReach(4222);
if (!hasNats)
  process.stdout.write('rebuild: nats is left out; for it, run nats-server --jetstream\n');

interface Storm {
  relay: Mortal;
  stage: Stage;
  consumers: Consumer[];
  random: Random;
}

async function assemble(seed: number): Promise<Storm> {
  const dir = tempDir();
  const prefix = `test-${randomUUID()}`;
  const stream = { kind: 'nats', url: 'nats://127.0.0.1:4222', pii: 'content', prefix } as const;
  const relay = await createMortal({ dataDir: dir.path, streams: hasNats ? [stream] : [] });
  const consumers: Consumer[] = [];
  onTestFinished(async () => {
    await relay.kill();
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    dir[Symbol.dispose]();
  });
  await relay.start();
  const own = (n: number) => createRandom(seed + n);
  consumers.push(await startFailing(relay, own(1)));
  consumers.push(await startForgetful(relay, own(2)));
  consumers.push(await startOrdered(relay, own(3)));
  consumers.push(startPulling(relay, own(4)));
  if (hasNats) consumers.push(await startStreaming({ prefix, from: relay.head }, own(5)));
  return { relay, stage: createStage(relay), consumers, random: own(0) };
}

/** People and programs at work, while the relay dies again and again. */
async function rage({ relay, stage, random }: Storm, seed: number): Promise<void> {
  const players = Promise.all([
    ...Array.from({ length: VISITORS }, (_, i) => visit(stage, createRandom(seed + 10 + i))),
    ...relay.sessions.map((_, i) => serve(stage, createRandom(seed + 20 + i), i)),
    program(stage, createRandom(seed + 30)),
  ]);
  for (let i = 0; i < KILLS; i += 1) {
    await Promise.race([sleep(random.between(1200, 2800)), players]);
    await relay.kill();
    await sleep(random.between(0, 200));
    // What was under way at the last one is finished with the relay that follows.
    if (i === KILLS - 1) stage.isOver = true;
    await relay.start();
  }
  await players;
}

async function readLog({ read }: Store): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (;;) {
    const more = await read.events.log(records.at(-1)?.offset ?? 0, 1000);
    if (more.length === 0) return records;
    records.push(...more);
  }
}

const lacking = ({ owed, kept }: Consumer, records: LogRecord[]): string[] =>
  owed(records).flatMap(({ id }) => (kept.has(id) ? [] : [id]));

/** Until everybody has everything and nothing more happens. */
async function drain({ consumers }: Storm, store: Store): Promise<LogRecord[]> {
  for (const consumer of consumers) await consumer.heal();
  let records: LogRecord[] = [];
  let since = Date.now();
  const lack = () => consumers.map((it) => `${it.name}: ${lacking(it, records).length}`).join(', ');
  await until(
    async () => {
      for (const consumer of consumers) await consumer.chase();
      const now = await readLog(store);
      if (now.length !== records.length) since = Date.now();
      records = now;
      await sleep(300);
      const isWhole = consumers.every((it) => lacking(it, records).length === 0);
      return isWhole && Date.now() - since > QUIET_MS;
    },
    'everything to be everywhere',
    DRAIN_MS,
  ).catch((error) => {
    throw new Error(`of ${records.length} events are lacking ${lack()}`, { cause: error });
  });
  return records;
}

/** What came says what the log says; what the log forgot, it may have said before. */
function check(
  { name, seen }: Pick<Consumer, 'name' | 'seen'>,
  log: Map<string, CloudEvent>,
): void {
  const gone = new Set<string>();
  for (const event of seen) {
    const kept = log.get(event.id);
    expect(kept, `${name}: ${event.type} ${event.id} is not in the log`).toBeDefined();
    if (!kept) continue;
    if (!('redacted' in kept.data)) {
      expect(canonical(event), name).toBe(canonical(kept));
      continue;
    }
    const { data: said, ...around } = event;
    const { data: rest, ...expected } = kept;
    expect(around, name).toEqual(expected);
    const { redacted: _, ...place } = rest as { redacted?: true };
    expect(said, name).toMatchObject(place);
    if ('redacted' in said) gone.add(event.id);
    else expect(gone.has(event.id), `${name}: ${event.id} came back`).toBe(false);
  }
}

const firstLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 140);

/** The relay's own rows say the same as the events. */
async function compareRows(relay: Mortal, state: State): Promise<void> {
  for (const [id, { messages, last, notes: _, contact, ...row }] of Object.entries(
    state.conversations,
  )) {
    const { conversation } = (await relay.insist(`/conversations/${id}`))
      .json as ConversationDetail;
    const message = messages[last ?? ''];
    const text = firstLine(message?.text ?? '');
    const lastMessage = message ? { id: last, text, by: message.by } : null;
    const { name, email } = state.contacts[contact] ?? { name: null, email: null };
    expect(conversation).toMatchObject({
      ...row,
      lastMessage,
      contact: { id: contact, name, email },
    });
  }
  for (const [id, { facts, mergedInto, ...row }] of Object.entries(state.contacts)) {
    const found = (await relay.insist(`/contacts/${id}`)).json as ContactSummary;
    if (mergedInto !== null) {
      expect(found.id).not.toBe(id);
      continue;
    }
    expect(found).toMatchObject({ id, ...row });
    const said = Object.values(facts).filter(({ value }) => value !== null);
    const sorted = (all: object[]) => all.map(canonical).sort();
    expect(sorted(found.facts)).toEqual(sorted(said));
  }
}

function tally(records: LogRecord[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { type } of records) sums[type] = (sums[type] ?? 0) + 1;
  return sums;
}

describe('a business that has nothing but events', () => {
  test.each([...SEEDS, fresh])(
    'rebuilds what the relay knows, however it reads, while the relay is killed (seed %i)',
    { timeout: 150_000 },
    async (seed) => {
      const began = Date.now();
      const storm = await assemble(seed);
      const { relay, stage, consumers } = storm;
      await rage(storm, seed);
      const stormMs = Date.now() - began;
      const store = openSqliteStore({ dataDir: relay.dataDir, guest: true });
      onTestFinished(() => store.close());
      const records = await drain(storm, store);
      // The relay may still note that an endpoint is well again: what came is looked at before the log is.
      const came = consumers.map(({ name, seen }) => ({ name, seen: [...seen] }));
      const outward = { source: relay.url, pii: 'content' } as const;
      const whole = await readLog(store);
      const log = new Map(whole.map((it) => [it.id, toCloudEvent(it, outward)]));
      const state = rebuild(log.values());
      const counts = consumers.map(({ name, seen, kept }) => [name, seen.length, kept.size]);
      const ms = { storm: stormMs, all: Date.now() - began };
      process.stdout.write(
        `rebuild: ${JSON.stringify({ seed, events: records.length, ms, counts, types: tally(records) })}\n`,
      );
      for (const one of came) check(one, log);
      for (const consumer of consumers) {
        expect(consumer.faults, consumer.name).toEqual([]);
        expect(lacking(consumer, records), consumer.name).toEqual([]);
        const own = rebuild(consumer.kept.values());
        expect(own, consumer.name).toEqual(state);
        expect(hashOf(own), consumer.name).toBe(hashOf(state));
      }
      const unknown = [...stage.promised, ...stage.shown].filter((id) => !log.has(id));
      expect(unknown, 'promised or shown, and not in the log').toEqual([]);
      await compareRows(relay, state);
    },
  );
});
