import { uuidv7 } from '@throughline/shared';
import type { VisitorEvent } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { type Peer, startRelay, until } from './relay.ts';

const wire = (peer: Peer): string => JSON.stringify(peer.messages);

/** Lets everything that is under way arrive: a command behind it on the same socket is answered later. */
const settle = async (...peers: Peer[]) => {
  for (const peer of peers) await peer.ask('nothing', {});
};

test('[P17] no byte of one visitor reaches another, whatever happens in either’s conversation', async () => {
  await using relay = await startRelay();
  const agent = await relay.agent();
  const people = await Promise.all(
    ['ALPHA', 'BRAVO', 'CHARLIE'].map(async (canary) => {
      const visitor = await relay.visitor({
        context: { page: { url: `https://shop.example/${canary}`, title: canary } },
      });
      const tab = await relay.visitor();
      return { canary, visitor, tab, conversation: await visitor.start() };
    }),
  );
  for (const { canary, visitor, conversation } of people) {
    await agent.ask('conversation:resume', { conversation, cursor: null });
    await visitor.give('contact:identify', {
      name: canary,
      email: `${canary.toLowerCase()}@example.com`,
    });
    await visitor.give('contact:update', { attributes: { plan: canary } });
    await visitor.give('event:track', { name: canary, properties: {} });
    const { id } = await visitor.give('message:send', { conversation, text: canary });
    await visitor.give('message:edit', { conversation, message: id, text: `${canary} again` });
    await agent.give('message:send', { conversation, text: `hello ${canary}` });
    await agent.give('note:add', { conversation, text: `note on ${canary}` });
    await agent.give('conversation:tag', { conversation, tags: [canary] });
    await visitor.ask('typing:set', { conversation, on: true });
    await agent.ask('typing:set', { conversation, on: true });
  }
  // They also try: every id they could have got hold of.
  for (const { visitor } of people)
    for (const { conversation } of people) {
      await visitor.ask('conversation:resume', { conversation, cursor: null });
      await visitor.ask('conversation:history', { conversation, before: 99 });
      await visitor.ask('typing:set', { conversation, on: true });
    }
  await settle(agent, ...people.flatMap(({ visitor, tab }) => [visitor, tab]));
  for (const { canary, visitor, tab } of people) {
    for (const other of people.filter((it) => it.canary !== canary)) {
      expect(wire(visitor)).not.toMatch(new RegExp(other.canary, 'i'));
      expect(wire(visitor)).not.toContain(other.conversation);
    }
    expect(wire(visitor)).toContain(`hello ${canary}`);
    for (const it of people) expect(wire(tab)).not.toMatch(new RegExp(it.canary, 'i'));
  }
});

test('[EV-19] [P8] a visitor’s wire holds no trace of what only agents see', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  const conversation = await visitor.start();
  await agent.ask('conversation:resume', { conversation, cursor: null });
  const acks: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    await agent.give('note:add', { conversation, text: 'NOTE-CANARY' });
    await agent.give('conversation:tag', { conversation, tags: [`TAG-CANARY-${i}`] });
    await agent.give('conversation:snooze', { conversation, until: Date.now() + 9e6 });
    acks.push(await visitor.ask('message:send', { id: uuidv7(), conversation, text: `${i}` }));
    acks.push(await visitor.ask('conversation:list', {}));
    acks.push(
      await visitor.ask('conversation:resume', { conversation, cursor: `${relay.store.epoch}.0` }),
    );
    acks.push(await visitor.ask('conversation:history', { conversation, before: 999 }));
    acks.push(await visitor.ask('message:read', { id: uuidv7(), conversation, upTo: 999 }));
  }
  await visitor.next<VisitorEvent>('event', ({ data }) => (data as { text?: string }).text === '4');
  const seen = wire(visitor) + JSON.stringify(acks);
  expect(seen).not.toMatch(/CANARY|note\.|snooz|conversation\.updated|"seq":\s*\d/);
  // Live and replayed alike: 1, 2, 3 … without a hole.
  expect(visitor.all<VisitorEvent>('event').map(({ pub }) => pub)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const event of visitor.all<VisitorEvent>('event')) expect(event).not.toHaveProperty('cause');
});

test('[P17] agents see every conversation, and events only of those they follow', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visitor();
  const [follower, other] = [await relay.agent(), await relay.agent()];
  const conversation = await visitor.start();
  await follower.ask('conversation:resume', { conversation, cursor: null });
  await visitor.give('message:send', { conversation, text: 'CANARY' });
  await follower.next('event');
  await settle(other);
  expect(other.all('event')).toEqual([]);
  expect(await other.ask('conversation:history', { conversation, before: 99 })).toMatchObject({
    ok: true,
  });
});

test('[EV-27] [CA-11] an attribute, a name or a page full of markup travels as it is, and changes nothing else', async () => {
  await using relay = await startRelay();
  const agent = await relay.agent();
  const nasty = `<img src=x onerror=alert(1)>"'\u202e{{constructor.constructor('x')()}}\u0007`;
  const visitor = await relay.visitor({
    context: { page: { url: 'javascript:alert(1)', title: nasty } },
  });
  const conversation = uuidv7();
  await visitor.give('conversation:start', {
    conversation,
    context: { page: { url: 'javascript:alert(1)', title: nasty } },
  });
  await visitor.give('contact:identify', { name: nasty, externalId: nasty });
  await visitor.give('contact:update', { attributes: { a: nasty } });
  await visitor.give('message:send', { conversation, text: nasty });
  const answer = await relay.fetch(`/v1/conversations/${conversation}`, { as: agent.session });
  expect(answer.json).toMatchObject({
    conversation: { lastMessage: { text: nasty } },
    contact: {
      name: nasty,
      externalId: nasty,
      facts: [{ name: 'a', value: nasty }],
      context: { page: { title: nasty } },
    },
  });
  await until(async () => {
    const found = await relay.fetch('/v1/conversations?q=onerror', { as: agent.session });
    return (found.json as { data: unknown[] }).data.length === 1;
  });
  expect('polluted' in {}).toBe(false);
});
