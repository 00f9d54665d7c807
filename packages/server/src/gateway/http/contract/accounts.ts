import { accessChange, accountList, accountSummary, roleChange } from '@throughline/shared/schema';
import { KEYED } from './stamp.ts';

export const listAccounts = {
  method: 'GET',
  url: '/v1/accounts',
  role: 'admin',
  name: 'listAccounts',
  about: 'The accounts of all agents, also of those who are shut out.',
  answer: accountList,
} as const;

const CHANGE = {
  role: 'admin',
  answer: accountSummary,
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'not_found', 'last_admin', 'own_account'],
} as const;

export const setAccess = {
  ...CHANGE,
  method: 'PUT',
  url: '/v1/accounts/:id/access',
  name: 'setAccess',
  about:
    'Shuts an agent out, or lets them in again. Whoever is shut out is signed out everywhere within 5 s, and what they had goes back.',
  body: accessChange,
} as const;

export const setRole = {
  ...CHANGE,
  method: 'PUT',
  url: '/v1/accounts/:id/role',
  name: 'setRole',
  about: 'Makes an agent an administrator, or the other way; they sign in again to go on.',
  body: roleChange,
} as const;

export const endSessions = {
  method: 'DELETE',
  url: '/v1/accounts/:id/sessions',
  role: 'admin',
  name: 'endSessions',
  about: 'Signs an agent out everywhere, within 5 s.',
  statuses: [204],
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'not_found'],
} as const;
