import { createStore, type StoreApi } from 'zustand/vanilla';

/** What the panel shows, apart from what the relay says; `Language` is the interface's business. */
export interface View<Language> {
  open: boolean;
  /** `list`, or a thread: an existing conversation, or one not begun yet (null). */
  place: { at: 'list' } | { at: 'thread'; conversation: string | null };
  language: Language;
  theme: 'auto' | 'light' | 'dark';
  greeting: string;
  /** Nobody has come to it yet: it leaves the focus where it is. */
  isQuiet?: boolean;
  /** Until the relay has said it. */
  siteName: string;
}

export const createViewStore = <Language>(language: Language): StoreApi<View<Language>> =>
  createStore<View<Language>>(() => ({
    open: false,
    place: { at: 'thread', conversation: null },
    language,
    theme: 'auto',
    greeting: '',
    siteName: '',
  }));
