import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import { createAccounts } from './accounts.ts';
import { createAgents } from './agents.ts';
import { createSessions } from './sessions.ts';

const DAY_MS = 24 * 3600 * 1000;
const password = 'correct horse battery';
const email = 'grace@example.com';

async function setUp() {
  const at = await ground();
  const sessions = createSessions(at.store, at.now);
  const agents = createAgents(at.store, at.now);
  const { token } = await agents.invite({ email, name: 'Grace', role: 'agent' });
  const agent = await agents.redeem({ token, name: 'Grace', password });
  return { ...at, sessions, agents, agent };
}

describe('signing in', () => {
  test('with the right pair opens a session, whatever the case of the address', async () => {
    const { sessions, agent } = await setUp();
    const made = await sessions.signIn('Grace@EXAMPLE.com', password);
    expect(made?.agent.id).toBe(agent.id);
    expect(await sessions.whoIs(made?.token ?? '')).toMatchObject({ agent: { id: agent.id } });
  });

  test.each([
    ['a wrong password', email, 'wrong horse battery'],
    ['no password', email, ''],
    ['another case', email, password.toUpperCase()],
    ['a space behind', email, `${password} `],
    ['an address nobody has', 'nobody@example.com', password],
    ['a pattern for an address', '%', password],
    ['no address', '', password],
  ])('with %s opens none', async (_what, address, secret) => {
    const { sessions } = await setUp();
    expect(await sessions.signIn(address, secret)).toBeUndefined();
  });

  test('of somebody invited who has no password yet opens none', async () => {
    const { sessions, agents } = await setUp();
    await agents.invite({ email: 'new@example.com', name: 'New', role: 'agent' });
    for (const secret of ['', 'null', password])
      expect(await sessions.signIn('new@example.com', secret)).toBeUndefined();
  });

  test('of a disabled agent opens none, and ends those there are', async () => {
    const { sessions, agent, store, now } = await setUp();
    const made = await sessions.signIn(email, password);
    const act = { id: uuidv7(), actor: { kind: 'system', id: 'cli' } } as const;
    await createAccounts(store, now).setDisabled(agent.id, true, act);
    expect(await sessions.signIn(email, password)).toBeUndefined();
    expect(await sessions.whoIs(made?.token ?? '')).toBeUndefined();
    expect(await sessions.stillValid([made?.session.tokenHash ?? ''])).toEqual(new Set());
  });
});

describe('[P26] a session', () => {
  test('is known by its token, and only a hash of that is kept', async () => {
    const { sessions, agent, store } = await setUp();
    const { token, session } = await sessions.open(agent);
    expect(token).not.toBe(session.tokenHash);
    expect(await store.read.sessions.get(token)).toBeUndefined();
    expect(await sessions.whoIs(session.tokenHash)).toBeUndefined();
    expect(await sessions.whoIs('')).toBeUndefined();
  });

  test('has a token and a proof of its own, each with 256 random bits', async () => {
    const { sessions, agent } = await setUp();
    const all = await Promise.all([1, 2, 3].map(() => sessions.open(agent)));
    const secrets = all.flatMap(({ token, session }) => [token, session.csrf]);
    expect(new Set(secrets).size).toBe(6);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  test('ends after 14 days, or when it is signed out, and no other with it', async () => {
    const { sessions, agent, clock } = await setUp();
    const [one, two] = [await sessions.open(agent), await sessions.open(agent)];
    await sessions.signOut(one.session.tokenHash);
    expect(await sessions.whoIs(one.token)).toBeUndefined();
    expect(await sessions.whoIs(two.token)).toBeDefined();
    clock.now += 14 * DAY_MS - 1;
    expect(await sessions.whoIs(two.token)).toBeDefined();
    clock.now += 1;
    expect(await sessions.whoIs(two.token)).toBeUndefined();
    expect(await sessions.stillValid([two.session.tokenHash])).toEqual(new Set());
  });

  test('that expired is taken away when somebody signs in', async () => {
    const { sessions, agent, clock, store } = await setUp();
    const old = await sessions.open(agent);
    clock.now += 15 * DAY_MS;
    await sessions.open(agent);
    expect(await store.read.sessions.get(old.session.tokenHash)).toBeUndefined();
  });
});
