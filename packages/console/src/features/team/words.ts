import type { AccountSummary } from '@throughline/shared/schema';
import type { Request } from '../../api.ts';

export type Deed = 'disable' | 'enable' | 'promote' | 'demote' | 'signOut';

interface DeedWords {
  /** On its button. */
  verb: string;
  /** What is asked before it. */
  question(name: string): string;
  /** What it brings about; null: nothing anybody has to think over. */
  text: string | null;
  isHarmless: boolean;
  /** Told when it is done. */
  done(name: string): string;
  request(id: string): Request;
}

const access = (id: string, disabled: boolean): Request => ({
  ...{ method: 'PUT', path: `/v1/accounts/${id}/access`, body: { disabled } },
});
const role = (id: string, to: AccountSummary['role']): Request => ({
  ...{ method: 'PUT', path: `/v1/accounts/${id}/role`, body: { role: to } },
});

export const deeds: Record<Deed, DeedWords> = {
  promote: {
    verb: 'Make administrator',
    question: (name) => `Make ${name} an administrator?`,
    text: 'They may change everything that is set up here, and who is on the team. They sign in again to go on.',
    isHarmless: true,
    done: (name) => `${name} is an administrator now.`,
    request: (id) => role(id, 'admin'),
  },
  demote: {
    verb: 'Make agent',
    question: (name) => `Make ${name} an agent?`,
    text: 'They keep their conversations, and no longer change what is set up here. They sign in again to go on.',
    isHarmless: true,
    done: (name) => `${name} is an agent now.`,
    request: (id) => role(id, 'agent'),
  },
  signOut: {
    verb: 'Sign out',
    question: (name) => `Sign ${name} out everywhere?`,
    text: 'Every browser they are signed in with asks for their password again. What they have stays theirs.',
    isHarmless: true,
    done: (name) => `${name} is signed out everywhere.`,
    request: (id) => ({ method: 'DELETE', path: `/v1/accounts/${id}/sessions` }),
  },
  disable: {
    verb: 'Disable',
    question: (name) => `Disable ${name}?`,
    text: 'They are signed out everywhere and cannot sign in, and their conversations go back to the others. API keys they know stay good: revoke those.',
    isHarmless: false,
    done: (name) => `${name} is disabled.`,
    request: (id) => access(id, true),
  },
  enable: {
    verb: 'Enable',
    question: (name) => `Enable ${name}?`,
    text: null,
    isHarmless: true,
    done: (name) => `${name} may sign in again.`,
    request: (id) => access(id, false),
  },
};

/** What can be done about somebody else; whoever is shut out is let in again first. */
export function deedsFor({ disabled, invited, role: is }: AccountSummary): readonly Deed[] {
  if (disabled) return ['enable'];
  const change: Deed = is === 'admin' ? 'demote' : 'promote';
  return invited ? [change, 'disable'] : [change, 'signOut', 'disable'];
}

export const roleWords: Record<AccountSummary['role'], string> = {
  admin: 'Administrator',
  agent: 'Agent',
};

/** Those who may sign in first, each by name as they come. */
export const inOrder = (all: readonly AccountSummary[]): AccountSummary[] =>
  all.toSorted((a, b) => Number(a.disabled) - Number(b.disabled));
