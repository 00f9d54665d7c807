import { uuidv7 } from '@throughline/shared';
import type { AccountSummary, Closing, Role } from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewSession } from '../src/settings/sessions.ts';
import { type Answer, type Fetch, startRelay, type TestRelay, until } from './relay.ts';
import { plan, publishRouting } from './routing.ts';

const password = 'correct horse battery';

let relay: TestRelay;
let admin: NewSession;
beforeAll(async () => {
  relay = await startRelay();
  ({ session: admin } = await member('Root', 'admin'));
});
afterAll(() => relay[Symbol.asyncDispose]());

/** Somebody with a password, signed in with it. */
async function member(name: string, role: Role = 'agent', at = relay) {
  const email = `${uuidv7()}@example.com`;
  const { token } = await at.agents.invite({ email, name, role });
  const agent = await at.agents.redeem({ token, name, password });
  const { session } = await at.hire();
  const made = await signIn(email, at);
  const [, cookie = ''] = /throughline=([^;]+)/.exec(String(made.headers['set-cookie'])) ?? [];
  const { csrf } = made.json as { csrf: string };
  return {
    agent,
    session: { ...session, agent, token: cookie, session: { ...session.session, csrf } },
  };
}

const signIn = (email: string, at = relay) =>
  at.fetch('/v1/session', { method: 'POST', body: { email, password } });
const code = (answer: Answer) => (answer.json as { code?: string } | undefined)?.code;
const put = (path: string, body: object, more: Fetch = {}) =>
  relay.fetch(`/v1/accounts/${path}`, { method: 'PUT', body, as: admin, ...more });
const disable = (id: string, more: Fetch = {}) => put(`${id}/access`, { disabled: true }, more);
const accounts = async (as = admin) =>
  ((await relay.fetch('/v1/accounts', { as })).json as { data: AccountSummary[] }).data;
const account = async (id: string) => (await accounts()).find((it) => it.id === id);

describe('accounts', () => {
  test('say who may sign in and as what, and nothing of how', async () => {
    const { agent } = await member('Grace');
    const { agent: invited } = await relay.hire('New');
    await disable(agent.id);
    const { id, name, email, createdAt } = agent;
    expect(await account(id)).toEqual({
      ...{ id, name, email, createdAt },
      ...{ role: 'agent', disabled: true, invited: false },
    });
    expect(await account(invited.id)).toMatchObject({ disabled: false, invited: true });
    const { text } = await relay.fetch('/v1/accounts', { as: admin });
    expect(text).not.toMatch(/hash|argon2/i);
    // Whoever is shut out is nobody to give a conversation to.
    expect((await relay.fetch('/v1/agents', { as: admin })).text).not.toContain(id);
  });

  test('[CA-10] are for administrators who are signed in, and nobody else', async () => {
    const { agent, session } = await member('Bo');
    const asked: [string, Fetch][] = [
      ['', {}],
      [`/${agent.id}/access`, { method: 'PUT', body: { disabled: false } }],
      [`/${agent.id}/role`, { method: 'PUT', body: { role: 'admin' } }],
      [`/${agent.id}/sessions`, { method: 'DELETE' }],
    ];
    for (const [path, more] of asked) {
      const by = async (who: Fetch) =>
        code(await relay.fetch(`/v1/accounts${path}`, { ...more, ...who }));
      expect(await by({ as: session })).toBe('forbidden');
      expect(await by({})).toBe('unauthorized');
      expect(await by({ key: await relay.key() })).toBe('unauthorized');
      if (more.method) {
        expect(await by({ as: admin, headers: { 'x-csrf-token': 'x' } })).toBe('csrf_failed');
        const origin = { origin: 'https://evil.example' };
        expect(await by({ as: admin, headers: origin })).toBe('csrf_failed');
      }
    }
    expect(await account(agent.id)).toMatchObject({ role: 'agent', disabled: false });
  });

  test.each([
    ['access', {}, 'bad_type'],
    ['access', { disabled: 'yes' }, 'bad_type'],
    ['access', { disabled: true, role: 'admin' }, 'unknown_field'],
    ['role', { role: 'owner' }, 'bad_value'],
    ['role', {}, 'bad_value'],
  ])('take no %s of %j', async (path, body, expected) => {
    const { agent } = await relay.hire();
    expect(code(await put(`${agent.id}/${path}`, body))).toBe(expected);
    expect(await account(agent.id)).toMatchObject({ role: 'agent', disabled: false });
  });

  test('of nobody are not found', async () => {
    for (const id of [uuidv7(), 'x', '__proto__'])
      expect(code(await disable(id))).toBe('not_found');
  });
});

