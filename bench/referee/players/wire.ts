import { uuidv7 } from '@throughline/shared';
import type { VisitorEvent } from '@throughline/shared/schema';
import { type OpenSocket, openSocket } from '@throughline/widget/client';
import type { Stage } from './player.ts';
import { type Answered, type Input, type Owner, tapWire } from './wiretap.ts';

export interface Wire {
  open: OpenSocket;
  cut(): void;
}

/** The widget's own socket, with a tap on it, an axe beside it, and holes in it. */
export function watchWire(owner: Owner, stage: Stage): Wire {
  const { history, random, mutant } = stage;
  const { saw, asked, answered } = tapWire(stage, owner);
  const sent = new Set<string>();
  let lost = () => {};

  const watch = (payload: unknown) => saw(JSON.stringify(payload) ?? '');

  function isLost(name: string, payload: unknown): boolean {
    if (name === 'heartbeat' && mutant === 'M7') return true;
    if (name !== 'event' || !random.chance(stage.lossiness)) return false;
    const { type, conversation: conv, pub: at } = payload as VisitorEvent;
    // Later lives tell what they show only at the end: when it came there is not known.
    const isWatched = owner.proc().endsWith('#1');
    if (type === 'message.created' && isWatched)
      history.add({ f: 'lost', proc: owner.proc(), conv, at });
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
