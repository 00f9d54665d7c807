import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../assemble.ts';
import type { Tell } from '../events.ts';
import type { HookChain, Send } from '../hooks.ts';
import type { Text, Texts } from '../i18n/en.ts';
import { fill, type Language, type Values } from '../i18n/languages.ts';
import type { State } from '../store/state.ts';
import type { createViewStore, View } from '../store/view.ts';
import { useStore } from './use-store.ts';

export type ViewStore = ReturnType<typeof createViewStore<Language>>;

export interface Chat {
  client: Client;
  view: ViewStore;
  close(): unknown;
  send: Send;
  tell: Tell;
  /** Opens the panel with a conversation not begun yet, because a greeting was clicked. */
  begin(draft?: string): void;
  /** A message as the page wants it drawn; null: not at all. */
  shown: HookChain['beforeDisplay'];
}

export const ChatContext = createContext({} as Chat);

/** Inside of the panel, where there always is one. */
export const useChat = (): Chat => useContext(ChatContext);

export const useClient = <T>(select: (state: State) => T): T => useStore(useChat().client, select);
export const useView = <T>(select: (view: View<Language>) => T): T =>
  useStore(useChat().view, select);

/** As the relay says it, or the site's configuration, which is there sooner. */
export function useSiteName(): string {
  const early = useView((view) => view.site?.name);
  return useClient((state) => state.site.name) || early || '';
}

/** A text in the visitor's language. A part brings its own words in English (see `i18n/words`). */
export function useTexts<Own extends object = Texts>(
  words?: Own,
): (key: keyof Texts | keyof Own, values?: Values) => string {
  const { texts, tag } = useView((view) => view.language);
  const own = words as Record<keyof Own, Text> | undefined;
  return (key, values = {}) =>
    fill(texts[key as keyof Texts] ?? own?.[key as keyof Own] ?? '', values, tag);
}