describe('[CA-03] [EV-25] whoever is shut out', () => {
  test('is told no as with a wrong password, and the sockets of every session close at once', async () => {
    const { agent, session } = await member('Grace');
    const tabs = [await relay.agent({ agent, session }), await relay.agent({ agent, session })];
    const stays = await relay.agent();
    expect((await disable(agent.id)).status).toBe(200);
    expect(code(await relay.fetch('/v1/session', { as: session }))).toBe('unauthorized');
    for (const tab of tabs) {
      const { error } = await tab.next<Closing>('closing');
      expect(error).toMatchObject({ code: 'unauthorized', retryable: false });
      await until(() => tab.closed());
    }
    expect(stays.closed()).toBeUndefined();
    const wrong = { email: agent.email, password: 'wrong horse battery' };
    const refused = await relay.fetch('/v1/session', { method: 'POST', body: wrong });
    const answer = await signIn(agent.email);
    expect([answer.status, answer.json]).toEqual([refused.status, refused.json]);
    expect(code(answer)).toBe('bad_credentials');
    expect((await put(`${agent.id}/access`, { disabled: false })).status).toBe(200);
    expect((await signIn(agent.email)).status).toBe(201);
    expect(code(await relay.fetch('/v1/session', { as: session }))).toBe('unauthorized');
  });

  test('is offline at once, and cannot say otherwise', async () => {
    const { agent, session } = await member('Grace');
    const peer = await relay.agent({ agent, session });
    const status = async () => (await relay.store.read.availability.get(agent.id))?.status;
    await until(async () => (await status()) === 'available');
    // What they say may still be heard, or be cut off with the socket.
    await Promise.allSettled([
      disable(agent.id),
      peer.ask('status:set', { id: uuidv7(), status: 'away' }),
      peer.ask('status:set', { id: uuidv7(), status: 'available' }),
    ]);
    await until(() => peer.closed());
    await until(async () => (await status()) === 'offline');
    const changes = (await relay.events()).filter(
      ({ type, data }) =>
        type === 'agent.status_changed' && 'agent' in data && data.agent.id === agent.id,
    );
    expect(changes.at(-1)?.data).toMatchObject({ status: 'offline' });
  });

  test('has nothing any more, also what comes back to them later, where nothing is routed', async () => {
    const { agent, session } = await member('Grace');
    const peer = await relay.agent({ agent, session });
    const visitor = await relay.visitor();
    const [open, answered, resolved, snoozed, colleagues] = await Promise.all(
      [1, 2, 3, 4, 5].map(() => visitor.start()),
    );
    const stays = await relay.agent();
    const assign = (conversation: string | undefined, assignee: string) =>
      peer.give('conversation:assign', { conversation, assignee, expectedEpoch: 0 });
    for (const it of [open, answered, resolved, snoozed]) await assign(it, agent.id);
    await assign(colleagues, stays.agent.id);
    await visitor.give('message:send', { conversation: open, text: 'hello' });
    await peer.give('message:send', { conversation: answered, text: 'hello' });
    await peer.give('conversation:resolve', { conversation: resolved });
    await peer.give('conversation:snooze', { conversation: snoozed, until: Date.now() + 9e6 });
    await disable(agent.id);
    const ownerOf = async (id = '') => (await relay.store.read.conversations.get(id))?.assignee;
    for (const it of [open, answered]) await until(async () => (await ownerOf(it)) === null);
    expect(await ownerOf(colleagues)).toBe(stays.agent.id);
    await visitor.give('message:send', { conversation: resolved, text: 'again' });
    await stays.give('conversation:reopen', { conversation: snoozed });
    for (const it of [resolved, snoozed]) await until(async () => (await ownerOf(it)) === null);
  });

  test('has nothing any more, and whoever waited for them waits in the queue', async () => {
    await using routed = await startRelay();
    const { session: by } = await member('Root', 'admin', routed);
    const grace = await routed.agent(await routed.hire('Grace'));
    const other = await routed.hire('Bo');
    const assigned = { ...plan([grace.agent.email, other.agent.email]) };
    await publishRouting(routed, assigned);
    const visitor = await routed.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'hello' });
    const row = () => routed.store.read.conversations.get(conversation);
    const offer = await until(async () => (await row())?.offer);
    await grace.give('offer:accept', { conversation, offer: offer.id });
    const path = `/v1/accounts/${grace.agent.id}/access`;
    const answer = await routed.fetch(path, { method: 'PUT', body: { disabled: true }, as: by });
    expect(answer.status).toBe(200);
    await until(async () => (await row())?.assignee === null && (await row())?.waiting);
    expect((await row())?.waiting?.queue).toBe('support');
    const { json } = await routed.fetch('/v1/routing/board', { as: by });
    const { agents } = json as { agents: { id: string }[] };
    expect(agents.map(({ id }) => id)).toEqual([other.agent.id]);
    const next = await routed.agent(other);
    await until(async () => (await row())?.offer?.agent === next.agent.id);
  });
});

