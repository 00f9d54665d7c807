import type { AllTexts } from './i18n/en.ts';

/** What a page may say about its widget; the relay's configuration of the site fills in the rest. */
export interface WidgetOptions {
  /** The site's key, as `throughline site add` printed it. */
  site: string;
  /** Where the relay is: `https://chat.example.com`. The script tag's own origin by default. */
  relay: string;
  /** BCP 47; by default the site's language, then the page's, then the browser's. */
  language?: string;
  /** The languages a visitor may choose from, in the menu. By default they are not asked. */
  languages?: string[];
  /** Words of your own, over those of any language: `{ away: 'Back at nine' }`. */
  texts?: Partial<AllTexts>;
  /** `auto` follows the visitor's system. Default `auto`. */
  theme?: 'auto' | 'light' | 'dark';
  /** `#rrggbb`; text on it turns dark or light by itself. */
  accent?: string;
  /** Corner of the page. Default `right`. */
  position?: 'right' | 'left';
  /** Pixels from the sides of the page. Default 20 each. */
  offsetX?: number;
  offsetY?: number;
  /** Default 1000: above a page, below its own dialogs if they want to be. */
  zIndex?: number;
  /** First words in an empty conversation. */
  greeting?: string;
  /** Start without the round button; open with a call of your own. Default false. */
  hideLauncher?: boolean;
  /**
   * Where the device token and unsent messages live. `persistent`: until deleted; `session`: until
   * the tab closes; `none`: in memory. Nothing is kept before the visitor writes, but that they saw a greeting.
   * Default `persistent`.
   */
  storage?: 'persistent' | 'session' | 'none';
  /**
   * What the visitor has agreed to. `required`: the page load asks for nothing and reads and keeps
   * nothing, until the visitor opens the chat and writes. `denied`: the chat works in memory only.
   * Default `granted`.
   */
  consent?: 'granted' | 'required' | 'denied';
  /**
   * When the panel's file is fetched, at the latest when the chat is opened. `interaction`: somebody is
   * about to click. `manual`: never ahead. Default `interaction`.
   */
  defer?: 'immediate' | 'idle' | 'interaction' | 'manual';
  /**
   * Whether a new address of a page that is not loaded anew is told by itself, as `page.viewed` and to agents.
   * Without it `page()` tells. Default true.
   */
  autoPage?: boolean;
  /** Prints every event, and what it holds, on the browser's console. Default false. */
  debug?: boolean;
  /** `inline` fills `container`, without the round button. Default `corner`. */
  mode?: 'corner' | 'inline';
  /** For `inline`: an element, or a selector of one, which may come and go. */
  container?: string | Element;
  /**
   * Where your page keeps the one-line worker that lets browsers tell of replies once it is closed:
   * `/throughline-push.js`. Without it nobody is asked.
   */
  push?: string;
  /** Of a second widget on the page; `data-throughline-open` and the like are for the one without. */
  name?: string;
}

/** Who the page says its visitor is. Shown to agents as unverified, unless a token proves it. */
export interface User {
  /** The person's id in your own systems. */
  id?: string;
  name?: string;
  email?: string;
  /**
   * A short-lived JWT of your backend, or what fetches one: it is asked at every connect, so that none
   * is ever too old.
   */
  token?: string | (() => string | Promise<string>);
}

export type Scalar = string | number | boolean | null;

/** What an option takes, as a pattern of all of it. */
const takes: Partial<Record<keyof WidgetOptions, string>> = {
  site: '[\\w-]+',
  relay: 'https?://[^/]+',
  theme: 'auto|light|dark',
  storage: 'persistent|session|none',
  consent: 'granted|required|denied',
  accent: '#[\\da-fA-F]{6}',
  push: '/[^/].*',
};

/** Throws a TypeError that names the option; a typo should be found by the person who made it. */
export function checkOptions<T extends Partial<WidgetOptions>>(options: T): T {
  for (const [name, pattern] of Object.entries(takes)) {
    const value = options[name as keyof WidgetOptions];
    const isMissing = value === undefined && name !== 'site' && name !== 'relay';
    if (!isMissing && !RegExp(`^(${pattern})$`).test(String(value)))
      throw new TypeError(`Throughline: the option "${name}" takes ${pattern}.`);
  }
  return options;
}
