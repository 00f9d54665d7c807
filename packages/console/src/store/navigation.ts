import type { ConversationSummary, View } from '@throughline/shared/schema';
import type { Core } from './core.ts';
import type { Drafts } from './drafts.ts';
import { countOf, neighbour } from './inbox.ts';
import type { Lists } from './lists.ts';
import { isSamePlace, type Place } from './place.ts';
import type { Route } from './route.ts';
import { listed } from './select.ts';
import { myId, openRow } from './state.ts';
import type { Threads } from './threads.ts';

export interface Navigation {
  view(view: View): void;
  /** Null: none. */
  open(conversation: string | null): void;
  /** To a page for administrators, or to another part of it. */
  place(place: Place): void;
  search(query: string): void;
  /** Searches in place of what is open: on a small screen, too, the list is seen. */
  find(query: string): void;
  /** To the row below or above the open one. */
  step(by: 1 | -1): void;
  /** To the next row, or the one before when there is none: for what is about to leave the list. */
  moveOn(): void;
  /** The browser went back or forward. */
  popped(route: Route): void;
  /** Shows what the route says; called once somebody is signed in. */
  arrive(): Promise<void>;
}

interface Ground extends Core {
  lists: Lists;
  threads: Threads;
  drafts: Drafts;
}

function take({ store, lists, threads, drafts }: Ground, route: Route): void {
  const before = store.getState().route;
  if (route.conversation !== before.conversation) drafts.pause();
  // A drawer over the thread belongs to the conversation it was opened in.
  store.setState(({ isWide, areDetailsOpen }) => ({
    route,
    focus: null,
    areDetailsOpen: areDetailsOpen && isWide,
  }));
  threads.follow(route.conversation);
  lists.show();
  if (route.query !== before.query) lists.search();
}

function go(ground: Ground, change: Partial<Route>, replace = false): void {
  const { store, browser } = ground;
  const before = store.getState().route;
  const route = { ...before, ...change };
  const isStep =
    before.conversation !== route.conversation || !isSamePlace(before.place, route.place);
  browser.showRoute(route, replace || !isStep);
  take(ground, route);
}

/** Leafing through a list is one step of the history, not fifty. */
function openRowNow(ground: Ground, row: ConversationSummary | undefined): void {
  const isOpen = ground.store.getState().route.conversation !== null;
  if (row) go(ground, { conversation: row.id }, isOpen);
}

async function arrive(ground: Ground): Promise<void> {
  const { store, browser, lists, threads } = ground;
  const { route } = store.getState();
  const isHome = browser.isHome();
  // An address that led here by guessing says from now on what is shown.
  browser.showRoute(route, true);
  threads.follow(route.conversation);
  if (route.query !== '') lists.search();
  await lists.reload();
  const state = store.getState();
  const isIdle = countOf(state.inbox.counts, 'mine', myId(state)) === 0;
  // Who comes without a wish and has nothing to do sees what waits for somebody.
  if (isHome && isIdle && state.route === route) go(ground, { view: 'unassigned' }, true);
}

export function createNavigation(core: Core, parts: Omit<Ground, keyof Core>): Navigation {
  const ground: Ground = { ...core, ...parts };
  const { store } = core;
  const near = (by: 1 | -1) => {
    const state = store.getState();
    return neighbour(listed(state), openRow(state), by);
  };
  return {
    view: (view) => go(ground, { place: null, view, query: '', conversation: null }),
    open: (conversation) => go(ground, { place: null, conversation }, conversation === null),
    place: (place) => go(ground, { place, query: '', conversation: null }),
    search: (query) => go(ground, { query }, true),
    find: (query) => go(ground, { place: null, query, conversation: null }),
    step: (by) => openRowNow(ground, near(by)),
    moveOn: () => openRowNow(ground, near(1) ?? near(-1)),
    popped: (route) => take(ground, route),
    arrive: () => arrive(ground),
  };
}
