import type { GreetingRule, SiteConfig } from '@throughline/shared/schema';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** All conversations, a thread, or an article of the business. */
export type Place =
  | (Elsewhere & { at: 'list' })
  | (Elsewhere & { at: 'article'; article: string })
  | {
      at: 'thread';
      /** One there is, or one not begun yet (null). */
      conversation: string | null;
      /** What the page wants answered before it begins, by its name. */
      asks?: { form?: string; survey?: string } | undefined;
    };

/** Under which name is kept what is filled into a form: one of the site's, or of a message. */
export const draftOf = (form: string): string => `form:${form}`;

interface Elsewhere {
  conversation?: undefined;
  asks?: undefined;
}

/** What the panel shows, apart from what the relay says; `Language` is the interface's business. */
export interface View<Language> {
  open: boolean;
  place: Place;
  language: Language;
  theme: 'auto' | 'light' | 'dark';
  greeting: string;
  /** The one that was clicked: first words of the conversation that begins, until one leaves it. */
  greeted?: GreetingRule | undefined;
  /** As the business configured it; undefined until it is there. */
  site?: SiteConfig | undefined;
  /** The page's own worker, where it has one for notices: an address on its origin. */
  push?: string | undefined;
  /** What the visitor has agreed to. */
  consent?: 'granted' | 'required' | 'denied' | undefined;
  /** Nobody has come to it yet: it leaves the focus where it is. */
  isQuiet?: boolean;
  /** Chosen, dropped or pasted, and not in a tray yet. */
  picked: readonly File[];
  /** Those the visitor may choose from. */
  languages: string[];
  /** The visitor, or the page, wants another language; without one, whichever fits. The last word counts. */
  setLanguage(tag?: string): Promise<void>;
}

export function createViewStore<Language>(
  language: Language,
  load: (tag?: string) => Promise<Language> = async () => language,
): StoreApi<View<Language>> {
  let turn = 0;
  return createStore<View<Language>>((set) => ({
    open: false,
    place: { at: 'thread', conversation: null },
    language,
    theme: 'auto',
    greeting: '',
    picked: [],
    languages: [],
    async setLanguage(tag) {
      turn += 1;
      const mine = turn;
      const loaded = await load(tag);
      if (mine === turn) set({ language: loaded });
    },
  }));
}
