import {
  type CloudEvent,
  type EventData,
  type EventType,
  type FactValue,
  TYPE_PREFIX,
} from '@throughline/shared/schema';

/** What the CRM knows, from events alone. Plain data, so that it can be kept as a file. */
export interface View {
  contacts: Record<string, Contact>;
  conversations: Record<string, Conversation>;
}

interface Contact {
  id: string;
  name: string | null;
  email: string | null;
  externalId: string | null;
  /** What the business's own programs say; what a page claims of its visitor is not business here. */
  facts: Record<string, { value: FactValue; by: string }>;
  activity: { id: string; name: string; by: string; time: string }[];
}

interface Conversation {
  id: string;
  contact: string;
  /** Title of the page it was begun on. */
  page: string | null;
  status: 'open' | 'waiting' | 'snoozed' | 'resolved';
  assignee: string | null;
  tags: string[];
  messages: Message[];
}

interface Message {
  id: string;
  kind: 'message' | 'note';
  /** Null: it was taken back. */
  text: string | null;
  from: CloudEvent['data']['actor']['kind'];
  by: string;
  time: string;
}

export const emptyView = (): View => ({ contacts: {}, conversations: {} });

/** Types of events the view is made of. */
export const VIEWED = [
  'conversation.*',
  'message.created',
  'message.updated',
  'message.deleted',
  'note.created',
  'contact.*',
  'facts.recorded',
  'event.tracked',
];

interface Scene {
  view: View;
  contact: Contact;
  /** Of the event, if it belongs to one; else one nobody keeps. */
  conversation: Conversation;
  event: CloudEvent;
  by: string;
}
type Step<T extends EventType> = (scene: Scene, data: EventData<T>) => void;

/** Takes one event into the view. Events come in the order of the log, each once: see `follower.ts`. */
export function apply(view: View, event: CloudEvent): View {
  // Too long for a delivery: the log brings it.
  if ('whole' in event.data) return view;
  const { contact: { id } = {}, conversation: about, actor } = event.data;
  if (!id) return view;
  view.contacts[id] ??= stranger(id);
  if (about) view.conversations[about.id] ??= begun(about.id, id);
  const scene: Scene = {
    view,
    contact: view.contacts[id],
    conversation: view.conversations[about?.id ?? ''] ?? begun('', id),
    event,
    by: actor.name ?? actor.kind,
  };
  const type = event.type.slice(TYPE_PREFIX.length) as EventType;
  // What was taken out of the log keeps its place there and says nothing any more.
  if (!('redacted' in event.data)) (steps[type] as Step<EventType>)?.(scene, event.data);
  else if (type === 'message.created') keep(scene, 'message', null);
  return view;
}

const stranger = (id: string): Contact => ({
  id,
  name: null,
  email: null,
  externalId: null,
  facts: {},
  activity: [],
});

const begun = (id: string, contact: string): Conversation => ({
  id,
  contact,
  page: null,
  status: 'open',
  assignee: null,
  tags: [],
  messages: [],
});

function keep({ conversation, event, by }: Scene, kind: Message['kind'], text: string | null) {
  const { id, time, data } = event;
  conversation.messages.push({ id, kind, text, from: data.actor.kind, by, time });
}

function rewrite({ conversation }: Scene, message: string, text: string | null): void {
  const found = conversation.messages.find(({ id }) => id === message);
  if (found) found.text = text;
}

type Identity = EventData<'contact.created'>;

function identify({ contact }: Scene, { name, email, externalId }: Identity): void {
  contact.name = name ?? contact.name;
  contact.email = email ?? contact.email;
  contact.externalId = externalId ?? contact.externalId;
}

const steps: { [T in EventType]?: Step<T> } = {
  'contact.created': identify,
  'contact.identified': identify,
  'contact.updated': identify,
  'contact.merged'({ view }, { from, into, conversations }) {
    const gone = view.contacts[from];
    view.contacts[into] ??= stranger(into);
    const one = view.contacts[into];
    if (gone) one.facts = { ...gone.facts, ...one.facts };
    if (gone) one.activity.push(...gone.activity);
    delete view.contacts[from];
    for (const id of conversations)
      view.conversations[id] = { ...(view.conversations[id] ?? begun(id, into)), contact: into };
  },
  'facts.recorded'({ contact, event, by }, { facts }) {
    if (event.data.actor.kind === 'visitor') return;
    for (const { name, value } of facts) contact.facts[name] = { value, by };
  },
  'event.tracked': ({ contact, event, by }, { name }) =>
    void contact.activity.push({ id: event.id, name, by, time: event.time }),

  'conversation.started'({ conversation }, { context }) {
    conversation.page = context?.page?.title ?? null;
  },
  'conversation.assigned'({ conversation }, { assignee }) {
    conversation.assignee = assignee?.name ?? null;
  },
  'conversation.updated'({ conversation }, { tags }) {
    conversation.tags = tags;
  },
  'conversation.resolved'({ conversation }) {
    conversation.status = 'resolved';
  },
  'conversation.reopened'({ conversation }) {
    conversation.status = 'open';
  },
  'conversation.snoozed'({ conversation }, { until }) {
    conversation.status = until === null ? 'open' : 'snoozed';
  },
  'message.created'(scene, { text }) {
    const { conversation, event } = scene;
    keep(scene, 'message', text);
    const isAsked = event.data.actor.kind === 'visitor';
    if (conversation.status === (isAsked ? 'waiting' : 'open'))
      conversation.status = isAsked ? 'open' : 'waiting';
  },
  'message.updated': (scene, { message, text }) => rewrite(scene, message, text),
  'message.deleted': (scene, { message }) => rewrite(scene, message, null),
  'note.created': (scene, { text }) => keep(scene, 'note', text),
};
