import { UUID_V7 } from '@throughline/shared';
import type { View } from '@throughline/shared/schema';

/** Where the agent is; the address bar says the same. */
export interface Route {
  view: View;
  conversation: string | null;
  /** Words looked for; empty: the view is shown. */
  query: string;
}

/** In the order they are shown. The schema's own list would bring the validator into the bundle. */
export const VIEWS = [
  'mine',
  'unassigned',
  'all',
  'snoozed',
  'resolved',
] as const satisfies readonly View[];

const isView = (value: string | undefined): value is View => VIEWS.includes(value as View);

/** `/console/mine/<conversation>?q=words`; anything else leads to the own conversations. */
export function parseRoute({ pathname, search }: Pick<URL, 'pathname' | 'search'>): Route {
  const [, , view, id] = pathname.split('/');
  return {
    view: isView(view) ? view : 'mine',
    conversation: isView(view) && id && UUID_V7.test(id) ? id : null,
    query: new URLSearchParams(search).get('q')?.slice(0, 200) ?? '',
  };
}

/** Whether an address leaves open where to begin. */
export const isHome = ({ pathname }: Pick<URL, 'pathname'>): boolean =>
  !isView(pathname.split('/')[2]);

export function formatRoute({ view, conversation, query }: Route): string {
  const path = conversation ? `/console/${view}/${conversation}` : `/console/${view}`;
  return query === '' ? path : `${path}?${new URLSearchParams({ q: query })}`;
}
