import type { ConversationList, InboxChange } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import type { Store } from '../src/store/store.ts';
import { startRelay, until } from './relay.ts';

describe('[P27] an agent’s list', () => {
  test('is kept current by the rows that changed, from one place of the log to the next', async () => {
    await using relay = await startRelay();
    const agent = await relay.agent();
    const visitor = await relay.visitor();
    const list = async () =>
      (await relay.fetch('/v1/conversations', { as: agent.session })).json as ConversationList;
    const start = await list();
    const rows = new Map(start.data.map((row) => [row.id, row]));
    let offset = start.offset;
    const conversations = [await visitor.start(), await visitor.start()];
    for (let i = 0; i < 20; i++)
      await visitor.give('message:send', {
        conversation: conversations[i % 2] ?? '',
        text: `${i}`,
      });
    await visitor.give('contact:identify', { name: 'Grace' });
    await agent.give('conversation:resolve', { conversation: conversations[0] });
    const head = await relay.store.read.events.head();
    await agent.next<InboxChange>('inbox', ({ to }) => to === head);
    for (const { from, to, changed } of agent.all<InboxChange>('inbox')) {
      // Nothing was missed: what we know reaches at least to where this begins.
      expect(offset).toBeGreaterThanOrEqual(from);
      expect(to).toBeGreaterThan(from);
      for (const row of changed) rows.set(row.id, row);
      offset = to;
    }
    const now = await list();
    expect(now.offset).toBe(offset);
    const [last] = agent.all<InboxChange>('inbox').slice(-1);
    expect(last?.counts).toEqual(now.counts);
    for (const row of now.data) expect(rows.get(row.id)).toEqual(row);
    expect(rows.get(conversations[0] ?? '')).toMatchObject({
      status: 'resolved',
      contact: { name: 'Grace' },
    });
    expect(rows.get(conversations[1] ?? '')).toMatchObject({
      status: 'open',
      contact: { name: 'Grace' },
    });
  });

  test('that misses a change knows it by the next one', async () => {
    await using relay = await startRelay();
    const agent = await relay.agent();
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    const first = await agent.next<InboxChange>('inbox');
    agent.socket.io.engine.close();
    await visitor.give('message:send', { conversation, text: 'missed' });
    const away = await relay.store.read.events.head();
    const witness = await relay.agent();
    await visitor.give('message:send', { conversation, text: 'not missed' });
    const next = await witness.next<InboxChange>('inbox', ({ to }) => to > away);
    expect(next.from).toBeGreaterThanOrEqual(first.to);
  });

  test('is not told of what changes no row', async () => {
    await using relay = await startRelay();
    const agent = await relay.agent();
    const visitor = await relay.visitor();
    await visitor.give('event:track', { name: 'cart', properties: {} });
    await visitor.give('contact:update', { attributes: { a: 1 } });
    await visitor.start();
    const [change] = [await agent.next<InboxChange>('inbox')];
    expect(agent.all('inbox')).toHaveLength(1);
    expect(change).toMatchObject({ changed: [{ status: 'open' }] });
  });
});

test('[P27] when the rows cannot be read the change is told later, and no other follower minds', async () => {
  let broken = 0;
  const wrap = (store: Store): Store => ({
    ...store,
    get backlog() {
      return store.backlog;
    },
    read: {
      ...store.read,
      conversations: {
        ...store.read.conversations,
        counts(cap) {
          if (broken-- > 0) throw new Error('on purpose');
          return store.read.conversations.counts(cap);
        },
      },
    },
  });
  await using relay = await startRelay({ wrap });
  const agent = await relay.agent();
  const visitor = await relay.visitor();
  broken = 2;
  const conversation = await visitor.start();
  await visitor.next('event');
  await until(() => broken <= 0);
  const change = await agent.next<InboxChange>('inbox');
  expect(change.changed.map(({ id }) => id)).toEqual([conversation]);
  const head = await relay.store.read.events.head();
  expect(change).toMatchObject({ from: expect.any(Number), to: head });
  expect(change.from).toBeLessThan(head);
  expect(relay.logLines.join('')).toContain('inbox update failed');
});
