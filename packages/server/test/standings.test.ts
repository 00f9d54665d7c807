import { uuidv7 } from '@throughline/shared';
import type { Ephemeral, Wait } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { startRelay, until, type VisitorPeer } from './relay.ts';
import { plan, publishRouting, queue } from './routing.ts';

/** A queue nobody serves yet, and a promise for whoever waits in it. */
async function world() {
  const relay = await startRelay();
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.hire('Ada');
  const overflow = [{ afterMs: 0, to: { promise: 'reply' as const, withinMs: 3_600_000 } }];
  const queues = [queue({ overflow, offer: { mode: 'pull' } })];
  await publishRouting(relay, plan([ada.agent.email], { queues }));
  async function ask(visitor?: VisitorPeer) {
    const peer = visitor ?? (await relay.visitor());
    const conversation = uuidv7();
    await peer.give('conversation:start', { conversation });
    await peer.give('message:send', { conversation, text: 'Hello' });
    return { visitor: peer, conversation };
  }
  return { relay, ada, ask };
}

/** What a visitor was told last. */
const waitsOf = (visitor: VisitorPeer): Wait[] | undefined =>
  visitor
    .all<Ephemeral>('ephemeral')
    .filter((message) => message.kind === 'standing')
    .at(-1)?.waits;

test('whoever waits is told their place and what was promised, until a person answers', async () => {
  const { relay, ada, ask } = await world();
  const first = await ask();
  const second = await ask();
  await until(() => waitsOf(second.visitor)?.[0]?.place === 2, 'the second place');
  expect(waitsOf(first.visitor)).toMatchObject([
    {
      ...{ conversation: first.conversation, place: 1, minutes: null, broken: null },
      promises: [{ what: 'reply', dueAt: expect.any(Number) }],
    },
  ]);
  const peer = await relay.agent(ada);
  await peer.give('conversation:assign', {
    ...{ conversation: first.conversation, assignee: ada.agent.id, expectedEpoch: 0 },
  });
  await until(() => waitsOf(second.visitor)?.[0]?.place === 1, 'the first place');
  await peer.give('message:send', { conversation: first.conversation, text: 'Hello' });
  await until(() => waitsOf(first.visitor)?.length === 0, 'nothing to say any more');
});

test('who comes back is told at once, and nobody hears of anybody else', async () => {
  const { relay, ask } = await world();
  const { visitor, conversation } = await ask();
  const stranger = await relay.visitor();
  await until(() => waitsOf(visitor)?.[0]?.place === 1, 'a place');
  const again = await relay.visitor({ token: visitor.token });
  await until(() => waitsOf(again), 'the same on another page');
  expect(waitsOf(again)).toMatchObject([{ conversation, place: 1 }]);
  expect(waitsOf(stranger)).toBeUndefined();
});
