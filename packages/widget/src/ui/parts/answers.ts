import type { Entry } from '@throughline/shared/client';
import type { CommandInput, EventData, EventType } from '@throughline/shared/schema';
import type { Bubble } from '../../store/selectors.ts';
import { type Chat, useChat, useClient, useView } from '../context.ts';

type AnswerName = Parameters<Chat['client']['answer']>[0];

type Answer<N extends AnswerName> = Extract<Entry, { name: N }>;

/** The visitor's answer to a message that is still on its way, or was refused. */
export const usePending = <N extends AnswerName>(name: N, message: string): Answer<N> | undefined =>
  useClient(
    ({ outbox }) =>
      outbox.findLast(
        ({ name: given, input }) =>
          given === name && 'message' in input && input.message === message,
      ) as Answer<N> | undefined,
  );

/** What the log says was answered. */
export function answerOf<T extends EventType>(
  { answer }: Bubble,
  type: T,
): EventData<T> | undefined {
  const isIt = answer?.type === type && !('redacted' in answer.data);
  return isIt ? (answer.data as EventData<T>) : undefined;
}

/** Answers a message of the conversation on the screen. */
export function useSay(
  messageId: string,
): <N extends AnswerName>(
  name: N,
  said: Omit<CommandInput<N>, 'id' | 'conversation' | 'message'>,
) => void {
  const { client } = useChat();
  const place = useView((view) => view.place);
  const conversationId = (place.at === 'thread' && place.conversation) || '';
  return (name, said) => client.answer(name, { conversationId, messageId }, said);
}
