import { uuidv7 } from '@throughline/shared';
import { describe, expect, test, vi } from 'vitest';
import { ground } from '../../test/ground.ts';
import { verifyPassword } from '../lib/secrets.ts';
import { createAccounts } from './accounts.ts';
import { createAgents } from './agents.ts';
import { createSessions } from './sessions.ts';

/** How often a password was hashed: a stranger must not make us work. */
const asked = vi.hoisted(() => ({ times: 0 }));

vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  const argon2: typeof real.argon2 = (...args) => {
    asked.times += 1;
    real.argon2(...args);
  };
  return { ...real, argon2 };
});

const WEEK_MS = 7 * 24 * 3600 * 1000;
const password = 'correct horse battery';

async function setUp() {
  const at = await ground();
  const agents = createAgents(at.store, at.now);
  const sessions = createSessions(at.store, at.now);
  const invite = (email = 'grace@example.com') =>
    agents.invite({ email, name: 'Grace', role: 'agent' });
  const redeem = (token: string, more: object = {}) =>
    agents.redeem({ token, name: 'Grace H.', password, ...more });
  const used = { code: 'link_used' };
  const admins = async () => (await agents.list()).filter(({ role }) => role === 'admin');
  return { ...at, agents, sessions, invite, redeem, used, admins };
}

