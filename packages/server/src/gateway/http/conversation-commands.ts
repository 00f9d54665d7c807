import {
  newAssignee,
  newConversation,
  newTags,
  newText,
  type Schema,
  snooze,
  type Valid,
} from '@throughline/shared/schema';
import type { Outcome } from '../../conversations/commands.ts';
import type { Principal } from '../../conversations/policy.ts';
import type { Parts } from '../parts.ts';
import { type Route, scoped } from './route.ts';
import { answer, idFrom, type Stamp, stampOf } from './stamp.ts';

const WRITE = { scope: 'conversations:write' } as const;

const principalOf = ({ actor, cause }: Stamp): Principal =>
  actor.kind === 'agent'
    ? { kind: 'agent', id: actor.id, name: actor.name ?? '' }
    : { kind: 'bot', id: actor.id, name: actor.name ?? '', cause };

type Give = (who: Principal, about: { id: string; conversation: string }) => Promise<Outcome>;

/** What a business's own systems do in conversations: the same commands people give, by the same rules. */
export function conversationCommandRoutes(parts: Parts): Route[] {
  const { conversations } = parts;

  /** A command on the conversation in the address. */
  const command = <B extends Schema>(
    { method = 'POST', path, body }: { method?: 'POST' | 'PUT'; path: string; body?: B },
    give: (input: Valid<B>) => Give,
  ): Route =>
    scoped(
      { method, url: `/v1/conversations/:id/${path}`, ...WRITE, ...(body ? { body } : {}) },
      async (call, caller) => {
        const stamp = await stampOf(parts, call, caller);
        const about = { id: stamp.id, conversation: call.params.id ?? '' };
        const outcome = await give(call.body as Valid<B>)(principalOf(stamp), about);
        return answer(call.reply, outcome, method === 'POST' ? 201 : 200);
      },
    ) as Route;

  return [
    scoped(
      { method: 'POST', url: '/v1/conversations', ...WRITE, body: newConversation },
      async (call, caller) => {
        const stamp = await stampOf(parts, call, caller);
        const who = principalOf(stamp);
        const conversation = idFrom(stamp.id, 'conversation');
        const { contact, text } = call.body;
        const begun = await conversations.startWith(who, { id: stamp.id, conversation, contact });
        if (!begun.ok || text === undefined) return answer(call.reply, begun, 201);
        const id = idFrom(stamp.id, 'message');
        const said = await conversations.run(who, 'message:send', { id, conversation, text });
        return answer(call.reply, said.ok ? begun : said, 201);
      },
    ),

    command(
      { path: 'messages', body: newText },
      ({ text }) =>
        (who, about) =>
          conversations.run(who, 'message:send', { ...about, text }),
    ),
    command(
      { path: 'notes', body: newText },
      ({ text }) =>
        (who, about) =>
          conversations.run(who, 'note:add', { ...about, text }),
    ),
    command(
      { method: 'PUT', path: 'tags', body: newTags },
      ({ tags }) =>
        (who, about) =>
          conversations.run(who, 'conversation:tag', { ...about, tags }),
    ),
    command(
      { method: 'PUT', path: 'assignee', body: newAssignee },
      ({ assignee, expectedEpoch }) =>
        (who, about) =>
          assignee === null
            ? conversations.run(who, 'conversation:unassign', { ...about, expectedEpoch })
            : conversations.run(who, 'conversation:assign', { ...about, assignee, expectedEpoch }),
    ),
    command(
      { path: 'resolve' },
      () => (who, about) => conversations.run(who, 'conversation:resolve', about),
    ),
    command(
      { path: 'reopen' },
      () => (who, about) => conversations.run(who, 'conversation:reopen', about),
    ),
    command(
      { path: 'snooze', body: snooze },
      ({ until }) =>
        (who, about) =>
          conversations.run(who, 'conversation:snooze', { ...about, until }),
    ),
  ];
}
