import { uuidv7 } from '@throughline/shared';
import type { Ephemeral } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { createConversations } from '../src/conversations/commands.ts';
import type { Principal } from '../src/conversations/policy.ts';
import type { LogRecord } from '../src/store/store.ts';
import { startRelay, until } from './relay.ts';
import { plan, publishRouting, queue } from './routing.ts';

const MINUTE_MS = 60_000;
const VISITS = 100;

/** Waits of two to six minutes, in no order; always the same ones. */
function uneven(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 2 * MINUTE_MS + (state % (4 * MINUTE_MS));
  });
}

type Judged = { lowMs: number; highMs: number; waitMs: number };

/** What was told of each wait, with what came of it: nothing but the log is asked. */
function judged(records: readonly LogRecord[]): Judged[] {
  const told = new Map<string, { at: number; lowMs: number; highMs: number }>();
  return records.flatMap(({ type, time, conversation, data }) => {
    const id = conversation ?? '';
    if (type === 'conversation.queued' && 'estimate' in data && data.estimate)
      told.set(id, { at: time, ...data.estimate });
    if (type !== 'conversation.assigned' || !('assignee' in data) || !data.assignee) return [];
    const { at = 0, ...range } = told.get(id) ?? {};
    return 'lowMs' in range ? [{ ...range, waitMs: time - at } as Judged] : [];
  });
}

test('what visitors are told of their wait stands in the log, and so does what came of it', async () => {
  const clock = { now: Date.now() };
  await using relay = await startRelay({ now: () => clock.now });
  const ada = await relay.hire('Ada');
  const queues = [queue({ offer: { mode: 'pull' } })];
  await publishRouting(relay, plan([ada.agent.email], { queues }));
  const { run } = createConversations(relay.store, () => clock.now);
  const visitor = await relay.visitor();
  const agent: Principal = { kind: 'agent', id: ada.agent.id, name: 'Ada' };
  const visit = async () => {
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation });
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const row = () => relay.store.read.conversations.get(conversation);
    await until(async () => (await row())?.waiting, 'a place');
    return conversation;
  };
  for (const waitMs of uneven(VISITS)) {
    const conversation = await visit();
    clock.now += waitMs;
    const taking = { id: uuidv7(), conversation, assignee: ada.agent.id, expectedEpoch: 0 };
    // In one commit: what somebody who is not there has goes back to its queue at once.
    await Promise.all([
      run(agent, 'conversation:assign', taking),
      run(agent, 'conversation:resolve', { id: uuidv7(), conversation }),
    ]);
  }
  const results = judged(await relay.events());
  const isTrue = ({ lowMs, waitMs, highMs }: Judged) => lowMs <= waitMs && waitMs <= highMs;
  expect(results.length).toBeGreaterThan(10);
  expect(results.filter(isTrue).length).toBeGreaterThan(results.length / 2);

  const conversation = await visit();
  const told = await visitor.next<Ephemeral>(
    'ephemeral',
    (it) => it.kind === 'standing' && it.waits.some((wait) => wait.minutes !== null),
  );
  const { lowMs, highMs } = (await relay.events()).reduce(
    (last, { type, data }) =>
      type === 'conversation.queued' && 'estimate' in data && data.estimate ? data.estimate : last,
    { lowMs: 0, highMs: 0 },
  );
  const minutes = { from: Math.floor(lowMs / MINUTE_MS), to: Math.ceil(highMs / MINUTE_MS) };
  expect(told).toMatchObject({ waits: [{ conversation, minutes }] });
});
