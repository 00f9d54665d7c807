interface Request {
  method?: 'POST' | 'PUT' | 'PATCH';
  body?: object;
  /** Sent as `Idempotency-Key`: however often the request goes out, it has one effect. */
  once?: string;
  /** The `etag` of what was read, sent as `If-Match`: nobody else's change is overwritten. */
  version?: string;
}

/** A request to the relay's REST API, by one program with its own key. */
export type RelayApi = <T = unknown>(
  path: string,
  request?: Request,
) => Promise<{ data: T; etag: string }>;

/** The relay said no; `code` is one of those in docs/errors.md. */
export class RelayProblem extends Error {
  readonly code: string;

  constructor({ code = 'unknown', detail = '' }: { code?: string; detail?: string }) {
    super(`The relay refuses: ${detail || code}`);
    this.name = 'RelayProblem';
    this.code = code;
  }
}

const TIMEOUT_MS = 10_000;

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Error('The relay does not answer.', { cause });
  }
}

export function createRelayApi({ url, key }: { url: string; key: string }): RelayApi {
  return async <T>(path: string, { method, body, once, version }: Request = {}) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(once ? { 'idempotency-key': once } : {}),
      ...(version ? { 'if-match': version } : {}),
    };
    const response = await ask(`${url}/v1${path}`, {
      method: method ?? 'GET',
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const data: unknown = await response.json();
    if (!response.ok) throw new RelayProblem(data as { code?: string; detail?: string });
    return { data: data as T, etag: response.headers.get('etag') ?? '' };
  };
}
