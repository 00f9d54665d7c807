import { isErrorCode, type Problem, problem } from '@throughline/shared';
import type {
  Ack,
  AgentEvent,
  AgentSummary,
  ConversationDetail,
  ConversationList,
  HistoryPage,
  SessionInfo,
  View,
} from '@throughline/shared/schema';

/** The relay's answer, or undefined when there was none: the network, not the relay, said no. */
type Answer<T> = Promise<Ack<T> | undefined>;

interface ListRequest {
  view: View;
  q?: string;
  cursor?: string;
  limit?: number;
}

export interface SetUp {
  token: string;
  name: string;
  password: string;
  email?: string;
}

/** The relay's HTTP API, as far as the console uses it. */
export interface Api {
  session(): Answer<SessionInfo>;
  signIn(email: string, password: string): Answer<SessionInfo>;
  signOut(csrf: string): Answer<null>;
  checkSetUp(token: string): Answer<{ email: string | null; name: string | null }>;
  setUp(input: SetUp): Answer<SessionInfo>;
  list(request: ListRequest): Answer<ConversationList>;
  detail(id: string): Answer<ConversationDetail>;
  history(id: string, before: number): Answer<HistoryPage<AgentEvent>>;
  agents(): Answer<{ data: AgentSummary[] }>;
}

interface Call {
  method: string;
  path: string;
  body?: unknown;
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

async function call<T>(fetcher: typeof fetch, { method, path, body, csrf }: Call): Answer<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (csrf !== undefined) headers['x-csrf-token'] = csrf;
  try {
    const response = await fetcher(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, error: await readProblem(response) };
    return { ok: true, data: (response.status === 204 ? null : await response.json()) as T };
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
  const conversation = (id: string) => `/v1/conversations/${encodeURIComponent(id)}`;
  return {
    session: () => get('/v1/session'),
    signIn: (email, password) => post('/v1/session', { email, password }),
    signOut: (csrf) => call(fetcher, { method: 'DELETE', path: '/v1/session', csrf }),
    checkSetUp: (token) => post('/v1/setup/check', { token }),
    setUp: (input) => post('/v1/setup', input),
    list: (request) => get(`/v1/conversations?${queryOf(request)}`),
    detail: (id) => get(conversation(id)),
    history: (id, before) => get(`${conversation(id)}/events?${queryOf({ before, limit: 50 })}`),
    agents: () => get('/v1/agents'),
  };
}
