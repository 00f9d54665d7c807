import { asObject } from './as-object.ts';
import { define } from './elements/define.ts';
import { panelBeside } from './lib/panel-file.ts';
import { saidBy } from './lib/said.ts';
import { checkOptions, type WidgetOptions } from './options.ts';
import { createRun } from './widget.ts';

const script = document.currentScript as HTMLScriptElement | null;
const base = script?.src ?? location.href;

const loadPanel = panelBeside(base);

// As the script tag of a widget says it, for all elements that do not say otherwise.
define({ relay: new URL(base).origin, ...saidBy(script ?? {}) }, (options) =>
  asObject(createRun(checkOptions(options as WidgetOptions), loadPanel)),
);
