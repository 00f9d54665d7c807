import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import type { LogRecord } from '../store/store.ts';

const request = { view: 'all', agent: 'nobody', limit: 2 } as const;

describe('the list', () => {
  test('is walked by its cursor, each row once', async () => {
    const { start, queries, clock } = await ground();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      clock.now += i % 2;
      ids.push(await start());
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queries.list({ ...request, ...(cursor ? { cursor } : {}) });
      seen.push(...(page?.data ?? []).map(({ id }) => id));
      cursor = page?.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([...ids].reverse());
  });

  test.each([
    '',
    'nonsense',
    '1.2',
    `-1.${uuidv7()}`,
    `1e3.${uuidv7()}`,
    `9999999999999999.${uuidv7()}`,
    `1.${uuidv7()}'--`,
    `1.${'x'.repeat(36)}`,
  ])('the cursor %j is none of ours', async (cursor) => {
    const { queries } = await ground();
    expect(await queries.list({ ...request, cursor })).toBeUndefined();
  });

  test('a cursor of a row that has moved on goes on behind where it was', async () => {
    const { start, queries, clock, give, people } = await ground();
    const old = await start();
    clock.now += 10;
    const busy = await start();
    const first = await queries.list({ ...request, limit: 1 });
    expect(first?.data.map(({ id }) => id)).toEqual([busy]);
    clock.now += 10;
    await give(people.visitor, 'message:send', { conversation: busy, text: 'Still here' });
    const next = await queries.list({ ...request, cursor: first?.nextCursor ?? '' });
    expect(next?.data.map(({ id }) => id)).toEqual([old]);
  });

  test('a cursor of another list, or with another time in it, is none', async () => {
    const { start, queries } = await ground();
    await start();
    const { nextCursor } = (await queries.list({ ...request, limit: 1 })) ?? {};
    const cursor = nextCursor ?? '';
    expect(await queries.list({ ...request, cursor })).toMatchObject({ data: [] });
    expect(await queries.list({ ...request, view: 'mine', cursor })).toBeUndefined();
    expect(await queries.list({ ...request, cursor: cursor.replace(/^\d/, '9') })).toBeUndefined();
  });

  test('[P27] says at which place of the log it was read', async () => {
    const { start, queries, store } = await ground();
    expect((await queries.list(request))?.offset).toBe(0);
    await start();
    const head = await store.read.events.head();
    expect((await queries.list(request))?.offset).toBe(head);
    expect((await queries.search('x', 1)).offset).toBe(head);
  });

  test('a row says what agents need, and whether somebody waits for them', async () => {
    const { start, give, queries, people, contacts } = await ground();
    const conversation = await start();
    const who = { id: people.visitor.id, site: 'shop', tokenHash: people.visitor.id };
    await contacts.run(who, 'contact:identify', {
      id: uuidv7(),
      name: 'Grace',
      email: 'g@example.com',
    });
    const [before] = (await queries.list(request))?.data ?? [];
    expect(before).toMatchObject({
      contact: { name: 'Grace', email: 'g@example.com' },
      unread: false,
    });
    const { pub } = await give(people.visitor, 'message:send', { conversation, text: 'hi' });
    expect((await queries.list(request))?.data[0]).toMatchObject({ unread: true });
    await give(people.ada, 'message:read', { conversation, upTo: pub ?? 0 });
    expect((await queries.list(request))?.data[0]).toMatchObject({
      unread: false,
      lastMessage: { text: 'hi' },
    });
  });
});

describe('what a visitor’s list shows', () => {
  test('[P8] open or resolved, and nothing of snoozing, notes or tags', async () => {
    const { start, give, queries, people, clock } = await ground();
    const conversation = await start();
    const mine = async () => (await queries.ofContact(people.visitor.id))[0];
    const before = await mine();
    await give(people.ada, 'note:add', { conversation, text: 'CANARY' });
    await give(people.ada, 'conversation:tag', { conversation, tags: ['CANARY'] });
    await give(people.ada, 'conversation:snooze', { conversation, until: clock.now + 1 });
    expect(await mine()).toEqual(before);
    expect(before).toBeDefined();
    for (const field of ['seq', 'tags', 'snoozedUntil', 'epoch', 'assignee'])
      expect(before).not.toHaveProperty(field);
    await give(people.ada, 'conversation:resolve', { conversation });
    expect(await mine()).toMatchObject({ status: 'resolved', pub: 2 });
  });

  test('who takes care of it, and how much is unread', async () => {
    const { start, give, queries, people } = await ground();
    const conversation = await start();
    await give(people.ada, 'conversation:assign', {
      conversation,
      assignee: people.ada.id,
      expectedEpoch: 0,
    });
    await give(people.ada, 'message:send', { conversation, text: 'one' });
    const { pub } = await give(people.ada, 'message:send', { conversation, text: 'two' });
    const mine = async () => (await queries.ofContact(people.visitor.id))[0];
    expect(await mine()).toMatchObject({ agent: { id: people.ada.id, name: 'Ada' }, unread: 2 });
    await give(people.visitor, 'message:read', { conversation, upTo: (pub ?? 1) - 1 });
    expect(await mine()).toMatchObject({ unread: 1 });
  });

  test('[P17] only its own', async () => {
    const { start, queries, people } = await ground();
    await start(people.stranger);
    expect(await queries.ofContact(people.visitor.id)).toEqual([]);
  });
});

test('a change of a contact changes all its conversations’ rows', async () => {
  const { start, queries, people } = await ground();
  const [a, b, other] = [await start(), await start(), await start(people.stranger)];
  const { changed } = await queries.inbox({
    conversations: [other],
    contacts: [people.visitor.id],
  });
  expect(changed.map(({ id }) => id).sort()).toEqual([a, b, other].sort());
});

test('the detail of a conversation that is not there is nothing', async () => {
  const { queries, start, people } = await ground();
  expect(await queries.summary(uuidv7())).toBeUndefined();
  expect(await queries.summary(await start())).toMatchObject({
    contact: { id: people.visitor.id },
  });
});

test('what a message says is its last edit, and nothing once it is deleted', async () => {
  const { start, give, queries, store, people } = await ground();
  const conversation = await start();
  const [message, other] = [uuidv7(), uuidv7()];
  for (const id of [message, other])
    await give(people.visitor, 'message:send', { id, conversation, text: 'One' });
  for (const text of ['Two', 'Three'])
    await give(people.visitor, 'message:edit', { conversation, message, text });
  const now = async (id: string) => {
    const record = await store.read.events.find(id);
    return queries.saidNow(record as LogRecord<'message.created'>);
  };
  expect(await now(message)).toMatchObject({ text: 'Three' });
  expect(await now(other)).toMatchObject({ text: 'One' });
  await give(people.visitor, 'message:delete', { conversation, message });
  expect(await now(message)).toBeUndefined();
});
