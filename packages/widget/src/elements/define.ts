import type { WidgetOptions } from '../options.ts';
import { chatElement, type Start } from './chat-element.ts';
import { launcherElement } from './launcher-element.ts';

/** Where there are no elements, on a server, nothing happens; a name that is taken stays as it is. */
export function define(defaults: Partial<WidgetOptions>, start: Start): void {
  const { customElements: registry } = globalThis;
  if (!registry) return;
  const fill = (said: Partial<WidgetOptions>): Partial<WidgetOptions> => {
    const named = Object.entries(said).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(named) };
  };
  if (!registry.get('throughline-chat'))
    registry.define(
      'throughline-chat',
      chatElement((options) => start(fill(options))),
    );
  if (!registry.get('throughline-launcher'))
    registry.define('throughline-launcher', launcherElement());
}
