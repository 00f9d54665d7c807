import type { VisitorPage } from '@throughline/shared/schema';
import { canariesIn, doomOf, type Stage } from './player.ts';

export const numberOf = (cursor: string | null): number | null =>
  cursor === null ? null : Number(cursor.slice(cursor.lastIndexOf('.') + 1));

export interface Input {
  id: string;
  conversation: string;
  cursor: string | null;
  message: string;
  upTo: number;
}

export interface Answered {
  ok: boolean;
  data: never;
  error?: { retryable: boolean };
}

type Place = { pub: number };

/** Whose wire it is. */
export interface Owner {
  /** Which life of the page, and whose it is. */
  proc(): string;
  name(): string;
  /** Words of a message, to be told when it is erased. */
  textOf(message: string): string;
}

/** What goes over a visitor's wire, as the history has it. */
export function tapWire({ history }: Stage, { proc, name: nameOf, textOf }: Owner) {
  const known = new Set<string>();
  const seen = new Set<string>();

  const about = (name: string, input: Input) => {
    const base = { proc: proc(), conv: input.conversation, key: input.id };
    if (name === 'message:send') return { f: 'send' as const, ...base };
    if (name === 'message:read') return { f: 'receipt' as const, ...base, at: input.upTo };
    if (name !== 'message:delete') return undefined;
    const text = doomOf(textOf(input.message)) ?? '';
    return { f: 'erase' as const, ...base, message: input.message, text };
  };

  return {
    /** Whatever came, a frame or an answer: whose marks are in it. */
    saw(text: string): void {
      for (const of of canariesIn(text)) {
        const sight = `${proc()} ${of}`;
        if (seen.has(sight)) continue;
        seen.add(sight);
        history.add({ f: 'canary', proc: nameOf(), of });
      }
    },
    /** Also again, where nobody answered. */
    asked(name: string, input: Input): void {
      const entry = about(name, input);
      // That a message is sent is told by whoever writes it, when they do.
      if (!entry || entry.f === 'send' || known.has(entry.key)) return;
      known.add(entry.key);
      history.add({ ...entry, type: 'invoke' });
    },
    answered(name: string, input: Input, ack: Answered): void {
      if (name === 'conversation:resume' && ack.ok) {
        const {
          conversation: conv,
          epoch,
          state,
          reason,
          events,
          end,
          head,
        } = ack.data as VisitorPage;
        const got = events.map(({ pub }) => pub);
        const cursor = numberOf(input.cursor);
        history.add({
          f: 'resume',
          proc: proc(),
          conv,
          epoch,
          cursor,
          state,
          reason,
          got,
          end,
          head,
        });
      }
      const entry = about(name, input);
      if (!entry || (!ack.ok && ack.error?.retryable)) return;
      const type = ack.ok ? 'ok' : 'fail';
      const at = entry.f === 'send' && ack.ok ? { at: (ack.data as Place).pub } : {};
      history.add({ ...entry, type, ...at });
    },
  };
}
