import { asObject } from './as-object.ts';
import { define } from './elements/define.ts';
import { saidBy } from './lib/said.ts';
import { checkOptions, type WidgetOptions } from './options.ts';
import type { MountPanel } from './panel.tsx';
import { createRun } from './widget.ts';

/** The panel's file beside this one, filled in by the build. */
declare const __PANEL__: string;

const script = document.currentScript as HTMLScriptElement | null;
const base = script?.src ?? location.href;

const loadPanel = async (): Promise<MountPanel> => {
  const url = new URL(__PANEL__, base).href;
  return ((await import(/* @vite-ignore */ url)) as { mountPanel: MountPanel }).mountPanel;
};

// As the script tag of a widget says it, for all elements that do not say otherwise.
define({ relay: new URL(base).origin, ...saidBy(script ?? {}) }, (options) =>
  asObject(createRun(checkOptions(options as WidgetOptions), loadPanel)),
);
