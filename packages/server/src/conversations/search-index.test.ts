import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import { indexForSearch, SEARCH } from './search-index.ts';

async function setUp() {
  const at = await ground();
  const handle = indexForSearch(at.store);
  const cursor = async () => at.store.read.cursors.get(SEARCH);
  /** Indexes what is new, like its follower. */
  const catchUp = async () => handle(await at.store.read.events.log(await cursor(), 1000));
  const find = async (query: string) =>
    (await at.queries.search(query, 10)).data.map(({ id }) => id);
  return { ...at, handle, cursor, catchUp, find };
}

describe('the search index', () => {
  test('finds messages, notes and what is known of a contact', async () => {
    const { start, give, people, contacts, catchUp, find } = await setUp();
    const conversation = await start();
    await give(people.visitor, 'message:send', { conversation, text: 'where is my parcel' });
    await give(people.ada, 'note:add', { conversation, text: 'lost in Ulm' });
    const who = { id: people.visitor.id, site: 'shop', tokenHash: 't' };
    await contacts.run(who, 'contact:identify', {
      id: uuidv7(),
      name: 'Grace Hopper',
      email: 'grace@navy.example',
      externalId: 'C-17',
    });
    await catchUp();
    for (const query of ['parcel', 'ulm', 'hopper', 'grace@navy', 'c-17'])
      expect(await find(query), query).toEqual([conversation]);
    expect(await find('nothing')).toEqual([]);
  });

  test.each([
    ['zero-width signs', 're\u200bfu\u2060nd'],
    ['marks of direction', '\u202ere\u2066fund\u2069'],
    ['tag characters', 're\u{e0065}\u{e0076}fund'],
    ['a soft hyphen', 're\u00adfund'],
    ['a control sign', 're\u0007fund'],
  ])(
    '[EV-10] a word with %s in it is found as it is read, and is what is asked for',
    async (_what, word) => {
      const { start, give, people, catchUp, find } = await setUp();
      const [one, other] = [await start(), await start()];
      await give(people.visitor, 'message:send', {
        conversation: one,
        text: `my\n${word}, please`,
      });
      await give(people.visitor, 'message:send', { conversation: other, text: 'a refund' });
      await catchUp();
      expect((await find('refund')).sort()).toEqual([one, other].sort());
      expect((await find(word)).sort()).toEqual([one, other].sort());
      expect(await find('my refund')).toEqual([one]);
    },
  );

  test('an edit replaces what is found, also one after another', async () => {
    const { start, give, people, catchUp, find } = await setUp();
    const conversation = await start();
    const { id } = await give(people.visitor, 'message:send', { conversation, text: 'first' });
    await give(people.visitor, 'message:edit', { conversation, message: id, text: 'second' });
    await catchUp();
    expect([await find('first'), await find('second')]).toEqual([[], [conversation]]);
    await give(people.visitor, 'message:edit', { conversation, message: id, text: 'third' });
    await catchUp();
    expect([await find('second'), await find('third')]).toEqual([[], [conversation]]);
  });

  test('[P9] what was deleted is not found, whether it was indexed before or not', async () => {
    const { start, give, people, catchUp, find } = await setUp();
    const conversation = await start();
    const say = async (text: string) => {
      const { id } = await give(people.visitor, 'message:send', { conversation, text });
      await give(people.visitor, 'message:edit', {
        conversation,
        message: id,
        text: `${text} edited`,
      });
      return id;
    };
    const [early, late] = [await say('early'), ''];
    await catchUp();
    expect(await find('early')).toEqual([conversation]);
    await give(people.visitor, 'message:delete', { conversation, message: early });
    const behind = (await say('late')) || late;
    await give(people.visitor, 'message:delete', { conversation, message: behind });
    await catchUp();
    for (const query of ['early', 'late', 'edited']) expect(await find(query), query).toEqual([]);
  });

  test('moves its cursor with what it wrote, in one transaction', async () => {
    const { store, start, give, people, handle, cursor, find } = await setUp();
    const conversation = await start();
    await give(people.visitor, 'message:send', { conversation, text: 'parcel' });
    const records = await store.read.events.log(0, 10);
    const broken = [...records, { ...records[0], type: 'message.created', data: null }];
    await expect(handle(broken as never)).rejects.toThrow();
    expect(await cursor()).toBe(0);
    expect(await find('parcel')).toEqual([]);
    await handle(records);
    expect(await cursor()).toBe(records.at(-1)?.offset);
  });

  test('an empty batch changes nothing', async () => {
    const { handle, cursor } = await setUp();
    await handle([]);
    expect(await cursor()).toBe(0);
  });
});
