import { historyQuery, listQuery } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import { guarded, type Route, send } from './route.ts';

/** What the console reads; it changes things over its socket. */
export function conversationRoutes({ queries, agents }: Parts): Route[] {
  return [
    guarded(
      { method: 'GET', url: '/v1/conversations', query: listQuery },
      async ({ query, reply }, { agent }) => {
        if (query.q !== undefined && query.q.trim() !== '')
          return queries.search(query.q, query.limit);
        const { view, limit, cursor } = query;
        const page = await queries.list({
          view,
          limit,
          agent: agent.id,
          ...(cursor ? { cursor } : {}),
        });
        return page ?? send(reply, 'bad_cursor');
      },
    ),

    guarded(
      { method: 'GET', url: '/v1/conversations/:id' },
      async ({ params, reply }) =>
        (await queries.detail(params.id ?? '')) ?? send(reply, 'not_found'),
    ),

    guarded(
      { method: 'GET', url: '/v1/conversations/:id/events', query: historyQuery },
      async ({ params, query, reply }) => {
        const row = await queries.get(params.id ?? '');
        if (!row) return send(reply, 'not_found');
        return queries.agent.history(row, query.before ?? row.seq + 1, query.limit);
      },
    ),

    guarded({ method: 'GET', url: '/v1/agents' }, async () => {
      const all = await agents.list();
      return { data: all.map(({ id, name, email, role }) => ({ id, name, email, role })) };
    }),
  ];
}
