import type { Undo } from '@throughline/shared/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Api } from '../api.ts';
import type { Connect } from '../connection/index.ts';
import type { Route } from './route.ts';
import { parseSettings } from './settings.ts';
import { freshState, type State } from './state.ts';
import type { Storage } from './storage.ts';

/** The browser's own doings, so that tests can bring others. */
export interface Browser {
  now(): number;
  setTimer(run: () => void, ms: number): Undo;
  route(): Route;
  /** Whether the address leaves open where to begin. */
  isHome(): boolean;
  /** Shows a route in the address bar; `replace` leaves no step to go back to. */
  showRoute(route: Route, replace: boolean): void;
  /** Tells of a new message: sound and notification, as far as settings and browser allow. */
  ring(news: News): void;
  /** Asks for the permission to notify, if it was never asked for. */
  mayNotify(): Promise<boolean>;
  hasFocus(): boolean;
  /** Whether the details fit beside the thread. */
  isWide(): boolean;
  watch(handlers: BrowserHandlers): Undo;
}

interface BrowserHandlers {
  focused(isFocused: boolean): void;
  widened(isWide: boolean): void;
  /** Back or forward. */
  popped(route: Route): void;
  /** Another tab has kept something. */
  kept(): void;
}

export interface News {
  /** Says the same news in several tabs once. */
  id: string;
  title: string;
  body: string;
  sound: boolean;
  notification: boolean;
  open(): void;
}

export interface Parts {
  api: Api;
  connect: Connect;
  storage: Storage;
  browser: Browser;
}

/** What every part of the desk works with. */
export interface Core extends Parts {
  store: StoreApi<State>;
}

export function createCore(parts: Parts): Core {
  const { storage, browser } = parts;
  const state: State = {
    ...freshState(),
    session: { phase: 'checking' },
    route: browser.route(),
    settings: parseSettings(storage.read('settings')),
    isFocused: browser.hasFocus(),
    isWide: browser.isWide(),
    areDetailsOpen: browser.isWide(),
  };
  return { ...parts, store: createStore<State>(() => state) };
}
