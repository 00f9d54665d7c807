import { isDeepStrictEqual } from 'node:util';
import type { EventData, Role } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
import type { Agent, LogRecord, Store, Tx } from '../store/store.ts';

export type { Agent } from '../store/store.ts';

/** What lets agents in. Whoever's changes is signed out everywhere, and comes back as who they are now. */
export interface Accounts {
  /** Also of those who are shut out, by name. */
  list(): Promise<Agent[]>;
  /**
   * Shuts somebody out, or lets them in again.
   * @throws AppError `not_found`, `last_admin`, `own_account`, `idempotency_conflict`
   */
  setDisabled(id: string, disabled: boolean, act: Act): Promise<Agent>;
  /** @throws AppError as above */
  setRole(id: string, role: Role, act: Act): Promise<Agent>;
  /** @throws AppError `not_found`, `idempotency_conflict` */
  signOut(id: string, act: Act): Promise<void>;
}

type Audited = EventData<'audit.recorded'>;
type Said = Pick<Audited, 'action' | 'role'>;

export function createAccounts(store: Store, now: Clock): Accounts {
  /** Does it once, and says so, also where it is so already. */
  const change = (
    id: string,
    { act, apply, ...said }: Said & { act: Act; apply(before: Agent): Agent },
  ): Promise<Agent> =>
    store.write('agents', async (tx) => {
      const everybody = await tx.agents.all();
      const before = everybody.find((it) => it.id === id);
      if (!before) throw new AppError('not_found');
      const data: Audited = { ...said, target: { kind: 'agent', id } };
      if (await doneBefore(tx, act, data)) return before;
      const after = apply(before);
      mustKeepRights(everybody, { before, after, act });
      if (said.action === 'agent.signed_out' || !isDeepStrictEqual(before, after))
        await replace(tx, after);
      await noteDone(tx, { ...act, time: now() }, data);
      return after;
    });

  return {
    list: async () => store.read.agents.all(),
    setDisabled: (id, disabled, act) =>
      change(id, {
        ...{ action: disabled ? 'agent.disabled' : 'agent.enabled', act },
        apply: (before) => ({ ...before, disabled }),
      }),
    setRole: (id, role, act) =>
      change(id, {
        ...{ action: 'agent.role_changed', role, act },
        apply: (before) => ({ ...before, role }),
      }),
    async signOut(id, act) {
      await change(id, { action: 'agent.signed_out', act, apply: (before) => before });
    },
  };
}

/** Nobody goes on as who they were. */
async function replace(tx: Tx, agent: Agent): Promise<void> {
  await tx.agents.save(agent);
  await tx.sessions.removeOf(agent.id);
  // Whoever is let in again later was not invited anew.
  if (agent.disabled) await tx.links.removeOpen(agent.id);
}

/** Whether somebody can sign in and administer. */
export const isAdmin = ({ role, passwordHash, disabled }: Agent): boolean =>
  role === 'admin' && passwordHash !== null && !disabled;

/** There is always an administrator, and nobody stops being one by their own hand. */
function mustKeepRights(
  everybody: Agent[],
  { before, after, act }: { before: Agent; after: Agent; act: Act },
): void {
  const others = everybody.filter(({ id }) => id !== before.id);
  if (isAdmin(before) && !isAdmin(after) && !others.some(isAdmin)) throw new AppError('last_admin');
  const isLess = after.disabled || (before.role === 'admin' && after.role !== 'admin');
  if (isLess && act.actor.id === before.id) throw new AppError('own_account');
}

/** An account as nobody else changes it before the transaction ends. */
export const held = async ({ agents }: Tx, id: string): Promise<Agent | undefined> =>
  (await agents.all()).find((it) => it.id === id);

/** The agent whose account a record tells of, and what was done with it. */
export function accountIn({ type, data }: LogRecord): { id: string; action: string } | undefined {
  if (type !== 'audit.recorded' || !('target' in data) || data.target.kind !== 'agent')
    return undefined;
  return { id: data.target.id, action: data.action };
}

/** Whether a record tells that somebody was shut out, or let in. */
export function changesAccess(record: LogRecord): boolean {
  const action = accountIn(record)?.action;
  return action === 'agent.disabled' || action === 'agent.enabled';
}
