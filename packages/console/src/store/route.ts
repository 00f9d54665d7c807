import { UUID_V7 } from '@throughline/shared';
import type { View } from '@throughline/shared/schema';
import { formatPlace, type Place, parsePlace } from './place.ts';

/** Where the agent is; the address bar says the same. */
export interface Route {
  /** A page in place of the inbox; then no conversation is open. */
  place: Place | null;
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

/** `/console/mine/<conversation>?q=words`, or a place; anything else leads to the own conversations. */
export function parseRoute({ pathname, search }: Pick<URL, 'pathname' | 'search'>): Route {
  const [, , view, id] = pathname.split('/');
  return {
    place: parsePlace({ pathname, search }),
    view: isView(view) ? view : 'mine',
    conversation: isView(view) && id && UUID_V7.test(id) ? id : null,
    query: new URLSearchParams(search).get('q')?.slice(0, 200) ?? '',
  };
}

/** Whether an address leaves open where to begin. */
export const isHome = ({ pathname }: Pick<URL, 'pathname'>): boolean =>
  !isView(pathname.split('/')[2]) && parsePlace({ pathname, search: '' }) === null;

export function formatRoute({ place, view, conversation, query }: Route): string {
  if (place) return formatPlace(place);
  const path = conversation ? `/console/${view}/${conversation}` : `/console/${view}`;
  return query === '' ? path : `${path}?${new URLSearchParams({ q: query })}`;
}
