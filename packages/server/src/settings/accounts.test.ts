import { uuidv7 } from '@throughline/shared';
import type { Role } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { ground } from '../../test/ground.ts';
import type { Act } from '../store/audit.ts';
import { createAccounts } from './accounts.ts';
import { createAgents } from './agents.ts';
import { createSessions } from './sessions.ts';

const password = 'correct horse battery';
const lastAdmin = { code: 'last_admin' };
const ownAccount = { code: 'own_account' };

async function setUp() {
  const at = await ground();
  const agents = createAgents(at.store, at.now);
  const accounts = createAccounts(at.store, at.now);
  const sessions = createSessions(at.store, at.now);
  /** Somebody with a password. */
  async function member(name: string, role: Role) {
    const email = `${name.toLowerCase()}@example.com`;
    const { token } = await agents.invite({ email, name, role });
    return agents.redeem({ token, name, password });
  }
  const root = await member('Root', 'admin');
  const act = (by: { id: string } = { id: 'cli' }, id = uuidv7()): Act => ({
    id,
    actor: { kind: by.id === 'cli' ? 'system' : 'agent', id: by.id },
  });
  const account = async (id: string) => (await accounts.list()).find((it) => it.id === id);
  const audit = async () =>
    (await at.records()).filter(({ type }) => type === 'audit.recorded').map(({ data }) => data);
  return { ...at, agents, accounts, sessions, member, root, act, account, audit };
}

describe('[CA-03] an account that changes', () => {
  test('when it is disabled, lets nobody in and ends every session; enabled, it begins with none', async () => {
    const { accounts, sessions, member, act, account } = await setUp();
    const grace = await member('Grace', 'agent');
    const open = [await sessions.open(grace), await sessions.open(grace)];
    await accounts.setDisabled(grace.id, true, act());
    expect((await account(grace.id))?.disabled).toBe(true);
    for (const { token } of open) expect(await sessions.whoIs(token)).toBeUndefined();
    expect(await sessions.signIn(grace.email, password)).toBeUndefined();
    // Whoever had proved who they are a moment before.
    const late = await sessions.open(grace);
    expect(await sessions.whoIs(late.token)).toBeUndefined();
    await accounts.setDisabled(grace.id, false, act());
    for (const { token } of [...open, late]) expect(await sessions.whoIs(token)).toBeUndefined();
    expect((await sessions.signIn(grace.email, password))?.agent.id).toBe(grace.id);
  });

  test('has its role at once, and ends every session', async () => {
    const { accounts, sessions, member, act } = await setUp();
    const grace = await member('Grace', 'agent');
    const { token } = await sessions.open(grace);
    expect((await accounts.setRole(grace.id, 'admin', act())).role).toBe('admin');
    expect(await sessions.whoIs(token)).toBeUndefined();
    const again = await sessions.signIn(grace.email, password);
    expect(again?.agent.role).toBe('admin');
  });

  test('signs out everywhere, and nobody else with it', async () => {
    const { accounts, sessions, member, root, act } = await setUp();
    const grace = await member('Grace', 'agent');
    const [hers, other] = [await sessions.open(grace), await sessions.open(root)];
    await accounts.signOut(grace.id, act(grace));
    expect(await sessions.whoIs(hers.token)).toBeUndefined();
    expect(await sessions.whoIs(other.token)).toBeDefined();
  });

  test('leaves a line in the audit for each act, and ends no session where it was so already', async () => {
    const { accounts, sessions, member, root, act, audit } = await setUp();
    const grace = await member('Grace', 'agent');
    const { id } = grace;
    const target = { kind: 'agent', id };
    const by = act(root);
    for (const it of [by, by]) await accounts.setDisabled(id, true, it);
    await accounts.setDisabled(id, false, act(root));
    await accounts.setRole(id, 'admin', act(root));
    const { token } = await sessions.open(grace);
    await accounts.setRole(id, 'admin', act(root));
    await accounts.setDisabled(id, false, act(root));
    expect(await sessions.whoIs(token)).toBeDefined();
    await accounts.signOut(id, act(root));
    const [enabled, isAdmin] = [
      { action: 'agent.enabled', target },
      { action: 'agent.role_changed', role: 'admin', target },
    ];
    expect(await audit()).toEqual([
      { action: 'agent.disabled', target },
      ...[enabled, isAdmin, isAdmin, enabled],
      { action: 'agent.signed_out', target },
    ]);
  });

  test('does not change twice under one id, whatever happened since; another change is a conflict', async () => {
    const { accounts, member, root, act, account } = await setUp();
    const { id } = await member('Grace', 'agent');
    const by = act(root);
    await accounts.setRole(id, 'admin', by);
    await accounts.setRole(id, 'agent', act(root));
    expect((await accounts.setRole(id, 'admin', by)).role).toBe('agent');
    const conflict = { code: 'idempotency_conflict' };
    await expect(accounts.setRole(id, 'agent', by)).rejects.toMatchObject(conflict);
    await expect(accounts.setDisabled(id, true, by)).rejects.toMatchObject(conflict);
    expect(await account(id)).toMatchObject({ role: 'agent', disabled: false });
  });

  test('has to be there', async () => {
    const { accounts, act } = await setUp();
    const missing = { code: 'not_found' };
    await expect(accounts.setDisabled(uuidv7(), true, act())).rejects.toMatchObject(missing);
    await expect(accounts.setRole('', 'admin', act())).rejects.toMatchObject(missing);
    await expect(accounts.signOut('__proto__', act())).rejects.toMatchObject(missing);
  });
});

