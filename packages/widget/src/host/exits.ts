import type { EventData, SiteConfig } from '@throughline/shared/schema';
import {
  type ClientEvents,
  emitEvent,
  happened,
  type OwnEventType,
  type PageEvent,
  type Tell,
} from '../events.ts';
import { chainHooks, type HookChain, type Hooks } from '../hooks.ts';
import type { Emitter } from '../lib/emitter.ts';
import { VERSION } from '../version.ts';

/** Listeners of the page, and, under `use`, its hooks: they are asked for in the order they came. */
export type PageEmitter = Emitter<ClientEvents & { use: (hooks: Hooks) => void }>;

/** Where events leave for the page, and what the page does on their way. */
export interface Exits {
  hooks: HookChain;
  tell: Tell;
  /** Tells of something that happened on this page. */
  say<T extends OwnEventType>(type: T, data: EventData<T>): void;
  /** Something of the page went wrong: its error is for the page's console, that it did for listeners. */
  fail(code: string, what: string, error: unknown): void;
  /** The site's configuration is there, or will not come: mirrors from now on, what waited first. */
  mirrorTo(where: SiteConfig['pageEvents']): Promise<void>;
}

interface Around {
  /** The widget's own element: a page with two of them can tell whose event it was. */
  host: HTMLElement;
  emitter: PageEmitter;
}

/** Every event goes the same way: hooks, listeners, the document, mirrors the business switched on. */
export function openExits({ host, emitter }: Around): Exits {
  const waiting: PageEvent[] = [];
  let mirror: Tell = (event) => waiting.push(event);

  const hooks = chainHooks(
    () => {
      const all: Hooks[] = [];
      emitter.emit('use', (one) => all.push(one));
      return all;
    },
    (name, error) => fail('hook_failed', `The hook ${name}`, error),
  );

  const tell: Tell = (said) => {
    const event = hooks.beforeEvent(said);
    if (!event) return;
    emitEvent(emitter, event);
    const init = { detail: event, bubbles: true, composed: true };
    // A client-side router may have taken the element off the page for a moment.
    const from = host.isConnected ? host : document;
    from.dispatchEvent(new CustomEvent(`throughline:${event.type}`, init));
    mirror(event);
  };

  const say: Exits['say'] = (type, data) => tell(happened(type, data));
  const fail: Exits['fail'] = (code, what, error) => {
    globalThis.reportError?.(error);
    const message = `${what} failed: its error is on the console.`;
    say('widget.error', { code, message, fatal: false, sdkVersion: VERSION });
  };

  return {
    hooks,
    tell,
    say,
    fail,
    async mirrorTo(where) {
      const isWanted = where && (where.dataLayer || where.analytics);
      // Loaded for the sites that want it; a file that does not come costs them the mirror alone.
      const file = isWanted && (await import('./mirror.ts').catch(() => undefined));
      mirror = file ? file.openMirror(where, host) : () => {};
      waiting.splice(0).forEach(mirror);
    },
  };
}
