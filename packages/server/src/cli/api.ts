import { ERRORS, type ErrorCode, isErrorCode } from '@throughline/shared';
import { type CloudEvent, eventsQuery, parse, type Scope } from '@throughline/shared/schema';
import { StartupError, UsageError } from '../lib/errors.ts';
import type { Invocation } from './invocation.ts';

const RELAY = 'http://127.0.0.1:4600';
const ANSWER_MS = 30_000;
const MAKE_KEY = 'make one beside the relay: throughline key create --name "My laptop"';

export type Query = Record<string, string>;

export interface EventPage {
  data: CloudEvent[];
  next: string;
  hasMore: boolean;
}

/** A running relay, as a program with a key sees it. */
export interface Api {
  url: string;
  page(query: Query): Promise<EventPage>;
  /** Server-sent events behind a cursor. */
  stream(query: Query, more: { after: string; signal: AbortSignal }): Promise<ReadableStream>;
  /** Writes what stands at a path, and gives what the relay made of it. */
  put(path: string, body: object): Promise<unknown>;
}

/** No answer, or one that may be another in a moment. */
export class Unavailable extends StartupError {}

export const apiOptions = { url: { type: 'string' } } as const;

export const filterOptions = {
  type: { type: 'string', multiple: true },
  conversation: { type: 'string' },
  contact: { type: 'string' },
  site: { type: 'string' },
} as const;

export const FILTERS = '[--type GLOB]… [--conversation ID] [--contact ID] [--site KEY]';

const takes: Record<string, string> = {
  types: '--type takes the name of a type, or its beginning and a star: message.created, message.*',
  conversation: '--conversation takes the id of a conversation.',
  contact: '--contact takes the id of a contact.',
  site: '--site takes the key of a site.',
};

/** Which events are asked for. */
export function readFilter({ type, conversation, contact, site }: Invocation['values']): Query {
  const said = { types: Array.isArray(type) ? type.join(',') : type, conversation, contact, site };
  const query = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  const checked = parse(eventsQuery, query);
  if (checked.ok) return query as Query;
  const [field = ''] = (checked.error.field ?? '').split('.');
  throw new UsageError(takes[field] ?? checked.error.message);
}

/** An address as it was given; undefined where it is none. */
export function readAddress(given: unknown): string | undefined {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return undefined;
  return String(given);
}

/** Where the relay is, or would be. */
export function readRelay({ env, values }: Pick<Invocation, 'env' | 'values'>): string {
  const url = readAddress(values.url ?? env.THROUGHLINE_URL ?? RELAY);
  if (url) return url.replace(/\/+$/, '');
  throw new UsageError(`--url and THROUGHLINE_URL take the address of a relay, such as ${RELAY}`);
}

function readKey({ THROUGHLINE_API_KEY: key = '' }: Invocation['env']): string {
  if (key.trim() === '') throw new UsageError(`THROUGHLINE_API_KEY holds no key; ${MAKE_KEY}`);
  if (!/^[\x21-\x7e]+$/.test(key.trim()))
    throw new UsageError(`What THROUGHLINE_API_KEY holds is no key; ${MAKE_KEY}`);
  return key.trim();
}

/** What to do about a refusal, where the command line knows better than the relay. */
const advice: Partial<Record<ErrorCode, string>> = {
  bad_key: `The relay does not know the key in THROUGHLINE_API_KEY; ${MAKE_KEY}`,
  log_replaced:
    'The log was restored or made anew since this cursor; begin again with --after 0 or --after now.',
};

const noScope = (scope: Scope): string =>
  `The key in THROUGHLINE_API_KEY has not the scope ${scope}; ${MAKE_KEY} --scope ${scope}`;

interface Asked {
  url: string;
  /** What the key has to have. */
  scope: Scope;
}

async function explain(response: Response, { url, scope }: Asked): Promise<StartupError> {
  const { status } = response;
  const { code } = ((await response.json().catch(() => null)) ?? {}) as { code?: unknown };
  if (code === 'bad_cursor')
    return new UsageError('--after takes a printed cursor, the sequence of an event, 0, or now.');
  if (code === 'missing_scope') return new StartupError(noScope(scope));
  const known = isErrorCode(code) ? (advice[code] ?? ERRORS[code].message) : undefined;
  if (status === 429 || status >= 500)
    return new Unavailable(known ?? `${url} answers with status ${status}; try again.`);
  return new StartupError(known ?? noRelay(url));
}

const noRelay = (url: string): string =>
  `What answers at ${url} is no relay; name the address of one with --url.`;

/** Why there was no answer, in a word. */
export const wordFor = (error: unknown): string => {
  const { cause, name } = error as { cause?: { code?: string }; name?: string };
  return cause?.code ?? name ?? 'unknown';
};

export function connectApi(
  { env, values }: Pick<Invocation, 'env' | 'values'>,
  scope: Scope = 'events:read',
): Api {
  const url = readRelay({ env, values });
  const authorization = `Bearer ${readKey(env)}`;

  async function ask(path: string, query: Query, init: RequestInit): Promise<Response> {
    const response = await fetch(`${url}/v1/${path}?${new URLSearchParams(query)}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization, ...init.headers },
    }).catch((cause: unknown) => {
      const says = `No relay answers at ${url} (${wordFor(cause)}); start it, or name another with --url.`;
      throw new Unavailable(says, { cause });
    });
    if (response.ok) return response;
    throw await explain(response, { url, scope });
  }

  return {
    url,
    async page(query) {
      const response = await ask('events', query, { signal: AbortSignal.timeout(ANSWER_MS) });
      const page = (await response.json().catch(() => null)) as EventPage | null;
      if (!Array.isArray(page?.data)) throw new StartupError(noRelay(url));
      return page;
    },
    async stream(query, { after, signal }) {
      const { headers, body } = await ask('events/stream', query, {
        headers: { 'last-event-id': after },
        signal,
      });
      if (body && headers.get('content-type')?.startsWith('text/event-stream')) return body;
      throw new StartupError(noRelay(url));
    },
    async put(path, body) {
      const response = await ask(
        path,
        {},
        {
          ...{ method: 'PUT', signal: AbortSignal.timeout(ANSWER_MS), body: JSON.stringify(body) },
          headers: { 'content-type': 'application/json' },
        },
      );
      return response.json().catch(() => null);
    },
  };
}
