import type { GreetingRule, SiteSettings } from '@throughline/shared/schema';

/** What a preview shows, as the form tells it. */
export interface Showing {
  kind: 'throughline.preview';
  settings: SiteSettings;
  replyMs: number | undefined;
  /** Whether somebody is there to answer. */
  isOnline: boolean;
  view: 'chat' | 'button';
  /** Beside the button. */
  greeting: GreetingRule | null;
  /** What a page would lead to: `form:callback`. */
  target: string | null;
  /** Rises with every look at one of these. */
  nth: number;
}

/** The preview is there and wants to be told. */
export const SHOWN = 'throughline.preview.ready';

export const isShowing = (data: unknown): data is Showing =>
  typeof data === 'object' &&
  data !== null &&
  'kind' in data &&
  data.kind === 'throughline.preview';
