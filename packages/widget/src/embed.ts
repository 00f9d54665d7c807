import type { WidgetOptions } from './options.ts';
import type { MountPanel } from './panel.tsx';
import { createWidget, type Widget } from './widget.ts';

/** The panel's file beside this one, filled in by the build. */
declare const __PANEL__: string;

type Call = [command: string, ...args: unknown[]];
type Global = ((...call: Call) => unknown) & { q?: ArrayLike<unknown>[]; loaded?: true };

const script = document.currentScript as HTMLScriptElement | null;
const base = script?.src ?? location.href;

/** What the script tag itself says: `data-throughline-site`, `-relay`, `-language`, `-accent`, … */
function readAttributes(): Partial<WidgetOptions> {
  const said: Record<string, string | boolean> = {};
  for (const [name, value = ''] of Object.entries(script?.dataset ?? {}))
    if (name.startsWith('throughline'))
      said[name.charAt(11).toLowerCase() + name.slice(12)] = value;
  if ('hideLauncher' in said) said.hideLauncher = said.hideLauncher !== 'false';
  return said;
}

const loadPanel = async (): Promise<MountPanel> => {
  const url = new URL(__PANEL__, base).href;
  return ((await import(/* @vite-ignore */ url)) as { mountPanel: MountPanel }).mountPanel;
};

/** One widget per page; starting it again for the same site is an update. */
function createGlobal(): Global {
  const attributes = { relay: new URL(base).origin, ...readAttributes() };
  let widget: Widget | undefined;
  let where = '';
  /** Calls that came before there was a widget, with `mode="manual"`. */
  let early: Call[] = [];

  function init(options: Partial<WidgetOptions> = {}): void {
    const { mode: _, ...all } = { ...attributes, ...options } as WidgetOptions & { mode?: string };
    const now = all.relay + all.site;
    if (widget && now === where) widget.update(all);
    else {
      widget?.destroy();
      widget = createWidget(all, loadPanel);
      where = now;
    }
    for (const call of early) run(...call);
    early = [];
  }

  function run(...[command, ...args]: Call): unknown {
    if (command === 'init') return init(args[0] as Partial<WidgetOptions>);
    if (command === 'destroy') early = [];
    else if (!widget) return void early.push([command, ...args]);
    const method = widget?.[command as keyof Widget] as
      | ((...args: unknown[]) => unknown)
      | undefined;
    if (widget && !method) throw new TypeError(`Throughline: there is no "${command}".`);
    const result = method?.(...args);
    if (command === 'destroy') widget = undefined;
    return result;
  }

  if ((attributes as { mode?: string }).mode !== 'manual' && attributes.site) init();
  return run;
}

/** A mistake in a call is told on the console and breaks nothing else on the page. */
const guard =
  (run: Global): Global =>
  (...call) => {
    try {
      return run(...call);
    } catch (error) {
      globalThis.reportError?.(error);
      return undefined;
    }
  };

const page = window as { Throughline?: Global };
// Loaded twice (tag managers, client-side routers): the first one stays.
if (!page.Throughline?.loaded) {
  const waiting = page.Throughline?.q ?? [];
  const run = guard(createGlobal());
  run.loaded = true;
  page.Throughline = run;
  for (const call of waiting) run(...(Array.from(call) as Call));
}
