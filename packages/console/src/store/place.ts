import type { DeliverySummary } from '@throughline/shared/schema';
import { isId, isPattern } from '../lib/patterns.ts';

/** Which events are shown; what is not named does not matter. */
export interface EventFilter {
  /** Names, or their beginnings: `conversation.*`. */
  types: readonly string[];
  contact: string | null;
  conversation: string | null;
}

export type DeliveryState = DeliverySummary['state'];

/** A page in place of the inbox, and what of it is open. */
export type Place =
  | ({ page: 'events' } & EventFilter)
  | {
      page: 'endpoints';
      /** Its id, or `new`. */
      endpoint: string | null;
      /** Which deliveries of it are shown; null: all. */
      state: DeliveryState | null;
      /** The one that is open, by its offset. */
      delivery: number | null;
    }
  | { page: 'keys' }
  | { page: 'team' }
  | { page: 'queues' }
  | { page: 'journeys' }
  | { page: 'bots' }
  | { page: 'routing' }
  | {
      page: 'sites';
      /** Its key; null: all of them, or the only one. */
      site: string | null;
    };

export type PageName = Place['page'];

/** In the order they are shown. */
export const PAGES = [
  'queues',
  'journeys',
  'bots',
  'routing',
  'sites',
  'events',
  'endpoints',
  'keys',
  'team',
] as const satisfies readonly PageName[];

export const NEW = 'new';
export const NO_FILTER: EventFilter = { types: [], contact: null, conversation: null };

const STATES = ['pending', 'delivered', 'dead'] as const satisfies readonly DeliveryState[];
const PATTERNS_MAX = 50;

/** A page as it opens. */
export function placeOf(page: PageName): Place {
  switch (page) {
    case 'events':
      return { page, ...NO_FILTER };
    case 'endpoints':
      return { page, endpoint: null, state: null, delivery: null };
    case 'keys':
    case 'team':
    case 'queues':
    case 'journeys':
    case 'bots':
    case 'routing':
      return { page };
    case 'sites':
      return { page, site: null };
  }
}

const idIn = (text: string | null | undefined): string | null => (text && isId(text) ? text : null);

function parseEndpoints([id, offset]: string[], state: string | null): Place {
  const endpoint = id === NEW ? NEW : idIn(id);
  const isOpen = endpoint !== null && endpoint !== NEW;
  return {
    page: 'endpoints',
    endpoint,
    state: (isOpen && STATES.find((it) => it === state)) || null,
    delivery: isOpen && /^[1-9]\d{0,14}$/.test(offset ?? '') ? Number(offset) : null,
  };
}

/** `/console/events?types=message.*`, `/console/endpoints/<id>/<offset>?state=dead`, `/console/keys`,
 * `/console/sites/<key>`. */
export function parsePlace({ pathname, search }: Pick<URL, 'pathname' | 'search'>): Place | null {
  const [, , page, ...rest] = pathname.split('/');
  const query = new URLSearchParams(search);
  switch (page) {
    case 'events': {
      const types = (query.get('types') ?? '').split(',').filter(isPattern).slice(0, PATTERNS_MAX);
      const [contact, conversation] = [query.get('contact'), query.get('conversation')].map(idIn);
      return { page, types, contact: contact ?? null, conversation: conversation ?? null };
    }
    case 'endpoints':
      return parseEndpoints(rest, query.get('state'));
    case 'keys':
    case 'team':
    case 'queues':
    case 'journeys':
    case 'bots':
    case 'routing':
      return { page };
    case 'sites':
      return { page, site: /^[a-z0-9-]{3,40}$/.test(rest[0] ?? '') ? (rest[0] ?? null) : null };
    default:
      return null;
  }
}

const withQuery = (path: string, values: Record<string, string | null>): string => {
  const given = Object.entries(values).filter((it): it is [string, string] => Boolean(it[1]));
  const query = new URLSearchParams(given).toString().replaceAll('%2C', ',');
  return query === '' ? path : `${path}?${query}`;
};

/** The filter as addresses carry it, ours and the relay's. */
export const filterQuery = ({ types, contact, conversation }: EventFilter) => ({
  types: types.join(','),
  contact,
  conversation,
});

export function formatPlace(place: Place): string {
  const path = `/console/${place.page}`;
  if (place.page === 'events') return withQuery(path, filterQuery(place));
  if (place.page === 'sites') return place.site === null ? path : `${path}/${place.site}`;
  if (place.page !== 'endpoints' || place.endpoint === null) return path;
  const { endpoint, state, delivery } = place;
  const open = delivery === null ? `${path}/${endpoint}` : `${path}/${endpoint}/${delivery}`;
  return withQuery(open, { state });
}

/** Whether a step back should lead from one to the other; another filter is no step. */
export function isSamePlace(a: Place | null, b: Place | null): boolean {
  if (a?.page === 'endpoints' && b?.page === 'endpoints')
    return a.endpoint === b.endpoint && (a.delivery === null) === (b.delivery === null);
  if (a?.page === 'sites' && b?.page === 'sites') return a.site === b.site;
  return a?.page === b?.page;
}
