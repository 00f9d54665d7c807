import { uuidv7 } from '@throughline/shared';
import type { Site } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { createAccounts } from '../src/settings/accounts.ts';
import { type Fetch, startRelay, type TestRelay, type VisitorPeer } from './relay.ts';

const PATH = '/v1/blueprint/routing';

async function admin(relay: TestRelay) {
  const { session, agent } = await relay.hire('Ada', 'admin');
  const ask = (path: string, more: Fetch = {}) => relay.fetch(path, { as: session, ...more });
  const read = () => ask(PATH);
  async function put(routing: object | null, etag?: string) {
    const headers = { 'if-match': etag ?? String((await read()).headers.etag) };
    return ask(PATH, { method: 'PUT', body: { routing }, headers });
  }
  const post = (path: string, body?: object) =>
    ask(path, { method: 'POST', ...(body && { body }) });
  const routing = (more: object = {}) => ({
    agents: [{ email: agent.email.toUpperCase(), teams: ['everybody'] }],
    teams: [{ id: 'everybody', name: 'Everybody' }],
    queues: [{ id: 'general', name: 'General', rings: [{ afterMs: 0, teams: ['everybody'] }] }],
    route: { queue: 'general', routes: [{ when: 'contact.verified', base: 60 }] },
    ...more,
  });
  return { agent, ask, read, put, post, routing };
}

test('routing is published over what its writer read, and taken away again', async () => {
  await using relay = await startRelay();
  const { read, put, routing } = await admin(relay);
  const before = await read();
  expect(before.json).toEqual({ routing: null });
  const tag = String(before.headers.etag);
  const done = await put(routing(), tag);
  expect(done.json).toMatchObject({
    routing: { capacity: { each: 5 }, route: { queue: 'general' } },
  });
  expect(await read()).toMatchObject({ json: done.json, headers: { etag: done.headers.etag } });
  expect(await put(null, tag)).toMatchObject({ status: 412, json: { code: 'changed_meanwhile' } });
  expect((await put(null)).json).toEqual({ routing: null });
  expect((await read()).headers.etag).toBe(tag);
});

test('what cannot work is refused with all its findings, and nothing is published', async () => {
  await using relay = await startRelay();
  const { read, put, post, routing } = await admin(relay);
  const bad = routing({
    agents: [{ email: 'nobody@example.com', teams: ['everybody'] }],
    route: { queue: 'general', routes: [{ when: 'contact.nope' }] },
  });
  const refused = await put(bad);
  const findings = [
    {
      path: '/routing/route/routes/0/when',
      code: 'bad_expression',
      message: 'No such key: nope (at character 9)',
    },
    {
      path: '/routing/agents/0/email',
      code: 'unknown_agent',
      message: 'Nobody with the address nobody@example.com has an account.',
    },
  ];
  expect(refused).toMatchObject({ status: 422, json: { code: 'bad_routing', findings } });
  expect((await post(`${PATH}/check`, { routing: bad })).json).toEqual({ findings });
  expect((await post(`${PATH}/check`, { routing: routing() })).json).toEqual({ findings: [] });
  expect((await read()).json).toEqual({ routing: null });
});

const shutOut = (relay: TestRelay, id: string) =>
  createAccounts(relay.store, Date.now).setDisabled(id, true, {
    id: uuidv7(),
    actor: { kind: 'system', id: 'cli' },
  });

test('the rest can be changed though somebody who is routed to has gone', async () => {
  await using relay = await startRelay();
  const { agent, put, post, routing } = await admin(relay);
  const { agent: boss } = await relay.hire('Bo', 'admin');
  const both = routing({
    agents: [agent, boss].map(({ email }) => ({ email, teams: ['everybody'] })),
  });
  expect((await put(both)).status).toBe(200);
  await shutOut(relay, boss.id);
  await relay.sites.put({ ...(relay.sites.get('shop') as Site), greeting: 'Hello' }, 'cli');
  const { json } = await post(`${PATH}/check`, { routing: both });
  expect(json).toMatchObject({ findings: [{ path: '/routing/agents/1/email' }] });
});

test('a view is tried against what is published, or against a draft', async () => {
  await using relay = await startRelay();
  const { put, post, routing } = await admin(relay);
  const view = { contact: { verified: true } };
  const none = await post(`${PATH}/try`, { view });
  expect(none).toMatchObject({ status: 404 });
  await put(routing());
  expect((await post(`${PATH}/try`, { view })).json).toEqual({
    queue: 'general',
    base: 60,
    rate: 1,
    need: {},
    path: 'route.routes[0]',
    reasons: ['route.routes[0] matches'],
  });
  const draft = routing({ route: { queue: 'general' } });
  expect((await post(`${PATH}/try`, { view, routing: draft })).json).toMatchObject({
    base: 0,
    path: 'route',
  });
});

