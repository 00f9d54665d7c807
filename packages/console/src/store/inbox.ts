import type {
  ConversationList,
  ConversationSummary,
  Counts,
  InboxChange,
  View,
} from '@throughline/shared/schema';

/** How much of a view is here: everything down to `floor`, and where the next page begins. */
export interface Extent {
  /** `activeAt` of the oldest row loaded. */
  floor: number;
  cursor: string | null;
  /** Whether the next page is under way, or could not be had. */
  more: 'idle' | 'loading' | 'failed';
}

type Rows = Readonly<Record<string, ConversationSummary>>;

/** What this console holds of the conversation list. */
export interface Inbox {
  rows: Rows;
  views: Partial<Record<View, Extent>>;
  counts: Counts | null;
  /** Place in the log up to which `rows` is right. */
  offset: number;
  /** `behind`: a fresh list was asked for, and changes are held back until it came (rule P27). */
  phase: 'behind' | 'live';
  held: readonly InboxChange[];
  /** Time of the newest message seen: a stranger's row with a later one is news. */
  latest: number;
}

/** What a change leads to: the list afterwards, rows with something new to read, whether to load again. */
export interface InboxStep {
  inbox: Inbox;
  news: readonly ConversationSummary[];
  reload: boolean;
}

/** More than this, and the fresh list will be asked for once more. */
const HELD_MAX = 100;

export const newInbox = (): Inbox => ({
  rows: {},
  views: {},
  counts: null,
  offset: 0,
  phase: 'behind',
  held: [],
  latest: 0,
});

const isActive = ({ status }: ConversationSummary): boolean =>
  status === 'open' || status === 'waiting';

const belongs: Record<View, (row: ConversationSummary, me: string) => boolean> = {
  mine: (row, me) => row.assignee === me && isActive(row),
  unassigned: (row) => row.assignee === null && isActive(row),
  all: isActive,
  snoozed: (row) => row.status === 'snoozed',
  resolved: (row) => row.status === 'resolved',
};

export const belongsTo = (row: ConversationSummary, view: View, me: string): boolean =>
  belongs[view](row, me);

export const byActivity = (a: ConversationSummary, b: ConversationSummary): number =>
  b.activeAt - a.activeAt || (a.id < b.id ? 1 : -1);

/** A view's rows, newest first, without what lies below its last page: there would be a hole above it. */
export function rowsIn({ rows, views }: Inbox, view: View, me: string): ConversationSummary[] {
  const extent = views[view];
  if (!extent) return [];
  const floor = extent.cursor === null ? 0 : extent.floor;
  return Object.values(rows)
    .filter((row) => row.activeAt >= floor && belongs[view](row, me))
    .sort(byActivity);
}

export function countOf(counts: Counts | null, view: View, me: string): number | null {
  if (!counts) return null;
  return view === 'mine' ? (counts.mine[me] ?? 0) : counts[view];
}

/** The row before or after the chosen one; of one that has left the list, its neighbours by time. */
export function neighbour(
  list: readonly ConversationSummary[],
  chosen: ConversationSummary | undefined,
  step: 1 | -1,
): ConversationSummary | undefined {
  if (!chosen) return list[0];
  const at = list.findIndex(({ id }) => id === chosen.id);
  if (at !== -1) return list[at + step];
  const below = list.findIndex((row) => byActivity(chosen, row) < 0);
  if (step === 1) return below === -1 ? undefined : list[below];
  return below === -1 ? list.at(-1) : list[below - 1];
}

/** Answers may overtake each other; a row never goes back. */
function mergeRows(rows: Rows, fresh: readonly ConversationSummary[]): Rows {
  const merged = { ...rows };
  for (const row of fresh) {
    const known = merged[row.id];
    if (!known || known.seq <= row.seq) merged[row.id] = row;
  }
  return merged;
}

const newest = (rows: readonly ConversationSummary[], latest: number): number =>
  rows.reduce((high, { activeAt }) => Math.max(high, activeAt), latest);

