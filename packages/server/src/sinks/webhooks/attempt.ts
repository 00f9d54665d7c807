import type { Endpoint } from '@throughline/shared/schema';
import { signWebhook } from '@throughline/shared/webhooks';
import { toSend } from '../../events/cloud-event.ts';
import type { LogRecord } from '../../events/log.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Answer, Poster } from '../../lib/post.ts';

const TIMEOUT_MS = 15_000;
/** What of an answer is kept. */
const KEPT_BYTES = 4096;

/** What every delivery says beside its signature: CloudEvents' structured mode. */
export const DELIVERY_HEADERS = {
  'content-type': 'application/cloudevents+json; charset=utf-8',
  'user-agent': 'Throughline',
};

interface Ground {
  poster: Poster;
  /** What events name as their source. */
  source: string;
  now: Clock;
  /** Ends all that is under way. */
  signal: AbortSignal;
}

interface Addressed {
  record: LogRecord;
  endpoint: Endpoint;
  secrets: string[];
}

/** What came of one try. */
export interface Result {
  at: number;
  durationMs: number;
  /** Headers as they were sent, the signature masked. */
  request: string;
  answer: Answer | undefined;
  /** Why it failed; null: it did not. */
  error: string | null;
}

const listOf = (headers: Record<string, unknown>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

export const textOf = ({ status, headers, body }: Answer): string =>
  `${status}\n${listOf(headers)}\n\n${Buffer.from(body).subarray(0, KEPT_BYTES)}`;

/** Sends one event to one endpoint, signed by Standard Webhooks 1.0, as CloudEvents' structured mode. */
export async function attempt(ground: Ground, addressed: Addressed): Promise<Result> {
  const { poster, source, now, signal } = ground;
  const { record, endpoint, secrets } = addressed;
  const body = JSON.stringify(toSend(record, { source, pii: endpoint.pii }));
  const at = now();
  const timestamp = Math.floor(at / 1000);
  const headers = {
    ...DELIVERY_HEADERS,
    ...signWebhook(secrets, { id: record.id, timestamp, body }),
  };
  const { pathname, host } = new URL(endpoint.url);
  const shown = { host, ...headers, 'webhook-signature': '…' };
  const request = `POST ${pathname}\n${listOf(shown)}`;
  const started = performance.now();
  const both = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const sent = await poster.post(endpoint.url, { headers, body, signal: both }).then(
    (answer) => ({ answer, error: faultOf(answer) }),
    (error: Error) => ({ answer: undefined, error: explain(error, both) }),
  );
  return { at, durationMs: Math.round(performance.now() - started), request, ...sent };
}

function faultOf({ status }: Answer): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400
    ? `answered ${status}; redirects are not followed`
    : `answered ${status}`;
}

function explain(error: Error & { code?: string }, signal: AbortSignal): string {
  if (signal.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`;
  return error.code ? `no connection: ${error.code}` : error.message;
}
