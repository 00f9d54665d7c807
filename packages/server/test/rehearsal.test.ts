import { uuidv7 } from '@throughline/shared';
import { type Rehearsal, routing as schema } from '@throughline/shared/schema';
import { expect, onTestFinished, test } from 'vitest';
import { createConversations } from '../src/conversations/commands.ts';
import { rehearse } from '../src/settings/routing/rehearse.ts';
import { type Fetch, startRelay, until } from './relay.ts';
import { plan, publishRouting, queue, type RoutingDocument } from './routing.ts';

/** A relay that routes by the page, and some who have asked already. */
async function world(pages: string[]) {
  const relay = await startRelay();
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.hire('Ada', 'admin');
  const queues = ['support', 'sales', 'billing'].map((id) =>
    queue({ id, name: id, offer: { mode: 'pull' } }),
  );
  const documentWith = (...routes: { when: string; queue: string }[]): RoutingDocument =>
    plan([ada.agent.email], { queues, route: { queue: 'support', routes } });
  await publishRouting(
    relay,
    documentWith({ when: 'page.path.startsWith("/pricing")', queue: 'sales' }),
  );
  async function ask(path: string): Promise<string> {
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    const page = { url: `https://shop.example${path}`, title: 'A page' };
    await visitor.give('conversation:start', { conversation, context: { page } });
    await visitor.give('message:send', { conversation, text: 'Hello' });
    await until(
      async () => (await relay.store.read.conversations.get(conversation))?.waiting,
      'a queue',
    );
    return conversation;
  }
  const asked: string[] = [];
  for (const path of pages) asked.push(await ask(path));
  const trial = async (routing: RoutingDocument, more: object = {}) =>
    relay.fetch('/v1/blueprint/routing/rehearse', {
      ...{ as: ada.session, method: 'POST', body: { routing, ...more } },
    } satisfies Fetch);
  return { relay, ada, asked, documentWith, trial };
}

const sales = { when: 'page.path.startsWith("/pricing")', queue: 'sales' };
const billing = { when: 'page.path == "/pricing/bills"', queue: 'billing' };

test('[I7] the same decisions come of the same log, and a draft says what it would change', async () => {
  const { asked, documentWith, trial, relay } = await world([
    ...['/pricing', '/', '/pricing/bills', '/help'],
  ]);
  const head = await relay.store.read.events.head();
  const same = (await trial(documentWith(sales))).json as Rehearsal;
  expect(same).toMatchObject({ count: 4, past: { decided: 4, same: 4 }, elsewhere: 0 });
  const { json } = await trial(documentWith(billing, sales));
  expect(json).toMatchObject({
    ...{ count: 4, past: { decided: 4, same: 4 }, elsewhere: 1, since: expect.any(Number) },
    queues: [
      { queue: 'sales', before: 2, after: 1 },
      { queue: 'support', before: 2, after: 2 },
      { queue: 'billing', before: 0, after: 1 },
    ],
    rules: [
      { path: 'route.routes[1]', count: 1 },
      { path: 'route', count: 2 },
      { path: 'route.routes[0]', count: 1 },
    ],
    conversations: [
      {
        ...{ conversation: asked[2], from: 'sales', to: 'billing', path: 'route.routes[0]' },
        reasons: ['route.routes[0] matches'],
      },
    ],
  });
  expect(await relay.store.read.events.head()).toBe(head);
});

test('what people moved by hand is no decision of rules, and the newest come first', async () => {
  const { ada, asked, documentWith, trial, relay } = await world(['/', '/pricing']);
  const [first = '', second = ''] = asked;
  const peer = await relay.agent(ada);
  await peer.give('conversation:transfer', {
    ...{ conversation: first, queue: 'billing', expectedEpoch: 0 },
  });
  const all = documentWith({ when: 'true', queue: 'billing' });
  expect((await trial(all)).json).toMatchObject({
    ...{ count: 2, elsewhere: 2, queues: expect.arrayContaining([]) },
    conversations: [{ conversation: second }, { conversation: first, from: 'support' }],
  });
  expect((await trial(all, { conversations: 1 })).json).toMatchObject({
    ...{ count: 1, conversations: [{ conversation: second }] },
  });
});

test('others have their turn while it runs, again and again', async () => {
  const { documentWith, relay } = await world(['/']);
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const { agent } = await relay.hire('Bo');
  const conversations = createConversations(relay.store, Date.now);
  const who = { kind: 'agent', id: agent.id, name: agent.name } as const;
  await Promise.all(
    Array.from({ length: 1000 }, (_, i) =>
      conversations.run(who, 'note:add', { id: uuidv7(), conversation, text: `${i}` }),
    ),
  );
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const draft = schema.parse(documentWith(sales));
  const period = { days: 30, conversations: 10 };
  const done = rehearse(relay.store.read, { draft, current: draft, period, now: Date.now() });
  expect((await done).count).toBe(1);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(5);
});

test('it is for administrators, and asks for a routing', async () => {
  const { relay, documentWith } = await world([]);
  const { session } = await relay.hire('Bo');
  const path = '/v1/blueprint/routing/rehearse';
  const body = { routing: documentWith(sales) };
  expect((await relay.fetch(path, { as: session, method: 'POST', body })).status).toBe(403);
});
