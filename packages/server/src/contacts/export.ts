import type { Awaitable } from '../store/awaitable.ts';
import { live } from '../store/contact.ts';
import { pages } from '../store/pages.ts';
import type {
  Contact,
  Conversation,
  Fact,
  LogRecord,
  Reads,
  Store,
  StoredFile,
} from '../store/store.ts';

/** Things read, and given, at a time. */
const PAGE = 200;
const START = { first: 0, limit: PAGE };

/** How a record of the log is shown outside. */
type Show = (record: LogRecord) => object;

interface Counts {
  conversations: number;
  events: number;
  files: number;
}

export type ExportLine =
  | (Contact & { kind: 'contact'; facts: Fact[] })
  | (Contact & { kind: 'merged' })
  | (ReturnType<typeof conversationOf> & { kind: 'conversation'; facts: Fact[] })
  | { kind: 'event' }
  | (ReturnType<typeof fileOf> & { kind: 'file' })
  | (Counts & { kind: 'end' });

type Lines = AsyncGenerator<ExportLine[]>;

export interface ContactExports {
  /**
   * All there is of the contact, or the one it became part of, some lines at a time and only when they are
   * asked for. Without the last line, `end`, it is not all.
   */
  of(id: string, show: Show): Promise<{ id: string; lines: Lines } | undefined>;
}

export const createContactExports = ({ read }: Pick<Store, 'read'>): ContactExports => ({
  async of(id, show) {
    const contact = await live(read, id);
    return contact && { id: contact.id, lines: counted(everything(read, contact, show)) };
  },
});

async function* everything(read: Reads, contact: Contact, show: Show): Lines {
  const parts = await read.contacts.partsOf(contact.id);
  // What is kept for programs alone is about the person as well.
  yield [{ kind: 'contact', ...contact, facts: await read.facts.of(contact.id) }];
  for (const id of parts) {
    const merged = await read.contacts.get(id);
    if (merged) yield [{ kind: 'merged', ...merged }];
  }
  const lineOf = (record: LogRecord): ExportLine => ({ kind: 'event', ...show(record) });
  for (const id of [contact.id, ...parts])
    for await (const page of recordsOf((after) => read.events.forwardOf(id, after, PAGE)))
      yield page.map(lineOf);
  for await (const page of rowsOf((after) => read.conversations.allOf(contact.id, after, PAGE)))
    for (const row of page) {
      yield [{ kind: 'conversation', ...conversationOf(row), facts: await read.facts.of(row.id) }];
      yield* insideOf(read, row.id, lineOf);
    }
  // Became part of another one meanwhile, with conversations that were not read yet.
  if ((await live(read, contact.id))?.id !== contact.id)
    throw new Error('the contact became another one while it was exported');
}

/** What was said and done in a conversation, then its files: one that was shown is in the events already. */
async function* insideOf(
  read: Reads,
  conversation: string,
  lineOf: (record: LogRecord) => ExportLine,
): Lines {
  const range = { conversation, limit: PAGE, publicOnly: false };
  const records = (position: number) => read.events.forward({ ...range, position });
  for await (const page of pages(START, records, ({ seq }) => seq ?? 0)) yield page.map(lineOf);
  for await (const page of rowsOf((after) => read.files.allOf(conversation, after, PAGE)))
    yield page.map((file) => ({ kind: 'file', ...fileOf(file) }));
}

async function* counted(lines: Lines): Lines {
  const counts = { contact: 0, merged: 0, conversation: 0, event: 0, file: 0, end: 0 };
  for await (const some of lines) {
    for (const { kind } of some) counts[kind] += 1;
    yield some;
  }
  const { conversation: conversations, event: events, file: files } = counts;
  yield [{ kind: 'end', conversations, events, files }];
}

const recordsOf = (read: (after: number) => Awaitable<LogRecord[]>) =>
  pages(START, read, ({ offset }) => offset);

const rowsOf = <T extends { id: string }>(read: (after: string) => Awaitable<T[]>) =>
  pages({ first: '', limit: PAGE }, read, ({ id }) => id);

/** What follows from its events and is no more than the relay's own bookkeeping is left out. */
const conversationOf = ({
  id,
  site,
  contact,
  status,
  tags,
  createdAt,
  activeAt,
  visitorRead,
  agentRead,
}: Conversation) => ({
  ...{ id, site, contact, status, tags, createdAt, activeAt },
  /** `pub` up to which the visitor, and any agent, has read. */
  ...{ visitorRead, agentRead },
});

const fileOf = (file: StoredFile) => {
  const { id, conversation, message, name, type, bytes, state, ownerKind: by, createdAt } = file;
  // Nobody but who brought it gets what no message shows, and nobody at all what looks harmful.
  const link = state === 'stored' && message !== null ? `/v1/files/${id}/link` : null;
  return { id, conversation, message, name, type, bytes, state, by, createdAt, link };
};