function newsIn({ rows, latest }: Inbox, changed: readonly ConversationSummary[]) {
  return changed.filter(({ id, lastMessage, unread, activeAt }) => {
    if (!unread || lastMessage?.by !== 'visitor') return false;
    const known = rows[id];
    if (known) return known.lastMessage?.id !== lastMessage.id;
    return latest > 0 && activeAt > latest;
  });
}

function applyChange(inbox: Inbox, { to, changed, counts }: InboxChange): InboxStep {
  return {
    inbox: {
      ...inbox,
      rows: mergeRows(inbox.rows, changed),
      counts,
      offset: to,
      latest: newest(changed, inbox.latest),
    },
    news: newsIn(inbox, changed),
    reload: false,
  };
}

/** A live change: applied when it continues what is held, dropped when known; a hole means load again. */
export function takeChange(inbox: Inbox, change: InboxChange): InboxStep {
  if (inbox.phase === 'behind') {
    const held = [...inbox.held, change].slice(-HELD_MAX);
    return { inbox: { ...inbox, held }, news: [], reload: false };
  }
  if (change.to <= inbox.offset) return { inbox, news: [], reload: false };
  if (change.from > inbox.offset)
    return { inbox: { ...inbox, phase: 'behind', held: [change] }, news: [], reload: true };
  return applyChange(inbox, change);
}

/** What is held may be old: a fresh list is about to be asked for. */
export const fallBehind = (inbox: Inbox): Inbox => ({ ...inbox, phase: 'behind' });

const extentOf = ({ data, nextCursor }: ConversationList): Extent => ({
  floor: data.at(-1)?.activeAt ?? 0,
  cursor: nextCursor,
  more: 'idle',
});

/** Nothing was written since, so that every row held is still right. */
export const isUnchanged = (inbox: Inbox, { offset }: ConversationList): boolean =>
  inbox.offset > 0 && inbox.offset === offset;

/** A new beginning from this list; nobody knows what became of the other rows. */
const beginWith = (
  inbox: Inbox,
  view: View,
  { list, keep }: { list: ConversationList; keep: ConversationSummary | undefined },
): Inbox => ({
  rows: mergeRows(keep ? { [keep.id]: keep } : {}, list.data),
  views: { [view]: extentOf(list) },
  counts: list.counts,
  offset: list.offset,
  phase: 'live',
  held: [],
  latest: newest(list.data, inbox.latest),
});

/**
 * A fresh list, with the changes held back on top. `keep` stays, because it is on the screen. A list
 * that was overtaken by a later one and the changes behind it says nothing new.
 */
export function takeFresh(
  inbox: Inbox,
  view: View,
  found: { list: ConversationList; keep: ConversationSummary | undefined },
): InboxStep {
  const { list } = found;
  if (inbox.phase === 'live' && list.offset < inbox.offset)
    return { inbox, news: [], reload: false };
  const base: Inbox = isUnchanged(inbox, list)
    ? { ...inbox, views: { [view]: extentOf(list), ...inbox.views }, phase: 'live', held: [] }
    : beginWith(inbox, view, found);
  let step: InboxStep = { inbox: base, news: newsIn(inbox, list.data), reload: false };
  for (const change of inbox.held) {
    const next = takeChange(step.inbox, change);
    step = { ...next, news: [...step.news, ...next.news], reload: step.reload || next.reload };
  }
  return step;
}

/** A view's first page, or its next one; the place in the log stays, changes since are applied twice at worst. */
export const takePage = (inbox: Inbox, view: View, list: ConversationList): Inbox => ({
  ...inbox,
  rows: mergeRows(inbox.rows, list.data),
  views: {
    ...inbox.views,
    [view]: list.data.length > 0 ? extentOf(list) : { floor: 0, cursor: null, more: 'idle' },
  },
});

/** Rows found otherwise: by searching, or because somebody opened their address. */
export const addRows = (inbox: Inbox, rows: readonly ConversationSummary[]): Inbox => ({
  ...inbox,
  rows: mergeRows(inbox.rows, rows),
});

export function markMore(inbox: Inbox, view: View, more: Extent['more']): Inbox {
  const extent = inbox.views[view];
  return extent ? { ...inbox, views: { ...inbox.views, [view]: { ...extent, more } } } : inbox;
}