describe('[CA-03] a role', () => {
  test('counts at once: who was an administrator is none, over HTTP and on the socket', async () => {
    const { agent, session } = await member('Bo', 'admin');
    const peer = await relay.agent({ agent, session });
    expect((await accounts(session)).length).toBeGreaterThan(0);
    expect((await put(`${agent.id}/role`, { role: 'agent' })).json).toMatchObject({
      role: 'agent',
    });
    expect(code(await relay.fetch('/v1/accounts', { as: session }))).toBe('unauthorized');
    await until(() => peer.closed());
    expect((await signIn(agent.email)).json).toMatchObject({ agent: { role: 'agent' } });
  });

  test('of the last administrator stays, and so does their account', async () => {
    await using other = await startRelay();
    const { agent, session } = await member('Root', 'admin', other);
    const change = (path: string, body: object) =>
      other.fetch(`/v1/accounts/${agent.id}/${path}`, { method: 'PUT', body, as: session });
    for (const answer of [
      await change('access', { disabled: true }),
      await change('role', { role: 'agent' }),
    ]) {
      expect([answer.status, code(answer)]).toEqual([409, 'last_admin']);
      expect((answer.json as { detail: string }).detail).toContain('make somebody one first');
    }
    expect((await other.fetch('/v1/accounts', { as: session })).status).toBe(200);
    await member('Bo', 'admin', other);
    expect(code(await change('access', { disabled: true }))).toBe('own_account');
    expect(code(await change('role', { role: 'agent' }))).toBe('own_account');
    expect((await other.events()).filter(({ type }) => type === 'audit.recorded')).toEqual([]);
  });
});

describe('[CA-03] signing out everywhere', () => {
  test('is one’s own to do: every session and its sockets, and nobody else’s', async () => {
    const { agent, session } = await member('Grace');
    await signIn(agent.email);
    const peer = await relay.agent({ agent, session });
    const stays = await relay.agent();
    const answer = await relay.fetch('/v1/sessions', { method: 'DELETE', as: session });
    expect(answer.status).toBe(204);
    expect(String(answer.headers['set-cookie'])).toContain('Max-Age=0');
    await until(() => peer.closed());
    expect(code(await relay.fetch('/v1/session', { as: session }))).toBe('unauthorized');
    expect(stays.closed()).toBeUndefined();
    expect((await signIn(agent.email)).status).toBe(201);
    expect((await relay.events()).findLast(({ type }) => type === 'audit.recorded')).toMatchObject({
      actor: { kind: 'agent', id: agent.id },
      data: { action: 'agent.signed_out', target: { kind: 'agent', id: agent.id } },
    });
  });

  test('is an administrator’s to do for somebody else, and needs the proof of the page', async () => {
    const { agent, session } = await member('Grace');
    const peer = await relay.agent({ agent, session });
    const headers = { 'x-csrf-token': 'x' };
    const forged = await relay.fetch('/v1/sessions', { method: 'DELETE', as: session, headers });
    expect(code(forged)).toBe('csrf_failed');
    const path = `/v1/accounts/${agent.id}/sessions`;
    expect((await relay.fetch(path, { method: 'DELETE', as: admin })).status).toBe(204);
    await until(() => peer.closed());
  });
});
