import type { Entry } from '@throughline/shared/client';
import type { Block, VisitorEvent } from '@throughline/shared/schema';
import { insert, itemOf } from './apply.ts';
import type { Attached, Conversation, Item, Line, State } from './state.ts';

/** A message as it is drawn: confirmed ones and those on their way look alike. */
export interface Bubble {
  kind: 'message';
  id: string;
  mine: boolean;
  name?: string | undefined;
  text: string;
  time: number;
  state: 'sent' | 'queued' | 'sending' | 'failed';
  /** Its place in the conversation, once it has one. */
  pub?: number;
  /** How far it has come, once it is in the log. */
  fate?: 'sent' | 'delivered' | 'seen';
  edited?: boolean;
  deleted?: boolean;
  attachments?: Attached[] | undefined;
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

/**
 * Also what was received and waits for what comes before it, so that nothing blinks: in whatever order it
 * came, and twice where a message of one's own has its answer and its event.
 */
const shownItems = ({ items, stream }: Conversation): Item[] =>
  (stream?.held ?? []).reduce((all, event) => insert(all, itemOf(event)), items);

/** What was drawn last of each: one of which nothing has changed stays the same object. */
const drawn = new WeakMap<Item, Bubble>();

const fateOf = (
  { pub }: Item,
  { agentRead, delivered }: Conversation,
): NonNullable<Bubble['fate']> =>
  pub <= agentRead ? 'seen' : pub <= delivered ? 'delivered' : 'sent';

function confirmed(c: Conversation): (Bubble | Line)[] {
  return shownItems(c).map((item) => {
    if (item.kind === 'line') return item;
    const amendment = c.amendments[item.id];
    const fate = fateOf(item, c);
    const answer = c.answers[item.id];
    const before = drawn.get(item);
    if (before?.fate === fate && before.answer === answer && !amendment) return before;
    const bubble: Bubble = {
      kind: 'message',
      id: item.id,
      pub: item.pub,
      mine: item.by.kind === 'visitor',
      name: item.by.name,
      text: amendment ? (amendment.text ?? '') : item.text,
      time: item.time,
      state: 'sent',
      fate,
      edited: amendment !== undefined && amendment.text !== null,
      deleted: amendment?.text === null,
      attachments: amendment?.text === null ? undefined : item.attachments,
      block: amendment?.text === null ? undefined : item.block,
      answer,
    };
    if (!amendment) drawn.set(item, bubble);
    return bubble;
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
        attachments: input.files?.map((file) => ({ id: file })),
      }),
    ),
  ];
}

export const hasOlder = (c: Conversation | undefined): boolean =>
  c?.stream !== undefined && c.stream.phase === 'live' && c.low > 1;