test('an old version’s routing is published as the newest one; the sites stay', async () => {
  await using relay = await startRelay();
  const { agent, ask, read, put, post, routing } = await admin(relay);
  await put(routing());
  const { data: first } = (await ask('/v1/blueprint/versions?limit=1')).json as {
    data: { version: number; by: string }[];
  };
  const [made] = first;
  expect(made?.by).toBe(agent.id);
  await put(null);
  await relay.sites.put({ ...(relay.sites.get('shop') as Site), greeting: 'Hello' }, 'cli');
  const restored = await post(`/v1/blueprint/versions/${made?.version}/restore`);
  const { json } = await read();
  expect(json).toMatchObject({ routing: { route: { queue: 'general' } } });
  expect(restored).toMatchObject({ status: 200, json: { ...(json as object), unsigned: [] } });
  expect(relay.sites.get('shop')?.greeting).toBe('Hello');
  const page = (await ask(`/v1/blueprint/versions?limit=2`)).json;
  const newest = (made?.version ?? 0) + 3;
  expect(page).toMatchObject({
    data: [{ version: newest }, { version: newest - 1, by: 'cli' }],
    next: newest - 1,
  });
  const rest = (await ask(`/v1/blueprint/versions?before=${newest - 1}`)).json;
  expect(rest).toMatchObject({ next: null });
  expect((await post(`/v1/blueprint/versions/${newest + 1}/restore`)).status).toBe(404);
});

test('what an old version asks of people who have gone is refused', async () => {
  await using relay = await startRelay();
  const { agent: boss } = await relay.hire('Bo', 'admin');
  const { ask, put, post, routing } = await admin(relay);
  await put(routing({ agents: [{ email: boss.email, teams: ['everybody'] }] }));
  const page = (await ask('/v1/blueprint/versions')).json as { data: { version: number }[] };
  await put(null);
  await shutOut(relay, boss.id);
  const restored = await post(`/v1/blueprint/versions/${page.data[0]?.version}/restore`);
  expect(restored).toMatchObject({ status: 422, json: { code: 'bad_routing' } });
});

const site = (relay: TestRelay) => relay.sites.get('shop') as Site;

/** As much of everything as fits: to check it takes a second or more. */
function costly(email: string) {
  const all = <T>(length: number, make: (i: number) => T): T[] =>
    Array.from({ length }, (_, i) => make(i));
  const teams = all(50, (i) => ({ id: `team-${i}`, name: `Team ${i}` }));
  const need = all(4, (i) => `agent.skills.s${i} >= need.level`).join(' || ');
  const when = all(8, (i) => `page.path == "/${i}"`).join(' || ');
  const ids = all(50, (i) => `queue-${i}`);
  return {
    agents: [{ email, teams: teams.map(({ id }) => id), skills: { level: 1 } }],
    teams,
    queues: ids.map((id, i) => ({
      ...{ id, name: id, overflow: [{ afterMs: 0, to: { promise: 'reply', withinMs: 60_000 } }] },
      rings: all(1, (j) => ({
        afterMs: j * 1000,
        teams: [`team-${i}`],
        need: `${need} || ${j} > ${i}`,
      })),
    })),
    route: {
      queue: 'queue-0',
      routes: all(100, (i) => ({ when: `${when} || intent == "${i}"`, queue: ids[i % 50] })),
    },
    tests: all(200, () => ({ given: { page: { path: '/none' } }, expect: { queue: 'queue-0' } })),
  };
}

test('others write while a costly routing is checked, and what is published meanwhile is not lost', async () => {
  await using relay = await startRelay();
  const { agent, put, read, routing } = await admin(relay);
  const visitors = [await relay.visitor(), await relay.visitor()];
  const conversations = await Promise.all(visitors.map((visitor) => visitor.start()));
  const tag = String((await read()).headers.etag);
  let isOver = false;
  const publishing = put(costly(agent.email), tag).finally(() => {
    isOver = true;
  });
  let written = 0;
  const write = async (visitor: VisitorPeer, i: number) => {
    await visitor.give('message:send', { conversation: conversations[i], text: 'Hello' });
    written += 1;
  };
  while (!isOver) {
    await Promise.all(visitors.map(write));
    // A site is changed by somebody else, and the check begins anew.
    if (written === 4) await relay.sites.put({ ...site(relay), greeting: 'Changed' }, 'test');
  }
  expect((await publishing).status).toBe(200);
  expect(written).toBeGreaterThan(10);
  expect(site(relay).greeting).toBe('Changed');
  expect((await put(routing(), tag)).status).toBe(412);
});
