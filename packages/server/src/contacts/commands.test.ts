import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { codeOf, ground } from '../../test/ground.ts';

async function setUp() {
  const at = await ground();
  const who = { id: uuidv7(), site: 'shop', tokenHash: `hash ${uuidv7()}` };
  const contact = () => at.store.read.contacts.get(who.id);
  /** Names and values of what is said. */
  const said = async () =>
    Object.fromEntries(
      (await at.store.read.facts.of(who.id)).flatMap(({ name, value }) =>
        value === null ? [] : [[name, value]],
      ),
    );
  return { ...at, who, contact, said };
}

describe('what a page says of its visitor', () => {
  test('[ID-05] is kept, and is never a proof', async () => {
    const { contacts, who, contact, records } = await setUp();
    const said = { externalId: 'C-17', name: 'Grace', email: 'g@example.com' };
    const outcome = await contacts.run(who, 'contact:identify', { id: uuidv7(), ...said });
    expect(outcome).toMatchObject({ ok: true, data: { conversation: null, seq: null, pub: null } });
    expect(await contact()).toMatchObject(said);
    expect((await records())[0]).toMatchObject({
      type: 'contact.identified',
      contact: who.id,
      conversation: null,
      actor: { kind: 'visitor', id: who.id },
      data: { ...said, method: 'unverified' },
    });
  });

  test('adds to what is known, and what is left out stays', async () => {
    const { contacts, who, contact } = await setUp();
    await contacts.run(who, 'contact:identify', { id: uuidv7(), name: 'Grace' });
    await contacts.run(who, 'contact:identify', { id: uuidv7(), email: 'g@example.com' });
    expect(await contact()).toMatchObject({ name: 'Grace', email: 'g@example.com' });
  });

  test('a browser that is back before what it wrote is kept is known all the same', async () => {
    const { contacts, who } = await setUp();
    const said = { id: uuidv7(), name: 'cart', properties: {} };
    const written = contacts.run(who, 'event:track', said);
    expect(await contacts.ofDevice(who.tokenHash, 'shop')).toBe(who.id);
    await written;
  });

  test('[P23] the first thing it says makes the contact and its device', async () => {
    const { contacts, who, contact, store } = await setUp();
    expect(await contact()).toBeUndefined();
    await contacts.run(who, 'event:track', {
      id: uuidv7(),
      name: 'cart',
      properties: { items: 2 },
    });
    expect(await contact()).toBeDefined();
    expect(await store.read.contacts.ofDevice(who.tokenHash, 'shop')).toBe(who.id);
  });

  test('after its browser was logged out does not make the browser theirs again', async () => {
    const { contacts, who, store } = await setUp();
    const said = { name: 'cart', properties: {} };
    await contacts.run(who, 'event:track', { id: uuidv7(), ...said });
    await store.write('devices', (tx) => tx.contacts.removeDevice(who.tokenHash));
    await contacts.run(who, 'event:track', { id: uuidv7(), ...said });
    expect(await store.read.contacts.ofDevice(who.tokenHash, 'shop')).toBeUndefined();
  });

  test('[P17] [ID-05] claiming somebody’s id or address joins nothing and shows nothing', async () => {
    const { contacts, who, start, people, queries, store } = await setUp();
    await start();
    const victim = { id: people.visitor.id, site: 'shop', tokenHash: people.visitor.id };
    const said = { externalId: 'VIP-1', email: 'victim@example.com' };
    await contacts.run(victim, 'contact:identify', { id: uuidv7(), ...said });
    await contacts.run(who, 'contact:identify', { id: uuidv7(), ...said });
    expect(await queries.ofContact(who.id)).toEqual([]);
    expect((await store.read.contacts.get(people.visitor.id))?.id).toBe(people.visitor.id);
  });
});

describe('attributes', () => {
  const update = (attributes: Record<string, string | number | boolean | null>) => ({
    id: uuidv7(),
    attributes,
  });

  test('are merged; null removes', async () => {
    const { contacts, who, said } = await setUp();
    await contacts.run(who, 'contact:update', update({ plan: 'pro', seats: 3, trial: true }));
    await contacts.run(who, 'contact:update', update({ plan: null, seats: 4 }));
    expect(await said()).toEqual({ seats: 4, trial: true });
  });

  test('too many together are refused, and nothing of them is kept', async () => {
    const { contacts, who, said, records } = await setUp();
    const some = (from: number, n: number) =>
      update(Object.fromEntries(Array.from({ length: n }, (_, i) => [`a${from + i}`, i])));
    expect(codeOf(await contacts.run(who, 'contact:update', some(0, 50)))).toBe('ok');
    expect(codeOf(await contacts.run(who, 'contact:update', some(50, 50)))).toBe('ok');
    expect(await contacts.run(who, 'contact:update', some(100, 1))).toMatchObject({
      ok: false,
      error: { code: 'too_long', field: 'attributes' },
    });
    expect(Object.keys(await said())).toHaveLength(100);
    expect(await records()).toHaveLength(2);
    // What is there already may still change.
    expect(codeOf(await contacts.run(who, 'contact:update', some(0, 5)))).toBe('ok');
  });

  test('refused at the very first, they leave no contact', async () => {
    const { contacts, who, contact } = await setUp();
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, i]));
    expect(codeOf(await contacts.run(who, 'contact:update', update(many)))).toBe('too_long');
    expect(await contact()).toBeUndefined();
  });

  test('named like what objects have are only names', async () => {
    const { contacts, who, said } = await setUp();
    await contacts.run(who, 'contact:update', update({ toString: 'x', hasOwnProperty: 1 }));
    expect(await said()).toEqual({ toString: 'x', hasOwnProperty: 1 });
  });
});

describe('[P6] repeating', () => {
  test('does it once and gives the first answer', async () => {
    const { contacts, who, records, clock } = await setUp();
    const input = { id: uuidv7(), name: 'buy', properties: { total: 1.5 } };
    const first = await contacts.run(who, 'event:track', input);
    clock.now += 1000;
    const all = await Promise.all([1, 2, 3].map(() => contacts.run(who, 'event:track', input)));
    expect(all).toEqual([first, first, first]);
    expect(await records()).toHaveLength(1);
  });

  test('with anything changed, added or left out is refused', async () => {
    const { contacts, who, records } = await setUp();
    const input = { id: uuidv7(), name: 'Grace', email: 'g@example.com' };
    await contacts.run(who, 'contact:identify', input);
    const { email: _, ...less } = input;
    const stranger = { ...who, id: uuidv7() };
    const outcomes = [
      await contacts.run(who, 'contact:identify', { ...input, name: 'Ada' }),
      await contacts.run(who, 'contact:identify', { ...input, externalId: 'x' }),
      await contacts.run(who, 'contact:identify', less),
      await contacts.run(stranger, 'contact:identify', input),
      await contacts.run(who, 'event:track', { id: input.id, name: 'Grace', properties: {} }),
    ];
    expect(outcomes.map(codeOf)).toEqual(Array(5).fill('idempotency_conflict'));
    expect(await records()).toHaveLength(1);
  });
});
