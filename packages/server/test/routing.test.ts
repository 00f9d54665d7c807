import { uuidv7 } from '@throughline/shared';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Conversation, LogRecord } from '../src/store/store.ts';
import { type AgentPeer, type RelayTestOptions, startRelay, until } from './relay.ts';
import { plan, publishRouting, queue, type RoutingDocument } from './routing.ts';

interface World {
  people?: number;
  document?: Partial<RoutingDocument>;
  options?: RelayTestOptions;
}

async function world({ people = 1, document, options }: World = {}) {
  const relay = await startRelay(options);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const hired = await Promise.all(
    Array.from({ length: people }, (_, i) => relay.hire(`Agent ${i + 1}`)),
  );
  const emails = hired.map(({ agent }) => agent.email);
  const publish = (more: Partial<RoutingDocument> = {}) =>
    publishRouting(relay, plan(emails, more));
  await publish(document);
  const ask = async (text = 'Hello') => {
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation });
    await visitor.give('message:send', { conversation, text });
    return { visitor, conversation };
  };
  const row = (id: string) =>
    until(() => relay.store.read.conversations.get(id), 'the row') as Promise<Conversation>;
  const becomes = (id: string, is: (row: Conversation) => unknown, what = 'its state') =>
    until(async () => is(await row(id)), what);
  const told = async (id: string) =>
    (await relay.events()).filter(({ conversation }) => conversation === id);
  return { relay, hired, publish, ask, row, becomes, told };
}

const offerTo = (agent: { agent: { id: string } }) => (row: Conversation) =>
  row.offer?.agent === agent.agent.id;
const types = (records: LogRecord[]) => records.map(({ type }) => type);

const accept = async (peer: AgentPeer, row: Conversation) =>
  peer.give('offer:accept', { conversation: row.id, offer: row.offer?.id ?? '' });

describe('without routing', () => {
  test('nothing is queued, and nobody is offered anything', async () => {
    const relay = await startRelay();
    onTestFinished(() => relay[Symbol.asyncDispose]());
    await relay.agent();
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'Hello' });
    await relay.events();
    expect(types(await relay.events())).not.toContain('conversation.queued');
  });
});

describe('a conversation', () => {
  test('[F2] waits while nobody is there, and is offered to who comes', async () => {
    const { relay, hired, ask, row, becomes, told } = await world();
    const [ada] = hired as [(typeof hired)[0]];
    const { conversation } = await ask();
    await becomes(conversation, ({ waiting }) => waiting?.queue === 'support');
    const peer = await relay.agent(ada);
    await becomes(conversation, offerTo(ada), 'an offer');
    await accept(peer, await row(conversation));
    await becomes(conversation, ({ assignee }) => assignee === ada.agent.id);
    expect(await row(conversation)).toMatchObject({ waiting: null, offer: null, epoch: 1 });
    expect(types(await told(conversation))).toEqual([
      'conversation.started',
      'message.created',
      'conversation.queued',
      'conversation.offered',
      'conversation.offer_ended',
      'conversation.assigned',
    ]);
  });

  test('[F1] that waits is offered as soon as somebody has room again, oldest first', async () => {
    const capacity = { each: 1, more: 0 };
    const { relay, hired, ask, row, becomes } = await world({ document: { capacity } });
    const [ada] = hired as [(typeof hired)[0]];
    const peer = await relay.agent(ada);
    const first = await ask('first');
    await becomes(first.conversation, offerTo(ada));
    await accept(peer, await row(first.conversation));
    const second = await ask('second');
    await becomes(second.conversation, ({ waiting }) => waiting);
    const third = await ask('third');
    await becomes(third.conversation, ({ waiting }) => waiting);
    expect((await row(second.conversation)).offer).toBeNull();
    await peer.give('conversation:resolve', { conversation: first.conversation });
    await becomes(second.conversation, offerTo(ada));
    expect((await row(third.conversation)).offer).toBeNull();
  });

  test('is given at once where its queue says so, in one step with its owner', async () => {
    const queues = [queue({ offer: { mode: 'assign' } })];
    const { relay, hired, ask, becomes, told } = await world({ document: { queues } });
    const [ada] = hired as [(typeof hired)[0]];
    await relay.agent(ada);
    const { conversation } = await ask();
    await becomes(conversation, ({ assignee }) => assignee === ada.agent.id);
    expect(types(await told(conversation)).slice(2)).toEqual([
      'conversation.queued',
      'conversation.offered',
      'conversation.assigned',
    ]);
  });

  test('that somebody declines is offered to the next one, and not to them again', async () => {
    const { relay, hired, ask, row, becomes } = await world({ people: 2 });
    const peers = [await relay.agent(hired[0]), await relay.agent(hired[1])];
    const { conversation } = await ask();
    await becomes(conversation, ({ offer }) => offer);
    const { offer } = await row(conversation);
    const first = peers.find(({ agent }) => agent.id === offer?.agent) as AgentPeer;
    const other = peers.find(({ agent }) => agent.id !== offer?.agent) as AgentPeer;
    await first.give('offer:decline', { conversation, offer: offer?.id ?? '' });
    await becomes(conversation, offerTo(other));
    const again = (await row(conversation)).offer?.id ?? '';
    await other.give('offer:decline', { conversation, offer: again });
    await becomes(conversation, ({ offer: it }) => it === null);
    expect((await row(conversation)).waiting?.declined).toHaveLength(2);
  });

  test('[F14] goes to one person only: who accepts what was offered to another is told so', async () => {
    const { relay, hired, ask, row, becomes } = await world({ people: 2 });
    const peers = [await relay.agent(hired[0]), await relay.agent(hired[1])];
    const { conversation } = await ask();
    await becomes(conversation, ({ offer }) => offer);
    const { offer } = await row(conversation);
    const other = peers.find(({ agent }) => agent.id !== offer?.agent) as AgentPeer;
    const refused = await other.ask('offer:accept', {
      ...{ id: uuidv7(), conversation, offer: offer?.id },
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'offer_over' } });
    await other.give('conversation:assign', {
      ...{ conversation, assignee: other.agent.id, expectedEpoch: 0 },
    });
    const late = peers.find(({ agent }) => agent.id === offer?.agent) as AgentPeer;
    expect(
      await late.ask('offer:accept', { id: uuidv7(), conversation, offer: offer?.id }),
    ).toMatchObject({ ok: false, error: { code: 'offer_over' } });
    expect((await row(conversation)).assignee).toBe(other.agent.id);
  });
});

describe('somebody who leaves', () => {
  test('loses what they were offered: it is offered to the next one', async () => {
    const { relay, hired, ask, becomes, row } = await world({ people: 2 });
    const peers = [await relay.agent(hired[0]), await relay.agent(hired[1])];
    const { conversation } = await ask();
    await becomes(conversation, ({ offer }) => offer);
    const { offer } = await row(conversation);
    const first = peers.find(({ agent }) => agent.id === offer?.agent) as AgentPeer;
    const other = peers.find(({ agent }) => agent.id !== offer?.agent) as AgentPeer;
    await first.give('status:set', { status: 'away' });
    await becomes(conversation, offerTo(other));
  });
});
