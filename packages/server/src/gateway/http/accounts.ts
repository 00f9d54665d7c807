import type { AccountSummary } from '@throughline/shared/schema';
import type { Agent } from '../../settings/accounts.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/accounts.ts';
import { guarded, type Route } from './route.ts';
import { actOf } from './stamp.ts';

const toSummary = ({ passwordHash, ...about }: Agent): AccountSummary => ({
  ...about,
  invited: passwordHash === null,
});

/** Who may sign in, and as what; for administrators in the console, never for a program. */
export function accountRoutes(parts: Parts): Route[] {
  const { accounts } = parts;
  return [
    guarded(contract.listAccounts, async () => ({ data: (await accounts.list()).map(toSummary) })),

    guarded(contract.setAccess, async (call, caller) => {
      const act = await actOf(parts, call, caller);
      return toSummary(await accounts.setDisabled(call.params.id ?? '', call.body.disabled, act));
    }),

    guarded(contract.setRole, async (call, caller) => {
      const act = await actOf(parts, call, caller);
      return toSummary(await accounts.setRole(call.params.id ?? '', call.body.role, act));
    }),

    guarded(contract.endSessions, async (call, caller) => {
      await accounts.signOut(call.params.id ?? '', await actOf(parts, call, caller));
      return call.reply.send();
    }),
  ];
}
