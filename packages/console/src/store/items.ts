import type { ErrorCode } from '@throughline/shared';
import type { Entry, Outbox } from '@throughline/shared/client';
import type { Actor, AgentEvent, Attachment, Block, EventData } from '@throughline/shared/schema';
import { isRedacted, match, type Table } from './live.ts';

/** A message or a note, as it stands after every edit. */
export interface Utterance {
  kind: 'message' | 'note';
  id: string;
  by: Actor;
  text: string;
  /** Of what is not sent yet, only the ids are known. */
  attachments: readonly (Pick<Attachment, 'id'> & Partial<Attachment>)[];
  /** What stands under the text, and the last answer to it. */
  block: Block | null;
  answer: AgentEvent | null;
  time: number;
  /** Place among what the visitor may see; null for notes and for what is not sent yet. */
  pub: number | null;
  state: 'sent' | 'queued' | 'sending' | 'failed';
  code: ErrorCode | null;
  isEdited: boolean;
  isDeleted: boolean;
  /** An edit or a deletion on its way. */
  change: 'editing' | 'deleting' | null;
}

/** Something that happened to the conversation. */
export type Fact = { kind: 'fact'; id: string; by: Actor; time: number } & (
  | { type: 'conversation.started'; data: EventData<'conversation.started'> }
  | { type: 'conversation.assigned'; data: EventData<'conversation.assigned'> }
  | { type: 'conversation.resolved' }
  | { type: 'conversation.reopened'; data: EventData<'conversation.reopened'> }
  | { type: 'conversation.snoozed'; data: EventData<'conversation.snoozed'> }
  | { type: 'conversation.transferred'; data: EventData<'conversation.transferred'> }
  | { type: 'sla.breached'; data: EventData<'sla.breached'> }
  | { type: 'conversation.queued'; data: EventData<'conversation.queued'> }
  | { type: 'conversation.offered'; data: EventData<'conversation.offered'> }
  | { type: 'conversation.offer_ended'; data: EventData<'conversation.offer_ended'> }
  | { type: 'conversation.erased' }
  | { type: 'conversation.parked'; data: EventData<'conversation.parked'> }
  | { type: 'promise.made'; data: EventData<'promise.made'> }
  | { type: 'promise.ended'; data: EventData<'promise.ended'> }
  | { type: 'attachment.rejected'; data: EventData<'attachment.rejected'> }
  | { type: 'conversation.updated'; tags: string[]; before: string[] | null }
);

/** What a bot did, or did not; some of it says how it came about. */
export type Deed = { kind: 'deed'; id: string; by: Actor; time: number } & (
  | { type: 'bot.started'; data: EventData<'bot.started'> }
  | { type: 'bot.advanced'; data: EventData<'bot.advanced'> }
  | { type: 'bot.completed'; data: EventData<'bot.completed'> }
  | { type: 'bot.superseded'; data: EventData<'bot.superseded'> }
  | {
      type: 'suggestion.ended';
      data: EventData<'suggestion.ended'>;
      made: EventData<'suggestion.made'>;
      /** The bot's name. */
      name: string;
    }
  | { type: 'suggestion.failed'; data: EventData<'suggestion.failed'> }
  | { type: 'approval.requested'; data: EventData<'approval.requested'> }
  | { type: 'approval.decided'; data: EventData<'approval.decided'> }
  | { type: 'approval.used' }
);

export type Item = Utterance | Fact | Deed;

interface Transcript {
  items: readonly Item[];
  /** `pub` up to which the visitor, and any agent, has read, as far as the events held here tell. */
  visitorRead: number;
  agentRead: number;
}

interface Fold {
  items: Item[];
  utterances: Map<string, Utterance>;
  suggestions: Map<string, { made: EventData<'suggestion.made'>; name: string }>;
  tags: string[] | null;
  visitorRead: number;
  agentRead: number;
}

const isUtterance = (event: AgentEvent): boolean =>
  event.type === 'message.created' || event.type === 'note.created';

function addUtterance({ items, utterances }: Fold, event: AgentEvent): void {
  const { id, actor, time, pub, data } = event;
  const item: Utterance = {
    kind: event.type === 'message.created' ? 'message' : 'note',
    id,
    by: actor,
    text: 'text' in data ? data.text : '',
    attachments: 'attachments' in data ? (data.attachments ?? []) : [],
    block: ('block' in data && data.block) || null,
    answer: null,
    time,
    pub,
    state: 'sent',
    code: null,
    isEdited: false,
    isDeleted: isRedacted(event),
    change: null,
  };
  items.push(item);
  utterances.set(id, item);
}

function addRead(fold: Fold, { kind }: Actor, upTo: number): void {
  if (kind === 'visitor') fold.visitorRead = Math.max(fold.visitorRead, upTo);
  else fold.agentRead = Math.max(fold.agentRead, upTo);
}

function addAnswer({ utterances }: Fold, event: AgentEvent): void {
  const item = 'message' in event.data && utterances.get(event.data.message ?? '');
  if (item) item.answer = event;
}

const factOf = ({ id, actor, time }: Pick<AgentEvent, 'id' | 'actor' | 'time'>) =>
  ({ kind: 'fact', id, by: actor, time }) as const;

