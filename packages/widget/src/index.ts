import type { Widget } from './api.ts';
import { asObject } from './as-object.ts';
import { checkOptions, type WidgetOptions } from './options.ts';
import { createRun } from './widget.ts';

export type { LoadedMessage, Target, Widget, WidgetEvents, WidgetState } from './api.ts';
export type { PageEvent, PageEvents } from './events.ts';
export type { Hooks, OutgoingMessage, ShownMessage } from './hooks.ts';
export type { Scalar, User, WidgetOptions } from './options.ts';

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
  asObject(createRun(checkOptions(options), () => import('./panel.tsx')));
