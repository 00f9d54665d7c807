import type { Run, Widget } from './api.ts';

const METHODS: Record<keyof Widget, true> = {
  on: true,
  once: true,
  off: true,
  use: true,
  ready: true,
  update: true,
  open: true,
  close: true,
  toggle: true,
  popout: true,
  showLauncher: true,
  hideLauncher: true,
  setLocale: true,
  setTheme: true,
  setConsent: true,
  identify: true,
  setAttributes: true,
  setConversation: true,
  track: true,
  goal: true,
  page: true,
  newConversation: true,
  sendMessage: true,
  loadMessages: true,
  logout: true,
  getState: true,
  getVisitorId: true,
  destroy: true,
};

/** Calls by name as an object's methods. */
export const asObject = (run: Run): Widget =>
  Object.fromEntries(
    Object.keys(METHODS).map((name) => [name, (...args: unknown[]) => run(name, ...args)]),
  ) as unknown as Widget;
