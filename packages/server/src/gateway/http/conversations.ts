import { historyQuery, listQuery } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import { guarded, type Route, scoped, send } from './route.ts';

const READ = { scope: 'conversations:read', pii: 'content' } as const;

/** What is said and where it stands. */
export function conversationRoutes({ queries, contacts, agents }: Parts): Route[] {
  return [
    scoped(
      { method: 'GET', url: '/v1/conversations', ...READ, query: listQuery },
      async ({ query, reply }, caller) => {
        if (query.q !== undefined && query.q.trim() !== '')
          return queries.search(query.q, query.limit);
        const { view, limit, cursor } = query;
        const page = await queries.list({
          view,
          limit,
          // A program has none of its own.
          agent: caller.kind === 'agent' ? caller.agent.id : '',
          ...(cursor ? { cursor } : {}),
        });
        return page ?? send(reply, 'bad_cursor');
      },
    ),

    scoped(
      { method: 'GET', url: '/v1/conversations/:id', ...READ },
      async ({ params, reply }, { kind }) => {
        const conversation = await queries.summary(params.id ?? '');
        const viewer = kind === 'bot' ? 'programs' : 'people';
        const contact = conversation && (await contacts.summary(conversation.contact.id, viewer));
        return contact ? { conversation, contact } : send(reply, 'not_found');
      },
    ),

    scoped(
      { method: 'GET', url: '/v1/conversations/:id/events', ...READ, query: historyQuery },
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
