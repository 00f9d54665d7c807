import { createStore, type StoreApi } from 'zustand/vanilla';
import { english, type Language } from '../i18n/languages.ts';

/** What the panel shows, apart from what the relay says. */
export interface View {
  open: boolean;
  /** `list`, or a thread: an existing conversation, or one not begun yet (null). */
  place: { at: 'list' } | { at: 'thread'; conversation: string | null };
  language: Language;
  theme: 'auto' | 'light' | 'dark';
  greeting: string;
}

export type ViewStore = StoreApi<View>;

export const createViewStore = (): ViewStore =>
  createStore<View>(() => ({
    open: false,
    place: { at: 'thread', conversation: null },
    language: english,
    theme: 'auto',
    greeting: '',
  }));
