import type { Run, Widget } from './api.ts';
import { checkOptions, type WidgetOptions } from './options.ts';
import { createRun } from './widget.ts';

export type { LoadedMessage, Target, Widget, WidgetEvents, WidgetState } from './api.ts';
export type { PageEvent, PageEvents } from './events.ts';
export type { Hooks, OutgoingMessage, ShownMessage } from './hooks.ts';
export type { Scalar, User, WidgetOptions } from './options.ts';

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

const asObject = (run: Run): Widget =>
  Object.fromEntries(
    Object.keys(METHODS).map((name) => [name, (...args: unknown[]) => run(name, ...args)]),
  ) as unknown as Widget;

/**
 * Puts a chat widget on the page.
 *
 * ```ts
 * const widget = createWidget({ relay: 'https://chat.example.com', site: 'shop' });
 * widget.on('unread.changed', ({ count }) => showBadge(count));
 * widget.open();
 * ```
 *
 * @throws TypeError when an option is missing or wrong; its message names the option.
 */
export const createWidget = (options: WidgetOptions): Widget =>
  asObject(createRun(checkOptions(options), async () => (await import('./panel.tsx')).mountPanel));