describe('[CA-03] there is always an administrator', () => {
  test('the last who can sign in is neither shut out nor made an agent, and nothing else is done', async () => {
    const { accounts, agents, sessions, member, root, act, account, audit } = await setUp();
    const gone = await member('Gone', 'admin');
    await accounts.setDisabled(gone.id, true, act(root));
    await agents.invite({ email: 'new@example.com', name: 'New', role: 'admin' });
    const { token } = await sessions.open(root);
    const before = [await account(root.id), await audit()];
    for (const by of [act(), act(root), act(gone)]) {
      await expect(accounts.setDisabled(root.id, true, by)).rejects.toMatchObject(lastAdmin);
      await expect(accounts.setRole(root.id, 'agent', by)).rejects.toMatchObject(lastAdmin);
    }
    expect([await account(root.id), await audit()]).toEqual(before);
    expect(await sessions.whoIs(token)).toBeDefined();
  });

  test('of two who shut each other out at once, one stays', async () => {
    const { accounts, member, root, act, account } = await setUp();
    const bo = await member('Bo', 'admin');
    const outcomes = await Promise.allSettled([
      accounts.setDisabled(bo.id, true, act(root)),
      accounts.setDisabled(root.id, true, act(bo)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const left = [await account(root.id), await account(bo.id)];
    expect(left.filter((it) => it?.disabled === false)).toHaveLength(1);
  });

  test('nobody shuts themselves out or gives up their own rights, unless somebody else does it', async () => {
    const { accounts, member, root, act, account } = await setUp();
    const bo = await member('Bo', 'admin');
    await expect(accounts.setDisabled(bo.id, true, act(bo))).rejects.toMatchObject(ownAccount);
    await expect(accounts.setRole(bo.id, 'agent', act(bo))).rejects.toMatchObject(ownAccount);
    expect(await account(bo.id)).toEqual(bo);
    await accounts.setRole(bo.id, 'agent', act(root));
    expect((await account(bo.id))?.role).toBe('agent');
  });
});

describe('an invitation', () => {
  test('[CA-12] of somebody known changes no role', async () => {
    const { agents, member, account } = await setUp();
    const { id, email } = await member('Grace', 'agent');
    const { token } = await agents.invite({ email, name: 'Grace', role: 'admin' });
    expect((await agents.redeem({ token, name: 'Grace', password })).role).toBe('agent');
    expect((await account(id))?.role).toBe('agent');
  });

  test('of somebody who is shut out is refused, and the one from before opens nothing, also later', async () => {
    const { agents, accounts, member, act, account } = await setUp();
    const { id, email } = await member('Grace', 'agent');
    const invite = () => agents.invite({ email, name: 'Grace', role: 'agent' });
    const { token } = await invite();
    await accounts.setDisabled(id, true, act());
    await expect(invite()).rejects.toMatchObject({ code: 'wrong_status' });
    const redeem = () => agents.redeem({ token, name: 'Grace', password });
    await expect(redeem()).rejects.toMatchObject({ code: 'link_used' });
    await accounts.setDisabled(id, false, act());
    await expect(redeem()).rejects.toMatchObject({ code: 'link_used' });
    expect((await account(id))?.disabled).toBe(false);
  });
});
