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

describe('time', () => {
  const clocked = async (document?: Partial<RoutingDocument>, people = 1) => {
    const clock = { now: Date.now() };
    const options = { now: () => clock.now };
    return { clock, ...(await world({ people, options, ...(document && { document }) })) };
  };

  test('[I5] an offer nobody answers ends, its conversation keeps its place, and who lets two pass is away', async () => {
    const { clock, relay, hired, ask, row, becomes, told } = await clocked();
    await relay.agent(hired[0]);
    const { conversation } = await ask();
    await becomes(conversation, ({ offer }) => offer);
    const first = await row(conversation);
    clock.now += 31_000;
    await becomes(conversation, ({ offer }) => offer && offer.id !== first.offer?.id);
    expect((await row(conversation)).waiting).toEqual(first.waiting);
    clock.now += 31_000;
    await becomes(conversation, ({ offer }) => offer === null);
    await until(async () => {
      const found = await relay.store.read.availability.get(hired[0]?.agent.id ?? '');
      return found?.status === 'away';
    }, 'being away');
    const ends = (await told(conversation)).filter(({ type }) => type.endsWith('offer_ended'));
    expect(ends.map(({ data }) => 'outcome' in data && data.outcome)).toEqual(['missed', 'missed']);
  });

  test('[I10] brings a promise where nobody can take it, and breaks it; a word of a person in time keeps it', async () => {
    const overflow = [{ afterMs: 60_000, to: { promise: 'reply' as const, withinMs: 600_000 } }];
    const { clock, relay, hired, ask, row, becomes, told } = await clocked({
      queues: [queue({ overflow })],
    });
    const kept = await ask('first');
    const broken = await ask('second');
    for (const { conversation } of [kept, broken])
      await becomes(conversation, ({ waiting }) => waiting);
    clock.now += 61_000;
    for (const { conversation } of [kept, broken])
      await becomes(conversation, ({ promises }) => promises.length === 1);
    expect((await row(kept.conversation)).promises[0]?.dueAt).toBe(clock.now + 600_000);
    const peer = await relay.agent(hired[0]);
    await peer.give('message:send', { conversation: kept.conversation, text: 'Here I am' });
    // What she is offered now must not meet a lease that has run out with the clock.
    await becomes(broken.conversation, ({ offer }) => offer);
    clock.now += 601_000;
    await becomes(broken.conversation, ({ promises }) => promises.length === 0);
    const outcomes = async (id: string) =>
      (await told(id)).flatMap(({ data }) => ('promise' in data ? [data.outcome] : []));
    expect(await outcomes(kept.conversation)).toEqual(['kept']);
    expect(await outcomes(broken.conversation)).toEqual(['broken']);
  });

  test('[F5] frees who waits for quiet visitors; one who writes again comes back, and never above capacity', async () => {
    const capacity = { each: 1, more: 0, parkAfterMs: 30_000 };
    const { clock, relay, hired, ask, row, becomes } = await clocked({
      capacity,
      queues: [queue({ offer: { mode: 'assign' }, sticky: { withinMs: 1000, holdMs: 5000 } })],
    });
    const ada = hired[0] as (typeof hired)[0];
    const peer = await relay.agent(ada);
    const isHers = ({ assignee }: Conversation) => assignee === ada.agent.id;
    const quiet = await ask('quiet');
    await becomes(quiet.conversation, isHers);
    await peer.give('message:send', { conversation: quiet.conversation, text: 'Anything else?' });
    const next = await ask('next');
    await becomes(next.conversation, ({ waiting }) => waiting);
    clock.now += 31_000;
    await becomes(quiet.conversation, ({ parked }) => parked);
    await becomes(next.conversation, isHers);
    await quiet.visitor.give('message:send', { conversation: quiet.conversation, text: 'Yes!' });
    await becomes(quiet.conversation, ({ waiting }) => waiting?.hold?.agent === ada.agent.id);
    expect((await row(quiet.conversation)).assignee).toBeNull();
    await peer.give('conversation:resolve', { conversation: next.conversation });
    await becomes(quiet.conversation, isHers);
  });
});

describe('whatever happens to the relay', () => {
  test('what waits and is offered goes on after a restart', async () => {
    const first = await world();
    const { hired, ask, becomes } = first;
    const { conversation } = await ask();
    await becomes(conversation, ({ waiting }) => waiting);
    const { dataDir } = first.relay;
    await first.relay.stop();
    const again = await startRelay({ dataDir });
    onTestFinished(() => again[Symbol.asyncDispose]());
    const ada = hired[0] as (typeof hired)[0];
    const peer = await again.agent(ada);
    const offered = await until(async () => {
      const row = await again.store.read.conversations.get(conversation);
      return row?.offer && row;
    }, 'an offer');
    await accept(peer, offered);
    expect((await again.store.read.conversations.get(conversation))?.assignee).toBe(ada.agent.id);
  });

  test('[F10] moving between queues and people does not touch since when the visitor waits', async () => {
    const { relay, hired, ask, row, becomes } = await world({ people: 2 });
    const { conversation } = await ask();
    await becomes(conversation, ({ waiting }) => waiting);
    const { unansweredSince } = await row(conversation);
    const peers = [await relay.agent(hired[0]), await relay.agent(hired[1])];
    await becomes(conversation, ({ offer }) => offer);
    const { offer } = await row(conversation);
    const first = peers.find(({ agent }) => agent.id === offer?.agent) as AgentPeer;
    await accept(first, await row(conversation));
    await first.give('conversation:unassign', { conversation, expectedEpoch: 1 });
    await becomes(conversation, ({ offer: next }) => next);
    expect((await row(conversation)).unansweredSince).toBe(unansweredSince);
  });
});
