import type { Parts } from './parts.ts';
import { contactRoom } from './rooms.ts';

/** Before clients take it that nobody writes any more. */
const REPEAT_MS = 3000;

interface Place {
  id: string;
  contact: string;
}

/** Tells a visitor that a bot thinks about an answer, until the end that is returned. */
export const createBotWriting =
  ({ toVisitors }: Pick<Parts, 'toVisitors'>) =>
  ({ id: conversation, contact }: Place, { id, name }: { id: string; name: string }) => {
    const actor = { kind: 'bot', id, name } as const;
    const tell = (on: boolean) =>
      toVisitors(contactRoom(contact), { kind: 'typing', conversation, actor, on });
    tell(true);
    const timer = setInterval(() => tell(true), REPEAT_MS).unref();
    return () => {
      clearInterval(timer);
      tell(false);
    };
  };
