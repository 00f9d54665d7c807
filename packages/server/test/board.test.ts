import { uuidv7 } from '@throughline/shared';
import { type RoutingBoard, routing as schema } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { openBlueprint } from '../src/settings/blueprint.ts';
import { startRelay, until } from './relay.ts';

type Document = (typeof schema)['_zod']['input'];

/** One person with room for one, two queues. */
async function world(firstReplyMs = 60_000) {
  const relay = await startRelay();
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.hire('Ada');
  const document: Document = {
    capacity: { each: 1, more: 0 },
    teams: [{ id: 'team', name: 'Team' }],
    agents: [{ email: ada.agent.email, teams: ['team'] }],
    queues: [
      { id: 'support', name: 'Support', firstReplyMs, rings: [{ afterMs: 0, teams: ['team'] }] },
      {
        id: 'free',
        name: 'Free for all',
        offer: { mode: 'pull' },
        rings: [{ afterMs: 0, teams: ['team'] }],
        overflow: [{ afterMs: 0, to: { promise: 'reply', withinMs: 60_000 } }],
      },
    ],
    route: {
      queue: 'support',
      routes: [{ when: '"pull" in conversation.tags', queue: 'free' }],
    },
  };
  const blueprint = await openBlueprint(relay.store, Date.now);
  const publish = () =>
    blueprint.publish((before) => ({ ...before, routing: schema.parse(document) }), { by: 'test' });
  const board = async () =>
    (await relay.fetch('/v1/routing/board', { as: ada.session })).json as RoutingBoard;
  const ask = async (text = 'Hello') => {
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation });
    await visitor.give('message:send', { conversation, text });
    return { visitor, conversation };
  };
  return { relay, ada, publish, board, ask };
}

test('without routing the board has no queues, and says no more', async () => {
  const { board } = await world();
  expect(await board()).toEqual({ queues: [], agents: [], offers: [], promises: [] });
});

test('what waits is on the board, on offer or not, with since when and whether it is late', async () => {
  const { relay, ada, publish, board, ask } = await world(1000);
  await publish();
  await ask();
  await ask();
  const waits = await until(async () => {
    const now = await board();
    return now.queues[0]?.late === 2 ? now : undefined;
  }, 'two that are late');
  expect(waits.queues[0]).toMatchObject({
    ...{ id: 'support', name: 'Support', mode: 'offer', waiting: 2, offered: 0 },
    ...{ firstReplyMs: 1000, soon: 0, oldestSince: expect.any(Number) },
  });
  expect(waits.queues[0]?.first).toEqual(
    waits.queues[0]?.first.toSorted((a, b) => a.since - b.since),
  );
  expect(waits.queues[0]?.first).toMatchObject([
    { contact: { name: null }, epoch: 0, offeredTo: null, dueAt: expect.any(Number) },
    { since: expect.any(Number), need: {}, heldFor: null, declined: 0 },
  ]);
  const peer = await relay.agent(ada);
  const offered = await until(async () => {
    const now = await board();
    return now.offers.length === 1 ? now : undefined;
  }, 'an offer');
  expect(offered.queues[0]).toMatchObject({ waiting: 2, offered: 1 });
  expect(offered.agents).toEqual([{ id: ada.agent.id, status: 'available', load: 1, capacity: 1 }]);
  const [offer] = offered.offers;
  const row = await relay.store.read.conversations.get(offer?.conversation ?? '');
  await peer.give('offer:accept', { conversation: row?.id ?? '', offer: row?.offer?.id ?? '' });
  await until(async () => (await board()).queues[0]?.waiting === 1, 'one that waits');
});

test('what nobody is brought waits too, and what was promised is there with whom it was promised', async () => {
  const { relay, publish, board, ask, ada } = await world();
  const { conversation } = await ask();
  await (await relay.agent(ada)).give('conversation:tag', { conversation, tags: ['pull'] });
  await publish();
  const now = await until(async () => {
    const all = await board();
    return all.promises.length === 1 ? all : undefined;
  }, 'a promise');
  expect(now.queues[1]).toMatchObject({ id: 'free', mode: 'pull', waiting: 1, firstReplyMs: null });
  expect(now.promises).toMatchObject([
    { conversation, assignee: null, what: 'reply', contact: { name: null } },
  ]);
});

test('the board is for people who work here', async () => {
  const { relay } = await world();
  expect((await relay.fetch('/v1/routing/board')).status).toBe(401);
});