const deedOf = ({ id, actor, time }: Pick<AgentEvent, 'id' | 'actor' | 'time'>) =>
  ({ kind: 'deed', id, by: actor, time }) as const;

/** What an event makes of the ones before it. */
const table: Table<[Fold], void> = {
  'message.updated': ({ data }, fold) => {
    const item = fold.utterances.get(data.message);
    if (item && !item.isDeleted) Object.assign(item, { text: data.text, isEdited: true });
  },
  'message.deleted': ({ data }, fold) => {
    const item = fold.utterances.get(data.message);
    if (item) Object.assign(item, { text: '', attachments: [], block: null, isDeleted: true });
  },
  'message.action_clicked': (event, fold) => addAnswer(fold, event),
  'form.submitted': (event, fold) => addAnswer(fold, event),
  'survey.submitted': (event, fold) => addAnswer(fold, event),
  'payment.completed': (event, fold) => addAnswer(fold, event),
  'message.read': ({ actor, data }, fold) => addRead(fold, actor, data.upTo),
  'conversation.updated': (event, fold) => {
    const { tags } = event.data;
    fold.items.push({ ...factOf(event), type: event.type, tags, before: fold.tags });
    fold.tags = tags;
  },
  'attachment.rejected': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.started': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.assigned': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.resolved': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type });
  },
  'conversation.reopened': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.snoozed': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.transferred': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'sla.breached': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  // What somebody moved there stands there as moved.
  'conversation.queued': (event, { items }) => {
    if (event.actor.kind === 'agent') return;
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  // What was given at once, or accepted, stands there as assigned.
  'conversation.offered': (event, { items }) => {
    if (event.data.until !== null)
      items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.offer_ended': (event, { items }) => {
    if (event.data.outcome !== 'accepted')
      items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'conversation.erased': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type });
  },
  'conversation.parked': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'promise.made': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'promise.ended': (event, { items }) => {
    items.push({ ...factOf(event), type: event.type, data: event.data });
  },
  'bot.started': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  // A turn that tells nothing of itself is seen by what it says.
  'bot.advanced': (event, { items }) => {
    if (event.data.trace || event.data.usage)
      items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'bot.completed': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'bot.superseded': (event, { items }) => {
    if (event.data.draft?.length || event.data.trace)
      items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'suggestion.made': ({ id, actor, data }, { suggestions }) => {
    suggestions.set(id, { made: data, name: actor.name ?? data.bot });
  },
  // What nobody looked at in time is not worth a line.
  'suggestion.ended': (event, { items, suggestions }) => {
    const found = suggestions.get(event.data.suggestion);
    const { outcome } = event.data;
    if (found && outcome !== 'superseded' && outcome !== 'expired')
      items.push({ ...deedOf(event), type: event.type, data: event.data, ...found });
  },
  'suggestion.failed': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'approval.requested': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'approval.decided': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type, data: event.data });
  },
  'approval.used': (event, { items }) => {
    items.push({ ...deedOf(event), type: event.type });
  },
};

/** A deleted message keeps its place; of anything else that was redacted there is nothing to show. */
function take(fold: Fold, event: AgentEvent): void {
  if (!isUtterance(event)) {
    match(table, event, fold);
    return;
  }
  addUtterance(fold, event);
  if (event.actor.kind === 'visitor') addRead(fold, event.actor, event.pub ?? 0);
}

/** A message or note that is still in the outbox. */
function pendingOf(entry: Entry, me: Actor): Utterance | undefined {
  if (entry.name !== 'message:send' && entry.name !== 'note:add') return undefined;
  return {
    kind: entry.name === 'note:add' ? 'note' : 'message',
    id: entry.input.id,
    by: me,
    text: entry.input.text,
    attachments: 'files' in entry.input ? (entry.input.files ?? []).map((id) => ({ id })) : [],
    block: 'block' in entry.input ? (entry.input.block ?? null) : null,
    answer: null,
    time: entry.at,
    pub: null,
    state: entry.state,
    code: entry.code ?? null,
    isEdited: false,
    isDeleted: false,
    change: null,
  };
}

function overlay(fold: Fold, entry: Entry): void {
  if (entry.state === 'failed') return;
  if (entry.name !== 'message:edit' && entry.name !== 'message:delete') return;
  const item = fold.utterances.get(entry.input.message);
  if (!item) return;
  if (entry.name === 'message:edit') item.text = entry.input.text;
  item.change = entry.name === 'message:edit' ? 'editing' : 'deleting';
}

/** What a thread shows: its events folded, and behind them what the agent wrote and the relay has not yet. */
export function readThread(
  events: readonly AgentEvent[],
  outbox: Outbox,
  { conversation, me }: { conversation: string; me: Actor },
): Transcript {
  const fold: Fold = {
    ...{ items: [], utterances: new Map(), suggestions: new Map() },
    ...{ tags: null, visitorRead: 0, agentRead: 0 },
  };
  for (const event of events) take(fold, event);
  const mine = outbox.filter(
    ({ input }) => 'conversation' in input && input.conversation === conversation,
  );
  for (const entry of mine) {
    overlay(fold, entry);
    const pending = pendingOf(entry, me);
    if (pending && !fold.utterances.has(pending.id)) fold.items.push(pending);
  }
  const { items, visitorRead, agentRead } = fold;
  return { items, visitorRead, agentRead };
}
