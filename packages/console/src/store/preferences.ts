import type { Core } from './core.ts';
import type { Notices } from './notices.ts';
import { parseSettings, type Settings } from './settings.ts';
import type { FocusRequest, Overlay, Passed } from './state.ts';

/** How the console looks and behaves for this person, and what lies over it. */
export interface Preferences {
  set(change: Partial<Settings>): void;
  /** Takes over what another tab of this browser was told. */
  load(): void;
  /** Asks the browser for its permission where that is needed. */
  setNotifications(on: boolean): Promise<void>;
  overlay(overlay: Overlay | null): void;
  /** Asks to whom, or where, a conversation is to go that is not the one in the route. */
  pass(passed: Passed): void;
  focus(field: FocusRequest['field']): void;
  /** The other way round, unless told which. */
  toggleDetails(areOpen?: boolean): void;
}

const BLOCKED =
  'The browser blocks notifications of this page. Allow them in its settings for this site, then switch them on here.';

export function createPreferences(
  { store, storage, browser }: Core,
  notices: Notices,
): Preferences {
  let asks = 0;
  const set = (change: Partial<Settings>) => {
    const settings = { ...store.getState().settings, ...change };
    store.setState({ settings });
    storage.write('settings', JSON.stringify(settings));
  };
  return {
    set,
    load: () => store.setState({ settings: parseSettings(storage.read('settings')) }),
    async setNotifications(on) {
      const isAllowed = on && (await browser.mayNotify());
      set({ notifications: isAllowed });
      if (on && !isAllowed) notices.say(BLOCKED, { tone: 'warning' });
    },
    overlay: (overlay) => store.setState({ overlay, passed: null }),
    pass: (passed) => store.setState({ overlay: 'assign', passed }),
    focus(field) {
      asks += 1;
      store.setState({ focus: { field, nth: asks } });
    },
    toggleDetails: (areOpen) =>
      store.setState(({ areDetailsOpen }) => ({ areDetailsOpen: areOpen ?? !areDetailsOpen })),
  };
}
