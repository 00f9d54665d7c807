import type { Entry } from '@throughline/shared/client';
import { begunConversation } from '../store/apply.ts';

/** Conversations that are still to be sent. */
export const begunBy = (entries: Entry[]) =>
  Object.fromEntries(
    entries.flatMap(({ name, input, at }) =>
      name === 'conversation:start'
        ? [[input.conversation, begunConversation(input.conversation, at)]]
        : [],
    ),
  );
