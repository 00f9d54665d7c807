import { routing as schema } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../../bench/referee/random.ts';
import { createRelay, type Relay } from '../src/app.ts';
import { audit } from '../src/routing/audit.ts';
import { openBlueprint } from '../src/settings/blueprint.ts';
import { compileRouting } from '../src/settings/routing/compile.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import { createMortal, type Mortal } from './rebuild-relay.ts';
import { createStage, serve, visit } from './rebuild-traffic.ts';
import { sleep, tempDir, testConfig, until } from './relay.ts';
import { plan, queue } from './routing.ts';

const KILLS = 4;
const VISITORS = 5;
const CAPACITY = 3;
/** What the auditor forgives: here nothing is. */
const SLACK_MS = 10_000;

/** People are given conversations at once, and are given up to three. */
async function furnish(dataDir: string): Promise<void> {
  const store = openSqliteStore({ dataDir });
  const emails = [0, 1, 2].map((n) => `agent-${n}@example.com`);
  const queues = [
    queue({ offer: { mode: 'assign' }, firstReplyMs: 1000, nextReplyMs: 2000 }),
    queue({ id: 'other', name: 'Other', offer: { mode: 'offer', acceptMs: 5000 } }),
  ];
  const route = {
    queue: 'support',
    routes: [{ when: '"vip" in conversation.tags', queue: 'other' }],
  };
  const capacity = { each: CAPACITY, more: 0, parkAfterMs: 1000 };
  const routing = schema.parse(plan(emails, { queues, route, capacity }));
  const blueprint = await openBlueprint(store, Date.now);
  await blueprint.publish((before) => ({ ...before, routing }), { by: 'test' });
  await store.close();
}

async function rage(relay: Mortal, seed: number): Promise<void> {
  const stage = createStage(relay);
  const random = createRandom(seed);
  const players = Promise.all([
    ...Array.from({ length: VISITORS }, (_, i) => visit(stage, createRandom(seed + 10 + i))),
    ...relay.sessions.map((_, i) => serve(stage, createRandom(seed + 20 + i), i)),
  ]);
  for (let i = 0; i < KILLS; i += 1) {
    await Promise.race([sleep(random.between(800, 1600)), players]);
    await relay.kill();
    if (i === KILLS - 1) stage.isOver = true;
    await relay.start();
  }
  await players;
}

async function violations({ store }: Relay): Promise<string[]> {
  const { read } = store;
  const { routing } = (await openBlueprint(store, Date.now)).current;
  const agents = await read.agents.list();
  if (!routing) throw new Error('nothing is routed');
  const found = await audit(
    { active: async (after, limit) => read.conversations.active(after, limit) },
    { now: Date.now() + SLACK_MS, routing: compileRouting(routing, agents) },
  );
  const loads = await Promise.all(agents.map(async ({ id }) => read.conversations.loadOf(id)));
  const full = loads.filter((load) => load > CAPACITY).map((load) => `[I2] ${load} at once`);
  return [...found.map(({ what, conversation }) => `${what} ${conversation}`), ...full];
}

/** Of each conversation, the epochs its owners have had. */
async function epochs({ store }: Relay): Promise<number[][]> {
  const owned = new Map<string, number[]>();
  const head = await store.read.events.head();
  for (const { type, conversation, data } of await store.read.events.log(0, head))
    if (type === 'conversation.assigned' && 'epoch' in data && conversation)
      owned.set(conversation, [...(owned.get(conversation) ?? []), data.epoch]);
  return [...owned.values()];
}

test('[I1] [I2] [I3] [F3] [F4] killed again and again amid its work, routing leaves nothing wrong', async () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`routing, killed: seed ${seed}\n`);
  const dir = tempDir();
  const mortal = await createMortal({ dataDir: dir.path, streams: [] });
  onTestFinished(async () => {
    await mortal.kill();
    dir[Symbol.dispose]();
  });
  await furnish(dir.path);
  await mortal.start();
  await rage(mortal, seed);
  await mortal.kill();
  const relay = await createRelay({ config: testConfig(dir.path) });
  try {
    await until(async () => (await violations(relay)).length === 0, 'nothing to be wrong').catch(
      async () => expect(await violations(relay)).toEqual([]),
    );
    const all = await epochs(relay);
    expect(all.length).toBeGreaterThan(VISITORS);
    for (const rising of all) expect(rising).toEqual(rising.map((_, i) => i + 1));
  } finally {
    await relay.stop();
  }
}, 120_000);
