import { type KeySummary, newKey } from '@throughline/shared/schema';
import type { ApiKey } from '../../settings/keys.ts';
import type { Parts } from '../parts.ts';
import { guarded, type Route } from './route.ts';

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
export function keyRoutes({ keys }: Parts): Route[] {
  return [
    guarded({ method: 'GET', url: '/v1/keys', role: 'admin' }, async () => ({
      data: (await keys.list()).map(toSummary),
    })),

    guarded(
      { method: 'POST', url: '/v1/keys', role: 'admin', body: newKey },
      async ({ body, reply }, { agent }) => {
        const { key, secret } = await keys.create({ ...body, createdBy: agent.id });
        return reply.code(201).send({ ...toSummary(key), secret });
      },
    ),

    guarded({ method: 'POST', url: '/v1/keys/:id/rotate', role: 'admin' }, async ({ params }) => {
      const { key, secret } = await keys.rotate(params.id ?? '');
      return { ...toSummary(key), secret };
    }),

    guarded({ method: 'DELETE', url: '/v1/keys/:id', role: 'admin' }, async ({ params, reply }) => {
      await keys.revoke(params.id ?? '');
      return reply.code(204).send();
    }),
  ];
}
