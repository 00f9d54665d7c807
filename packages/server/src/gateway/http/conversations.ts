import { effectiveFacts } from '@throughline/shared';
import type { Parts } from '../parts.ts';
import * as contract from './contract/conversations.ts';
import { guarded, type Route, scoped, send } from './route.ts';

/** What is said and where it stands. */
export function conversationRoutes({ queries, contacts, agents, now }: Parts): Route[] {
  return [
    scoped(contract.listConversations, async ({ query, reply }, caller) => {
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
    }),

    scoped(contract.getConversation, async ({ params, reply }, { kind }) => {
      const conversation = await queries.summary(params.id ?? '');
      const viewer = kind === 'bot' ? 'programs' : 'people';
      const contact = conversation && (await contacts.summary(conversation.contact.id, viewer));
      if (!contact) return send(reply, 'not_found');
      const facts = await queries.facts(conversation.id, viewer);
      return { conversation, contact, facts, effective: effectiveFacts(facts, now()) };
    }),

    scoped(contract.listConversationEvents, async ({ params, query, reply }) => {
      const row = await queries.get(params.id ?? '');
      if (!row) return send(reply, 'not_found');
      return queries.agent.history(row, query.before ?? row.seq + 1, query.limit);
    }),

    guarded(contract.listAgents, async () => {
      const all = await agents.list();
      return { data: all.map(({ id, name, email, role }) => ({ id, name, email, role })) };
    }),
  ];
}