describe('a one-time link', () => {
  test('[CA-12] lets an agent choose name and password, once', async () => {
    const { agents, invite, redeem, used } = await setUp();
    const { agent, token } = await invite();
    expect(agent.passwordHash).toBeNull();
    expect(await agents.checkLink(token)).toMatchObject({ agent: { id: agent.id } });
    const after = await redeem(token);
    expect(after).toMatchObject({
      id: agent.id,
      name: 'Grace H.',
      email: agent.email,
      role: 'agent',
    });
    expect(await verifyPassword(password, after.passwordHash)).toBe(true);
    await expect(redeem(token)).rejects.toMatchObject(used);
    expect(await agents.checkLink(token)).toBeUndefined();
  });

  test('of two who redeem it at once, one gets in', async () => {
    const { invite, redeem } = await setUp();
    const { token } = await invite();
    const outcomes = await Promise.allSettled([
      redeem(token, { name: 'First' }),
      redeem(token, { name: 'Second' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'link_used' },
    });
  });

  test('[CA-12] ends after a week', async () => {
    const { agents, invite, redeem, used, clock } = await setUp();
    const { token } = await invite();
    clock.now += WEEK_MS - 1;
    expect(await agents.checkLink(token)).toBeDefined();
    clock.now += 1;
    expect(await agents.checkLink(token)).toBeUndefined();
    await expect(redeem(token)).rejects.toMatchObject(used);
  });

  test('is replaced by the next one for the same agent', async () => {
    const { invite, redeem, used } = await setUp();
    const first = await invite();
    const second = await invite('GRACE@example.com');
    expect(second.agent.id).toBe(first.agent.id);
    await expect(redeem(first.token)).rejects.toMatchObject(used);
    await redeem(second.token);
  });

  test('[CA-03] ends the agent’s sessions: a new password lets nobody stay', async () => {
    const { sessions, invite, redeem } = await setUp();
    const { agent, token } = await invite();
    const open = await sessions.open(agent);
    expect(await sessions.whoIs(open.token)).toBeDefined();
    await redeem(token);
    expect(await sessions.whoIs(open.token)).toBeUndefined();
  });

  test('of a disabled agent opens nothing', async () => {
    const { store, now, invite, redeem, used } = await setUp();
    const { agent, token } = await invite();
    const act = { id: uuidv7(), actor: { kind: 'system', id: 'cli' } } as const;
    await createAccounts(store, now).setDisabled(agent.id, true, act);
    await expect(redeem(token)).rejects.toMatchObject(used);
  });

  test('that nobody issued is like a used one, and makes nobody work', async () => {
    const { agents, redeem, used } = await setUp();
    asked.times = 0;
    for (const token of ['', 'x', 'x'.repeat(200), '__proto__']) {
      expect(await agents.checkLink(token)).toBeUndefined();
      await expect(redeem(token)).rejects.toMatchObject(used);
    }
    expect(asked.times).toBe(0);
  });

  test('is stored as a hash only', async () => {
    const { store, invite } = await setUp();
    const { token } = await invite();
    expect(await store.read.links.get(token)).toBeUndefined();
  });
});

describe('inviting', () => {
  test('two at once with one address make one agent', async () => {
    const { agents, invite } = await setUp();
    const before = (await agents.list()).length;
    const [a, b] = await Promise.all([invite(), invite('Grace@Example.com')]);
    expect(a.agent.id).toBe(b.agent.id);
    expect(await agents.list()).toHaveLength(before + 1);
  });
});

describe('the first administrator', () => {
  const first = { name: 'Root', email: 'root@example.com' };

  test('is made through a link that names an address', async () => {
    const { agents, redeem, admins } = await setUp();
    const token = (await agents.bootstrap()) ?? '';
    expect(await agents.checkLink(token)).toEqual({ agent: null });
    await expect(redeem(token)).rejects.toMatchObject({ code: 'bad_type' });
    const made = await redeem(token, first);
    expect(made).toMatchObject({ ...first, role: 'admin' });
    expect(await admins()).toHaveLength(1);
    expect(await agents.bootstrap()).toBeUndefined();
  });

  test('[CA-13] is made once, whatever links earlier starts printed', async () => {
    const { agents, redeem, used, admins } = await setUp();
    const old = (await agents.bootstrap()) ?? '';
    await agents.bootstrap({ email: first.email, password });
    await expect(
      redeem(old, { name: 'Mallory', email: 'mallory@example.com' }),
    ).rejects.toMatchObject(used);
    await expect(redeem(old, { name: 'Mallory', email: first.email })).rejects.toMatchObject(used);
    const [admin] = await admins();
    expect(admin).toMatchObject({ name: 'Root', email: first.email });
    expect(await verifyPassword(password, admin?.passwordHash ?? null)).toBe(true);
  });

  test('[CA-13] a link of an earlier start is of no use once an invited one is there', async () => {
    const { agents, redeem, used, admins } = await setUp();
    const old = (await agents.bootstrap()) ?? '';
    const { token } = await agents.invite({ email: 'ann@example.com', name: 'Ann', role: 'admin' });
    await redeem(token);
    await expect(redeem(old, first)).rejects.toMatchObject(used);
    expect(await admins()).toHaveLength(1);
  });

  test('every start prints a new link until there is one, and only the newest works', async () => {
    const { agents, redeem, used } = await setUp();
    const [one, two] = [await agents.bootstrap(), await agents.bootstrap()];
    await expect(redeem(one ?? '', first)).rejects.toMatchObject(used);
    await redeem(two ?? '', first);
  });

  test('out of the settings has exactly that password, and is not made twice', async () => {
    const { agents, admins } = await setUp();
    const settings = { email: first.email, password };
    expect(await agents.bootstrap(settings)).toBeUndefined();
    expect(
      await agents.bootstrap({ ...settings, password: 'something else entirely' }),
    ).toBeUndefined();
    const [admin] = await admins();
    expect(await verifyPassword(password, admin?.passwordHash ?? null)).toBe(true);
  });

  test('may be somebody who was invited as an agent', async () => {
    const { agents, invite, admins } = await setUp();
    const { agent } = await invite(first.email);
    await agents.bootstrap({ email: first.email, password });
    expect((await admins()).map(({ id }) => id)).toEqual([agent.id]);
  });

  test('an administrator without a password is not one yet', async () => {
    const { agents } = await setUp();
    await agents.invite({ email: 'ann@example.com', name: 'Ann', role: 'admin' });
    expect(await agents.bootstrap()).toBeDefined();
  });
});
