import type { User, WidgetOptions } from '../options.ts';

/** What a chat needs to go on in another window. */
export interface Handed {
  throughline: 'visitor';
  /** The device's token; none before the relay has been asked. */
  token?: string | undefined;
  conversation?: string | null | undefined;
  draft?: string | undefined;
  user?: (Omit<User, 'token'> & { token?: string | undefined }) | undefined;
  options?: Pick<WidgetOptions, 'language' | 'theme' | 'accent' | 'greeting' | 'consent'>;
}

/** The other window is there and asks who is talking. */
export interface Asking {
  throughline: 'ready';
}
