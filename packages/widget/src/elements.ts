import type { ThroughlineChat } from './elements/chat-element.ts';
import { define } from './elements/define.ts';
import { createWidget, type WidgetOptions } from './index.ts';

export type { ThroughlineChat } from './elements/chat-element.ts';

declare global {
  interface HTMLElementTagNameMap {
    'throughline-chat': ThroughlineChat;
    'throughline-launcher': HTMLElement;
  }
}

/**
 * Makes `<throughline-chat>` and `<throughline-launcher>` elements of the page. Until it is called nothing
 * happens, on a server not even then.
 *
 * ```ts
 * defineElements({ relay: 'https://chat.example.com' });
 * ```
 *
 * @param defaults what the attributes of an element need not repeat
 */
export const defineElements = (defaults: Partial<WidgetOptions> = {}): void =>
  define(defaults, (options) => createWidget(options as WidgetOptions));
