import { isErrorCode, type Problem, problem } from '@throughline/shared';
import type {
  Ack,
  Actor,
  AgentEvent,
  AgentSummary,
  CardAnswer,
  ConversationDetail,
  ConversationList,
  HistoryPage,
  RoutingBoard,
  SessionInfo,
  View,
} from '@throughline/shared/schema';

/** The relay's answer, or undefined when there was none: the network, not the relay, said no. */
type Answer<T> = Promise<(Ack<T> & { etag?: string }) | undefined>;

interface ListRequest {
  view: View;
  q?: string;
  cursor?: string;
  limit?: number;
}

/** Something that concerns a contact and none of its conversations. */
export interface TimelineEntry {
  id: string;
  offset: number;
  type: string;
  time: number;
  actor: Actor;
  data: Record<string, unknown>;
}

export interface SetUp {
  token: string;
  name: string;
  password: string;
  email?: string;
}

/** One request; what it means is up to whoever makes it. */
export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** The version of what is changed, as its `etag` named it. */
  ifMatch?: string;
}

/** Of whoever signs out. */
export type Where = 'here' | 'everywhere';

const sessions: Record<Where, string> = { here: '/v1/session', everywhere: '/v1/sessions' };

/** The relay's HTTP API, as far as the console uses it. */
export interface Api {
  session(): Answer<SessionInfo>;
  signIn(email: string, password: string): Answer<SessionInfo>;
  /** This session, or all of one's own. */
  signOut(csrf: string, where?: Where): Answer<null>;
  checkSetUp(token: string): Answer<{ email: string | null; name: string | null }>;
  setUp(input: SetUp): Answer<SessionInfo>;
  list(request: ListRequest): Answer<ConversationList>;
  detail(id: string): Answer<ConversationDetail>;
  history(id: string, before: number): Answer<HistoryPage<AgentEvent>>;
  timeline(
    contact: string,
    before?: number,
  ): Answer<{ data: TimelineEntry[]; next: number | null }>;
  card(contact: string): Answer<CardAnswer>;
  agents(): Answer<{ data: AgentSummary[] }>;
  board(): Answer<RoutingBoard>;
  /** Everything administrators do; the inbox has names for what it asks. */
  ask<T>(request: Request, csrf: string): Answer<T>;
}

interface Call extends Request {
  csrf?: string;
}

const TIMEOUT_MS = 15_000;

/** A proxy's own error page has no code; what a client can do about it is the same as for `internal`. */
async function readProblem(response: Response): Promise<Problem> {
  try {
    const { code, detail, ...rest } = await response.json();
    if (isErrorCode(code)) return { ...rest, code, message: detail };
  } catch {
    // Not JSON.
  }
  return problem(response.status === 503 ? 'overloaded' : 'internal');
}

function headersOf({ body, csrf, ifMatch }: Call): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  };
}

/** Some answers, to what is only filed for later, have no body. */
const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
};

async function call<T>(fetcher: typeof fetch, request: Call): Answer<T> {
  const { method, path, body } = request;
  try {
    const response = await fetcher(path, {
      method,
      headers: headersOf(request),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, error: await readProblem(response) };
    const etag = response.headers.get('etag');
    return { ok: true, data: (await readBody(response)) as T, ...(etag ? { etag } : {}) };
  } catch {
    return undefined;
  }
}

const queryOf = (values: object): string =>
  new URLSearchParams(
    Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

export function createApi(fetcher: typeof fetch): Api {
  const get = <T>(path: string) => call<T>(fetcher, { method: 'GET', path });
  const post = <T>(path: string, body: unknown) => call<T>(fetcher, { method: 'POST', path, body });
  const contact = (id: string) => `/v1/contacts/${encodeURIComponent(id)}`;
  const conversation = (id: string) => `/v1/conversations/${encodeURIComponent(id)}`;
  return {
    session: () => get('/v1/session'),
    signIn: (email, password) => post('/v1/session', { email, password }),
    signOut: (csrf, where = 'here') =>
      call(fetcher, { method: 'DELETE', path: sessions[where], csrf }),
    checkSetUp: (token) => post('/v1/setup/check', { token }),
    setUp: (input) => post('/v1/setup', input),
    list: (request) => get(`/v1/conversations?${queryOf(request)}`),
    detail: (id) => get(conversation(id)),
    history: (id, before) => get(`${conversation(id)}/events?${queryOf({ before, limit: 50 })}`),
    timeline: (id, before) =>
      get(`${contact(id)}/timeline?${queryOf({ limit: 10, ...(before ? { before } : {}) })}`),
    card: (id) => get(`${contact(id)}/card`),
    agents: () => get('/v1/agents'),
    board: () => get('/v1/routing/board'),
    ask: (request, csrf) =>
      call(fetcher, request.method === 'GET' ? request : { ...request, csrf }),
  };
}
