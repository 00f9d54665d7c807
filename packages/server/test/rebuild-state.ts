import { createHash } from 'node:crypto';
import {
  type Actor,
  type CloudEvent,
  type EventData,
  type EventType,
  type Fact,
  isTombstone,
  publicEvents,
  TYPE_PREFIX,
} from '@throughline/shared/schema';

interface Message {
  /** As last edited; null: taken back. */
  text: string | null;
  by: Actor['kind'];
}

export interface ConversationState {
  contact: string;
  status: 'open' | 'waiting' | 'snoozed' | 'resolved';
  assignee: string | null;
  epoch: number;
  tags: string[];
  snoozedUntil: number | null;
  messages: Record<string, Message>;
  last: string | null;
  notes: Record<string, string>;
  visitorRead: number;
  agentRead: number;
  seq: number;
  pub: number;
}

export interface ContactState {
  externalId: string | null;
  verified: boolean;
  name: string | null;
  email: string | null;
  /** By name and source. */
  facts: Record<string, Fact>;
  mergedInto: string | null;
}

/** What a business can know from events alone. */
export interface State {
  conversations: Record<string, ConversationState>;
  contacts: Record<string, ContactState>;
}

/** What an event is about. Only what belongs to a conversation reads `row`. */
interface About {
  state: State;
  id: string;
  conversation: string;
  contact: string;
  actor: Actor;
  time: number;
  row: ConversationState;
  person: ContactState;
}

type Step<T extends EventType> = (about: About, data: EventData<T>) => void;

const born = (contact: string): ConversationState => ({
  contact,
  status: 'open',
  assignee: null,
  epoch: 0,
  tags: [],
  snoozedUntil: null,
  messages: {},
  last: null,
  notes: {},
  visitorRead: 0,
  agentRead: 0,
  seq: 0,
  pub: 0,
});

const unknown = (): ContactState => ({
  externalId: null,
  verified: false,
  name: null,
  email: null,
  facts: {},
  mergedInto: null,
});

function put(person: ContactState, fact: Fact): void {
  const key = `${fact.name} ${fact.source.kind} ${fact.source.id}`;
  const known = person.facts[key];
  if (!known || known.observedAt <= fact.observedAt) person.facts[key] = fact;
}

const factOf = (
  said: EventData<'facts.recorded'>['facts'][number],
  { actor, time }: Pick<About, 'actor' | 'time'>,
): Fact => ({
  name: said.name,
  value: said.value,
  source: actor,
  signed: said.signed ?? false,
  observedAt: said.observedAt ?? time,
  expiresAt: said.expiresAt ?? null,
  confidence: said.confidence ?? null,
  visibility: said.visibility ?? 'agents',
});

function say(person: ContactState, said: EventData<'contact.updated'>): void {
  person.name = said.name ?? person.name;
  person.email = said.email ?? person.email;
  person.externalId = said.externalId ?? person.externalId;
}

function merge({ contacts, conversations }: State, data: EventData<'contact.merged'>): void {
  const gone = contacts[data.from] ?? unknown();
  const heir = contacts[data.into] ?? unknown();
  for (const fact of Object.values(gone.facts)) {
    const { source } = fact;
    put(heir, source.kind === 'visitor' ? { ...fact, source: { ...source, id: data.into } } : fact);
  }
  // An id and its proof belong together.
  if (heir.verified === gone.verified ? heir.externalId === null : gone.verified)
    Object.assign(heir, { externalId: gone.externalId, verified: gone.verified });
  heir.name ??= gone.name;
  heir.email ??= gone.email;
  contacts[data.from] = { ...unknown(), mergedInto: data.into };
  for (const id of data.conversations) {
    const row = conversations[id];
    if (row) row.contact = data.into;
  }
}

/** Written from what the catalogue says of each event, and not from the relay's own code. */
const steps: { [T in EventType]?: Step<T> } = {
  'conversation.started': () => {},
  'conversation.assigned': ({ row }, { assignee, epoch }) => {
    Object.assign(row, { assignee: assignee?.id ?? null, epoch });
  },
  'conversation.resolved': ({ row }) => {
    Object.assign(row, { status: 'resolved', snoozedUntil: null });
  },
  'conversation.reopened': ({ row }) => {
    row.status = 'open';
  },
  'conversation.snoozed': ({ row }, { until }) => {
    Object.assign(row, { status: until === null ? 'open' : 'snoozed', snoozedUntil: until });
  },
  'conversation.updated': ({ row }, { tags }) => {
    row.tags = tags;
  },
  'message.created': ({ row, id, actor: { kind: by } }, { text }) => {
    row.messages[id] = { text, by };
    row.last = id;
    if (by === 'visitor') row.visitorRead = row.pub;
    if (by === 'visitor' && row.status === 'waiting') row.status = 'open';
    if (by !== 'visitor' && row.status === 'open') row.status = 'waiting';
  },
  'message.updated': ({ row }, { message, text }) => {
    const known = row.messages[message];
    if (known) known.text = text;
  },
  'message.deleted': ({ row }, { message }) => {
    const known = row.messages[message];
    if (known) known.text = null;
  },
  'message.read': ({ row, actor }, { upTo }) => {
    row[actor.kind === 'visitor' ? 'visitorRead' : 'agentRead'] = upTo;
  },
  'note.created': ({ row, id }, { text }) => {
    row.notes[id] = text;
  },
  'contact.created': ({ person, actor }, said) => {
    say(person, said);
    person.verified = actor.kind !== 'visitor' && said.externalId !== undefined;
  },
  'contact.identified': ({ person }, said) => {
    if (!person.verified) say(person, said);
  },
  'contact.updated': ({ person }, said) => {
    say(person, said);
    person.verified ||= said.externalId !== undefined;
  },
  'facts.recorded': (about, { facts }) => {
    for (const said of facts) put(about.person, factOf(said, about));
  },
  'contact.merged': ({ state }, data) => merge(state, data),
};

function aboutOf(state: State, event: CloudEvent): About {
  const { conversation: place, contact: whom, actor } = event.data;
  const [conversation, contact] = [place?.id ?? '', whom?.id ?? ''];
  if (place) state.conversations[conversation] ??= born(contact);
  if (whom) state.contacts[contact] ??= unknown();
  return {
    state,
    id: event.id,
    conversation,
    contact,
    actor,
    time: Date.parse(event.time),
    row: state.conversations[conversation] ?? born(contact),
    person: state.contacts[contact] ?? unknown(),
  };
}

function take(state: State, event: CloudEvent): void {
  const type = event.type.slice(TYPE_PREFIX.length) as EventType;
  const about = aboutOf(state, event);
  about.row.seq = event.data.conversation?.seq ?? 0;
  if (publicEvents.has(type)) about.row.pub += 1;
  // What was taken back had a text that nobody needs any more: `message.deleted` follows.
  const isGone = isTombstone(event.data);
  if (isGone && type !== 'message.created') return;
  const data = isGone ? { text: null } : event.data;
  (steps[type] as Step<EventType> | undefined)?.(about, data as never);
}

/** The state after these events, each known once, whatever order they came in. */
export function rebuild(events: Iterable<CloudEvent>): State {
  const state: State = { conversations: {}, contacts: {} };
  const inOrder = [...events].sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
  for (const event of inOrder) take(state, event);
  return state;
}

const inKeyOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The same for the same content, whatever the order of its keys. */
export const canonical = (value: unknown): string => JSON.stringify(value, inKeyOrder);

export const hashOf = (state: State): string =>
  createHash('sha256').update(canonical(state)).digest('hex');
