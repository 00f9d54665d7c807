import { uuidv7 } from '@throughline/shared';
import type { VisitorEvent, VisitorPage } from '@throughline/shared/schema';
import { type OpenSocket, openSocket } from '@throughline/widget/client';
import { canariesIn, doomOf, type Stage } from './player.ts';

export const numberOf = (cursor: string | null): number | null =>
  cursor === null ? null : Number(cursor.slice(cursor.lastIndexOf('.') + 1));

interface Input {
  id: string;
  conversation: string;
  cursor: string | null;
  message: string;
  upTo: number;
}

interface Answered {
  ok: boolean;
  data: never;
  error?: { retryable: boolean };
}

type Place = { pub: number };

export interface Wire {
  open: OpenSocket;
  cut(): void;
}

interface Tap {
  /** Which life of the page, and whose it is. */
  proc(): string;
  name(): string;
  /** Words of a message, to be told when it is erased. */
  textOf(message: string): string;
}

/** What a request and its answer say, as the history has it. */
function note({ history }: Stage, tap: Tap) {
  const { proc, textOf } = tap;
  const known = new Set<string>();

  const about = (name: string, input: Input) => {
    const base = { proc: proc(), conv: input.conversation, key: input.id };
    if (name === 'message:send') return { f: 'send' as const, ...base };
    if (name === 'message:read') return { f: 'receipt' as const, ...base, at: input.upTo };
    if (name !== 'message:delete') return undefined;
    const text = doomOf(textOf(input.message)) ?? '';
    return { f: 'erase' as const, ...base, message: input.message, text };
  };

  return {
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

/** The widget's own socket, with a tap on it, an axe beside it, and holes in it. */
export function watchWire(tap: Tap, stage: Stage): Wire {
  const { history, random, mutant } = stage;
  const { asked, answered } = note(stage, tap);
  const sent = new Set<string>();
  const seen = new Set<string>();
  let lost = () => {};

  function watch(payload: unknown): void {
    for (const of of canariesIn(JSON.stringify(payload) ?? '')) {
      const sight = `${tap.proc()} ${of}`;
      if (seen.has(sight)) continue;
      seen.add(sight);
      history.add({ f: 'canary', proc: tap.name(), of });
    }
  }

  function isLost(name: string, payload: unknown): boolean {
    if (name === 'heartbeat' && mutant === 'M7') return true;
    if (name !== 'event' || !random.chance(stage.lossiness)) return false;
    const { type, conversation: conv, pub: at } = payload as VisitorEvent;
    // Later lives tell what they show only at the end: when it came there is not known.
    const isWatched = tap.proc().endsWith('#1');
    if (type === 'message.created' && isWatched)
      history.add({ f: 'lost', proc: tap.proc(), conv, at });
    return true;
  }

  /** M12: who was not answered asks again under another name. */
  function renamed(name: string, payload: unknown): unknown {
    const input = payload as Input;
    if (name !== 'message:send' || mutant !== 'M12') return payload;
    const isRepeat = sent.has(input.id);
    sent.add(input.id);
    return isRepeat ? { ...input, id: uuidv7() } : payload;
  }

  return {
    cut: () => lost(),
    open(options, handlers) {
      lost = handlers.lost;
      const link = openSocket(options, {
        ...handlers,
        message(name, payload) {
          watch(payload);
          if (!isLost(name, payload)) handlers.message(name, payload);
        },
      });
      return {
        ...link,
        async request(name, payload, timeoutMs) {
          const input = payload as Input;
          asked(name, input);
          const ack = await link.request(name, renamed(name, payload), timeoutMs);
          watch(ack);
          answered(name, input, ack as Answered);
          return ack;
        },
      };
    },
  };
}
