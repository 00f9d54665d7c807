import type { KeySummary } from '@throughline/shared/schema';
import type { ApiKey } from '../../settings/keys.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/keys.ts';
import { guarded, type Route } from './route.ts';
import { actOf, idOf } from './stamp.ts';

const toSummary = (key: ApiKey): KeySummary => ({
  id: key.id,
  name: key.name,
  scopes: key.scopes,
  pii: key.pii,
  createdBy: key.createdBy,
  createdAt: key.createdAt,
  usedAt: key.usedAt,
  previousUntil: key.previousUntil,
});

/** What lets programs in; for administrators in the console, never for a program itself. */
export function keyRoutes(parts: Parts): Route[] {
  const { keys } = parts;
  return [
    guarded(contract.listKeys, async () => ({
      data: (await keys.list()).map(toSummary),
    })),

    guarded(contract.createKey, async (call, { agent }) => {
      const id = await idOf(parts, call, agent.id);
      call.reply.header('location', `/v1/keys/${id}`);
      const { key, secret } = await keys.create({ id, ...call.body, createdBy: agent.id });
      return { ...toSummary(key), secret };
    }),

    guarded(contract.rotateKey, async (call, agent) => {
      const act = await actOf(parts, call, agent);
      const { key, secret } = await keys.rotate(call.params.id ?? '', act);
      return { ...toSummary(key), secret };
    }),

    guarded(contract.revokeKey, async (call, agent) => {
      await keys.revoke(call.params.id ?? '', await actOf(parts, call, agent));
      return call.reply.send();
    }),
  ];
}
