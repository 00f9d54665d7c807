import type { Call, Run } from './api.ts';
import { panelBeside } from './lib/panel-file.ts';
import { saidBy } from './lib/said.ts';
import type { WidgetOptions } from './options.ts';
import { createRun } from './widget.ts';

type Global = Run & {
  q?: Call[];
  /** Where this file came from, if another script fetched it by `import()`. */
  src?: string;
  /**
   * A second widget, begun with `Throughline('init', options, name)`; takes the same calls. What stands there before
   * this file has come has none.
   */
  get?: (name: string) => Run;
};

const page = window as { Throughline?: Global };
const script = document.currentScript as HTMLScriptElement | null;
const base = script?.src ?? page.Throughline?.src ?? location.href;

const loadPanel = panelBeside(base);

/** What the script tag itself says: `data-throughline-site`, `-relay`, `-language`, `-accent`, … */
const attributes: { mode?: string; site?: string } = saidBy(script ?? {});
const entries: Record<string, Run> = {};

/**
 * What pages hold. Every call is a method as well, `Throughline.open()`, but for what would make a promise of it.
 * A mistake in a call is told on the console and breaks nothing else on the page.
 */
const face: ProxyHandler<Run> = {
  get: (run, name, self) =>
    run[name as keyof Run] ??
    (typeof name !== 'string' || name === 'then'
      ? undefined
      : (...args: unknown[]) => self(name, ...args)),
  apply(run, _, call) {
    try {
      return run(...(call as Call));
    } catch (error) {
      return globalThis.reportError?.(error);
    }
  },
};

const entry = (name = ''): Run => {
  entries[name] ??= createEntry(name);
  return new Proxy(entries[name], face);
};

/** One widget of the page; starting it again for the same site is an update. */
function createEntry(name: string): Run {
  let run: Run | undefined;
  let where = '';
  /** Calls that came before there was a widget, with `mode="manual"`. */
  let early: Call[] = [];
  function init(options: Partial<WidgetOptions> | undefined): void {
    const all = { relay: new URL(base).origin, ...(name ? { name } : attributes), ...options };
    const now = all.relay + all.site;
    if (run && now === where) run('update', all);
    else {
      run?.('destroy');
      run = createRun(all as WidgetOptions, loadPanel);
      where = now;
    }
    for (const call of early.splice(0)) run(...call);
  }
  return (...call) => {
    const [command, options, other] = call;
    if (command === 'init')
      return other ? entry(other as string)('init', options) : init(options as object);
    const now = run;
    if (command === 'destroy') {
      early = [];
      run = undefined;
    } else if (!run) early.push(call);
    return now?.(...call);
  };
}

// Loaded twice (tag managers, client-side routers): the first one stays.
if (!page.Throughline?.get) {
  const waiting = page.Throughline?.q ?? [];
  const run: Global = entry();
  run.get = entry;
  page.Throughline = run;
  if (attributes.mode !== 'manual' && attributes.site) run('init');
  for (const call of waiting) run(...call);
}
