import type { WidgetOptions } from '../options.ts';

/** What an attribute may say. Words of one's own and what a user of the module needs are calls. */
const SAID: Record<Exclude<keyof WidgetOptions, 'texts' | 'container'>, true> = {
  site: true,
  relay: true,
  language: true,
  languages: true,
  theme: true,
  accent: true,
  position: true,
  offsetX: true,
  offsetY: true,
  zIndex: true,
  greeting: true,
  hideLauncher: true,
  storage: true,
  consent: true,
  defer: true,
  autoPage: true,
  debug: true,
  mode: true,
  push: true,
  name: true,
};
const NAMES = Object.keys(SAID);

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const ATTRIBUTES = NAMES.map(kebab);

/** What cannot change under a widget that is there. */
export const isForGood = (attribute: string): boolean =>
  /^(site|relay|storage|mode|name)$/.test(attribute);

/** `hide-launcher=""` is `{ hideLauncher: '' }`, as a script tag's attributes are; what is missing is undefined. */
export function optionsOf(element: Element): Partial<WidgetOptions> {
  const said = NAMES.map((name) => [name, element.getAttribute(kebab(name)) ?? undefined]);
  return Object.fromEntries(said) as Partial<WidgetOptions>;
}
