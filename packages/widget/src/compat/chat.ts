import type { Run, Widget } from '../api.ts';
import type { WidgetOptions } from '../options.ts';

export type Options = Partial<Omit<WidgetOptions, 'site' | 'relay'>>;

/** The widget as a shim sees it: on the page already, or still to be begun. */
export interface Chat {
  /** Whether it needs no call of the vendor's to begin. */
  isHere: boolean;
  run: Run;
  /** Begins it if nobody has, for the site named here unless the tag names one; else an update. */
  apply(options: Options, site?: unknown): void;
}

/** A widget that the page made itself, from the module. */
export function chatOf(widget: Widget): Chat {
  const run: Run = (command, ...args) => {
    const method = (widget as unknown as Record<string, Run | undefined>)[command];
    return method?.(...(args as [string]));
  };
  return { isHere: true, run, apply: (options) => widget.update(options) };
}

/** A page's mistake in a call is told on its console and breaks nothing else there. */
export const safely =
  <A extends unknown[], R>(call: (...args: A) => R) =>
  (...args: A): R | undefined => {
    try {
      return call(...args);
    } catch (error) {
      globalThis.reportError?.(error);
      return undefined;
    }
  };

/** Hears of it whenever it asks: at once, if it is so already. */
export function whenReady({ run }: Pick<Chat, 'run'>): (then: () => void) => void {
  let waiting: (() => void)[] | undefined = [];
  const tell = () => {
    const all = waiting;
    waiting = undefined;
    for (const then of all ?? []) safely(then)();
  };
  run('on', 'ready', tell);
  // It may have been ready long before the shim; a queue has no promise to give.
  (run('ready') as Partial<Promise<void>> | undefined)?.then?.(tell);
  return (then) => (waiting ? void waiting.push(then) : queueMicrotask(then));
}

const warned = new Set<string>();

/** A call that has no counterpart here is told once, by its name, and has no effect. */
export function warn(vendor: string, call: string): undefined {
  const name = `${vendor} ${call}`;
  if (warned.has(name)) return;
  warned.add(name);
  // biome-ignore lint/suspicious/noConsole: it is for whoever looks after the page.
  console.warn(`Throughline: "${name}" does nothing here.`);
}

/** A vendor's own words for what is ours, without what the page left out. */
export const known = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
