import type { receipt, Schema, Scope, Valid } from '@throughline/shared/schema';
import type { Outcome } from '../../conversations/commands.ts';
import type { Principal } from '../../conversations/policy.ts';
import { idFrom } from '../../lib/id-from.ts';
import type { Parts } from '../parts.ts';
import { principalOf } from './caller-principal.ts';
import * as contract from './contract/conversations.ts';
import { type Route, type Shape, scoped } from './route.ts';
import { answer, stampOf } from './stamp.ts';

/** What a body says, about the conversation in the address. */
type Input<B extends Schema> = Valid<B> & { id: string; conversation: string };
type Give<B extends Schema> = (who: Principal, input: Input<B>) => Promise<Outcome>;

/** What a business's own systems do in conversations: the same commands people give, by the same rules. */
export function conversationCommandRoutes(parts: Parts): Route[] {
  const { conversations } = parts;

  const command = <B extends Schema>(
    shape: Shape<B, Schema, typeof receipt> & { scope: Scope },
    give: Give<B>,
  ): Route =>
    scoped(shape, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const about = { id: stamp.id, conversation: call.params.id ?? '' };
      const input = Object.assign(about, call.body) as Input<B>;
      return answer(call.reply, await give(principalOf(stamp), input));
    });

  return [
    scoped(contract.startConversation, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const who = principalOf(stamp);
      const { contact, text } = call.body;
      // Of all that was asked for: another request under the same key is about another conversation.
      const conversation = idFrom(stamp.id, 'conversation', contact, text ?? '');
      const begun = await conversations.startWith(who, { id: stamp.id, conversation, contact });
      if (!begun.ok || text === undefined) return answer(call.reply, begun);
      const id = idFrom(stamp.id, 'message');
      const said = await conversations.run(who, 'message:send', { id, conversation, text });
      return answer(call.reply, said.ok ? begun : said);
    }),

    command(contract.sendMessage, (who, input) => conversations.run(who, 'message:send', input)),
    command(contract.reportPayment, (who, input) =>
      conversations.run(who, 'payment:report', input),
    ),
    command(contract.addNote, (who, input) => conversations.run(who, 'note:add', input)),
    command(contract.recordConversationFacts, (who, input) =>
      conversations.run(who, 'facts:record', input),
    ),
    command(contract.setTags, (who, input) => conversations.run(who, 'conversation:tag', input)),
    command(contract.setAssignee, (who, { assignee, ...input }) =>
      assignee === null
        ? conversations.run(who, 'conversation:unassign', input)
        : conversations.run(who, 'conversation:assign', { ...input, assignee }),
    ),
    command(contract.handBack, (who, input) =>
      conversations.run(who, 'conversation:hand_back', input),
    ),
    command(contract.withdrawPromise, (who, input) =>
      conversations.run(who, 'promise:withdraw', input),
    ),
    command(contract.setQueue, (who, input) =>
      conversations.run(who, 'conversation:transfer', input),
    ),
    command(contract.resolveConversation, (who, input) =>
      conversations.run(who, 'conversation:resolve', input),
    ),
    command(contract.reopenConversation, (who, input) =>
      conversations.run(who, 'conversation:reopen', input),
    ),
    command(contract.snoozeConversation, (who, input) =>
      conversations.run(who, 'conversation:snooze', input),
    ),
  ];
}
