import type { ConversationList, InboxChange, View } from '@throughline/shared/schema';
import type { Core } from './core.ts';
import {
  addRows,
  fallBehind,
  type Inbox,
  type InboxStep,
  isUnchanged,
  markMore,
  takeChange,
  takeFresh,
  takePage,
} from './inbox.ts';
import { openRow } from './state.ts';

export interface Lists {
  /** Loads the list again; false when the relay did not answer. */
  reload(): Promise<boolean>;
  /** Makes sure the view in the route has its first page. */
  show(): void;
  more(): void;
  /** Looks for the words in the route. */
  search(): void;
  take(change: InboxChange): void;
}

interface Ground extends Core {
  onNews(news: InboxStep['news']): void;
}

const PAGE = 50;
const PAGE_MAX = 100;
/** Deeper than this nobody has read; the rest comes again with scrolling. */
const ROWS_MAX = 1000;
const AGAIN_MS = 1000;

const change = ({ store }: Core, apply: (inbox: Inbox) => Inbox): void =>
  store.setState(({ inbox }) => ({ inbox: apply(inbox) }));

function commit(ground: Ground, step: InboxStep): void {
  ground.store.setState({ inbox: step.inbox });
  if (step.news.length > 0) ground.onNews(step.news);
}

/** A view from its top, as far down as it was shown: whoever had scrolled stays where they are. */
async function load({ store, api }: Ground, view: View): Promise<ConversationList | undefined> {
  const { inbox } = store.getState();
  const floor = inbox.views[view]?.floor ?? Number.POSITIVE_INFINITY;
  const first = await api.list({ view, limit: PAGE });
  if (!first?.ok || isUnchanged(inbox, first.data)) return first?.ok ? first.data : undefined;
  const { data } = first.data;
  let cursor = first.data.nextCursor;
  while (cursor && data.length < ROWS_MAX && (data.at(-1)?.activeAt ?? 0) > floor) {
    const next = await api.list({ view, limit: PAGE_MAX, cursor });
    if (!next?.ok) return undefined;
    data.push(...next.data.data);
    cursor = next.data.nextCursor;
  }
  return { ...first.data, data, nextCursor: cursor };
}

async function reload(ground: Ground): Promise<boolean> {
  const { store, browser } = ground;
  change(ground, fallBehind);
  const { view, query } = store.getState().route;
  const list = await load(ground, view);
  store.setState({ listFailed: !list });
  if (!list) return false;
  const now = store.getState();
  const step = takeFresh(now.inbox, view, { list, keep: openRow(now) });
  commit(ground, step);
  // The list was older than what came meanwhile: not at once again, or the two would chase each other.
  if (step.reload) browser.setTimer(() => void reload(ground), AGAIN_MS);
  if (query !== '') search(ground);
  show(ground);
  return true;
}

async function loadPage(ground: Ground, cursor?: string): Promise<void> {
  const { store, api } = ground;
  const { view } = store.getState().route;
  change(ground, (inbox) => markMore(inbox, view, 'loading'));
  const answer = await api.list({ view, limit: PAGE, ...(cursor ? { cursor } : {}) });
  if (answer?.ok) change(ground, (inbox) => takePage(inbox, view, answer.data));
  else change(ground, (inbox) => markMore(inbox, view, 'failed'));
  store.setState({ listFailed: !answer?.ok });
}

function show(ground: Ground): void {
  const { inbox, route } = ground.store.getState();
  if (inbox.phase === 'live' && !inbox.views[route.view]) void loadPage(ground);
}

function more(ground: Ground): void {
  const { inbox, route } = ground.store.getState();
  const extent = inbox.views[route.view];
  if (extent?.cursor && extent.more !== 'loading') void loadPage(ground, extent.cursor);
}

function takeFound(ground: Ground, query: string, found: ConversationList | undefined): void {
  const { store } = ground;
  if (store.getState().route.query !== query) return;
  if (found) change(ground, (inbox) => addRows(inbox, found.data));
  const ids = found?.data.map(({ id }) => id) ?? [];
  store.setState({ search: { query, ids, phase: found ? 'ready' : 'failed' } });
}

function search(ground: Ground): void {
  const { store, api } = ground;
  const { view, query } = store.getState().route;
  if (query.trim() === '') {
    store.setState({ search: null });
    return;
  }
  store.setState({ search: { query, ids: store.getState().search?.ids ?? [], phase: 'loading' } });
  void api
    .list({ view, q: query, limit: PAGE })
    .then((answer) => takeFound(ground, query, answer?.ok ? answer.data : undefined));
}

/** Keeps the conversation list: pages over HTTP, changes from the socket. */
export function createLists(core: Core, onNews: Ground['onNews']): Lists {
  const ground: Ground = { ...core, onNews };
  return {
    reload: () => reload(ground),
    show: () => show(ground),
    more: () => more(ground),
    search: () => search(ground),
    take(message) {
      const step = takeChange(core.store.getState().inbox, message);
      commit(ground, step);
      if (step.reload) void reload(ground);
    },
  };
}
