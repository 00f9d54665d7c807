import type { Entry } from '@throughline/shared/client';
import type { Block, VisitorEvent } from '@throughline/shared/schema';
import { itemOf } from './apply.ts';
import type { Conversation, Item, Line, State } from './state.ts';

/** A message as it is drawn: confirmed ones and those on their way look alike. */
export interface Bubble {
  kind: 'message';
  id: string;
  mine: boolean;
  name?: string | undefined;
  text: string;
  time: number;
  state: 'sent' | 'queued' | 'sending' | 'failed';
  /** An agent has read it. */
  seen?: boolean;
  edited?: boolean;
  deleted?: boolean;
  block?: Block | undefined;
  answer?: VisitorEvent | undefined;
}

export const byActivity = (state: Pick<State, 'conversations'>): Conversation[] =>
  Object.values(state.conversations).sort((a, b) => b.activeAt - a.activeAt);

/** Conversations that exist only here so far count as well. */
export const unreadTotal = (state: State): number =>
  Object.values(state.conversations).reduce((sum, { unread }) => sum + unread, 0);

type Send = Extract<Entry, { name: 'message:send' }>;

const isSendTo =
  (conversation: string) =>
  (entry: Entry): entry is Send =>
    entry.name === 'message:send' && entry.input.conversation === conversation;

/** Received and waiting for what comes before them: shown already, so that nothing blinks. */
const heldItems = (c: Conversation): Item[] =>
  (c.stream?.held ?? []).flatMap((event) => itemOf(event) ?? []);

function confirmed(c: Conversation): (Bubble | Line)[] {
  return [...c.items, ...heldItems(c)].map((item) => {
    if (item.kind === 'line') return item;
    const amendment = c.amendments[item.id];
    return {
      kind: 'message',
      id: item.id,
      mine: item.by.kind === 'visitor',
      name: item.by.name,
      text: amendment ? (amendment.text ?? '') : item.text,
      time: item.time,
      state: 'sent',
      seen: item.pub <= c.agentRead,
      edited: amendment !== undefined && amendment.text !== null,
      deleted: amendment?.text === null,
      block: amendment?.text === null ? undefined : item.block,
      answer: c.answers[item.id],
    };
  });
}

/** The thread: what the log holds, then what is still in the outbox, each message once (P15, P16). */
export function threadOf(state: State, id: string): (Bubble | Line)[] {
  const c = state.conversations[id];
  const there = c ? confirmed(c) : [];
  const known = new Set(there.map((item) => item.id));
  const pending = state.outbox.filter(isSendTo(id)).filter(({ input }) => !known.has(input.id));
  return [
    ...there,
    ...pending.map(
      ({ input, at, state: sendState }): Bubble => ({
        kind: 'message',
        id: input.id,
        mine: true,
        text: input.text,
        time: at,
        state: sendState,
      }),
    ),
  ];
}

export const hasOlder = (c: Conversation | undefined): boolean =>
  c?.stream !== undefined && c.stream.phase === 'live' && c.low > 1;
