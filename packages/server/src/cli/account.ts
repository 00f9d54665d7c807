import { randomUUIDv7 } from 'node:crypto';
import { ERRORS, oneLine } from '@throughline/shared';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { AppError, StartupError, UsageError } from '../lib/errors.ts';
import { type Accounts, createAccounts } from '../settings/accounts.ts';
import type { Act } from '../store/audit.ts';
import type { Agent } from '../store/store.ts';
import type { Call, Command } from './invocation.ts';
import { withStore } from './with-store.ts';

interface Change {
  accounts: Accounts;
  agent: Agent;
  act: Act;
}

/** Changes the account with this address, or says why not. */
const change = (
  env: Call['env'],
  email: string,
  run: (change: Change) => Promise<unknown>,
): Promise<number> =>
  withStore(readConfig(env), async (store) => {
    const agent = await store.read.agents.byEmail(email);
    if (!agent)
      throw new StartupError(
        'Nobody has an account with this address; see throughline agent list.',
      );
    const act: Act = { id: randomUUIDv7(), actor: { kind: 'system', id: 'cli' } };
    const accounts = createAccounts(store, systemClock);
    await run({ accounts, agent, act }).catch((error: unknown) => {
      throw error instanceof AppError ? new StartupError(ERRORS[error.code].message) : error;
    });
    return 0;
  });

function addressIn([email]: string[], verb: string): string {
  if (email === undefined) throw new UsageError(`Name whom: throughline agent ${verb} EMAIL`);
  return email;
}

const stateOf = ({ disabled, passwordHash }: Agent): string => {
  if (disabled) return 'disabled';
  return passwordHash === null ? 'invited' : 'enabled';
};

export const listAgents: Command = {
  about: 'List the accounts of agents.',
  takes: '[--json]',
  options: { json: { type: 'boolean' } },
  run: ({ env, values, print }) =>
    withStore(readConfig(env), async (store) => {
      const all = await createAccounts(store, systemClock).list();
      const list = all.map((agent) => {
        const { passwordHash: _, disabled: _d, ...about } = agent;
        return { ...about, state: stateOf(agent) };
      });
      if (values.json) print(JSON.stringify(list));
      else
        for (const { email, name, role, state } of list)
          print([email, oneLine(name), role, state].join('  '));
      return 0;
    }),
};

export const disableAgent: Command = {
  about: 'Shut an agent out: no sign-in, every session ended.',
  takes: 'EMAIL',
  options: {},
  words: 1,
  run({ env, words, note }) {
    const email = addressIn(words, 'disable');
    return change(env, email, async ({ accounts, agent, act }) => {
      await accounts.setDisabled(agent.id, true, act);
      note(`${agent.email} is shut out, and signed out everywhere within 5 s.`);
    });
  },
};

export const enableAgent: Command = {
  about: 'Let an agent in again.',
  takes: 'EMAIL',
  options: {},
  words: 1,
  run({ env, words, note }) {
    const email = addressIn(words, 'enable');
    return change(env, email, async ({ accounts, agent, act }) => {
      await accounts.setDisabled(agent.id, false, act);
      note(`${agent.email} may sign in again.`);
    });
  },
};

export const setAgentRole: Command = {
  about: 'Make an agent an administrator, or the other way.',
  takes: 'EMAIL admin|agent',
  options: {},
  words: 2,
  run({ env, words: [email, role], note }) {
    if (email === undefined || (role !== 'admin' && role !== 'agent'))
      throw new UsageError('Name whom, and as what: throughline agent role EMAIL admin|agent');
    return change(env, email, async ({ accounts, agent, act }) => {
      await accounts.setRole(agent.id, role, act);
      note(`${agent.email} is ${role === 'admin' ? 'an administrator' : 'an agent'} now.`);
    });
  },
};

export const signOutAgent: Command = {
  about: 'End every session of an agent.',
  takes: 'EMAIL',
  options: {},
  words: 1,
  run({ env, words, note }) {
    const email = addressIn(words, 'sign-out');
    return change(env, email, async ({ accounts, agent, act }) => {
      await accounts.signOut(agent.id, act);
      note(`${agent.email} is signed out everywhere within 5 s.`);
    });
  },
};
