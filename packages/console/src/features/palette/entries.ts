import { fuzzy } from '../../lib/fuzzy.ts';
import { nameOf } from '../../lib/person.ts';
import { parseSnooze, snoozePresets } from '../../lib/snooze.ts';
import { commands } from '../../store/commands.ts';
import type { Desk } from '../../store/desk.ts';
import { byActivity } from '../../store/inbox.ts';
import { openRow, type State } from '../../store/state.ts';

/** One line of the palette. */
export interface Entry {
  id: string;
  label: string;
  group: string;
  run(desk: Desk): void;
  keys?: string;
  /** At the end of the line, where a command has its key. */
  remark?: string;
  /** Found under this, too. */
  alias?: string;
  /** Whose face stands before it. */
  person?: { id: string; name: string | null };
  marks?: readonly number[];
}

const RECENT = 200;
const SHOWN_CONVERSATIONS = 8;

const fromCommands = (state: State): Entry[] =>
  commands
    .filter((command) => command.id !== 'palette' && command.isOffered(state))
    .map(({ id, title, alias, section, keys, run }) => ({
      id,
      label: /^(view|page)-/.test(id) ? `Go to ${title}` : title,
      group: section,
      run,
      ...(alias ? { alias } : {}),
      ...(keys[0] ? { keys: keys[0] } : {}),
    }));

function fromSnooze(state: State, query: string): Entry[] {
  const row = openRow(state);
  if (!row || row.status === 'resolved') return [];
  const now = Date.now();
  const phrase = /^\s*snooze\s+(?:until\s+)?(.+)$/i.exec(query)?.[1];
  const typed = phrase ? parseSnooze(phrase, now) : undefined;
  const presets = snoozePresets(now, phrase).map(({ label, until, time }) => ({
    id: `snooze ${label}`,
    label: `Snooze until ${label.toLowerCase()}`,
    remark: time,
    group: 'Conversation',
    run: ({ outgoing }: Desk) => outgoing.snooze(until),
  }));
  if (!typed) return presets;
  const { label, until } = typed;
  return [
    {
      id: 'snooze typed',
      label: query.trim(),
      remark: label,
      group: 'Conversation',
      run: ({ outgoing }) => outgoing.snooze(until),
    },
    ...presets,
  ];
}

const fromTeam = (state: State): Entry[] =>
  openRow(state)
    ? state.team.map(({ id, name }) => ({
        id: `assign ${id}`,
        label: `Assign to ${name}`,
        group: 'Conversation',
        person: { id, name },
        run: ({ outgoing }) => outgoing.assign(id),
      }))
    : [];

const fromRows = ({ inbox, route }: State): Entry[] =>
  Object.values(inbox.rows)
    .filter(({ id }) => id !== route.conversation)
    .sort(byActivity)
    .slice(0, RECENT)
    .map(({ id, contact, lastMessage }) => ({
      id,
      label: nameOf(contact),
      remark: lastMessage?.text.slice(0, 60) ?? '',
      group: 'Conversations',
      person: contact,
      run: ({ go }) => go.open(id),
    }));

const searching = (query: string): Entry => ({
  id: 'search',
  label: `Search conversations for “${query}”`,
  group: 'Search',
  run({ go, preferences }) {
    go.find(query);
    preferences.focus('search');
  },
});

/** Without a word typed: what one can do here, and a few conversations. Everything else waits for letters. */
function entriesOf(state: State, query: string): Entry[] {
  const rows = fromRows(state);
  if (query.trim() === '') return [...fromCommands(state), ...rows.slice(0, SHOWN_CONVERSATIONS)];
  return [...fromCommands(state), ...fromSnooze(state, query), ...fromTeam(state), ...rows];
}

/** By its label, or by its other name when that fits better. */
function hitOf(entry: Entry, query: string): { entry: Entry; score: number } | undefined {
  const match = fuzzy(query, entry.label);
  const other = entry.alias === undefined ? undefined : fuzzy(query, entry.alias);
  if (other && other.score > (match?.score ?? 0)) return { entry, score: other.score };
  return match && { entry: { ...entry, marks: match.at }, score: match.score };
}

/** The entries that fit, best first, each group in one piece behind its best entry. */
function search(entries: readonly Entry[], query: string): Entry[] {
  if (query.trim() === '') return [...entries];
  const hits = entries
    .flatMap((entry) => hitOf(entry, query) ?? [])
    .sort((a, b) => b.score - a.score);
  const groups = [...new Set(hits.map(({ entry }) => entry.group))];
  return groups.flatMap((group) =>
    hits
      .filter(({ entry }) => entry.group === group)
      .slice(0, SHOWN_CONVERSATIONS)
      .map(({ entry }) => entry),
  );
}

/** What to offer for these words; the relay knows more conversations than are held here. */
export function offers(state: State, query: string): Entry[] {
  const found = search(entriesOf(state, query), query);
  const words = query.trim();
  return words === '' ? found : [...found, searching(words)];
}

/** The same, as far as it is about the open conversation. */
export const actions = (state: State, query: string): Entry[] =>
  search(
    entriesOf(state, query).filter(({ group }) => group === 'Conversation'),
    query,
  );
