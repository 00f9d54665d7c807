import { setTimeout as sleep } from 'node:timers/promises';
import { maskCards } from '@throughline/shared/cards';
import type { Breaker } from '../../lib/breaker.ts';
import type { Clock } from '../../lib/clock.ts';
import { parseJson } from '../../lib/json.ts';
import { type Answer, type Poster, READ_BYTES } from '../../lib/post.ts';
import type { Trace } from '../participant.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;
const TRACED_CHARS = 300;

interface Request {
  url: string;
  headers?: Record<string, string>;
  /** Missing: a GET. */
  body?: object | string;
  /** What of it people are shown who ask why; missing: nothing, unless it fails. */
  shown?: string;
}

/** Asks until there is an answer that is one: its status, and what its JSON says. */
export type Call = (request: Request) => Promise<{ status: number; value: unknown }>;

export interface Calling {
  poster: Poster;
  breaker: Breaker;
  now: Clock;
  /** From 0 to 1. */
  random(): number;
  signal: AbortSignal;
  deadlineAt: number;
  /** Tries are added. */
  trace: Trace[];
}

type Tried = Answer | { error: string };

const brief = (text: string): string => maskCards(text).slice(0, TRACED_CHARS);

const isGood = (tried: Tried): tried is Answer =>
  'status' in tried && tried.status >= 200 && tried.status < 300;

/** What was refused is refused again; what broke may be whole the next time. */
const mayRecover = (tried: Tried): boolean => 'error' in tried || tried.status >= 500;

const faultOf = (tried: Tried): string =>
  'error' in tried ? tried.error : `it answered ${tried.status}`;

/** One try, which ends with a line in the trace whatever becomes of it. */
async function attempt({ poster, trace, signal }: Calling, request: Request): Promise<Tried> {
  const { url, headers, body, shown } = request;
  const started = performance.now();
  const outgoing = {
    headers: { 'user-agent': 'Throughline', 'content-type': 'application/json', ...headers },
    body: typeof body === 'object' ? JSON.stringify(body) : body,
    signal,
  };
  const tried = await poster.post(url, outgoing).catch((error: Error & { code?: string }) => ({
    error: error.code ? `no connection: ${error.code}` : error.message,
  }));
  const { host, pathname } = new URL(url);
  const ok = isGood(tried);
  if (shown !== undefined || !ok)
    trace.push({
      kind: 'call',
      name: host + pathname,
      input: brief(shown ?? ''),
      output: brief('error' in tried ? tried.error : `${tried.status} ${tried.body}`),
      ok,
      durationMs: Math.round(performance.now() - started),
    });
  return tried;
}

function read({ status, body }: Answer): Awaited<ReturnType<Call>> {
  if (Buffer.byteLength(body) >= READ_BYTES) throw new Error('its answer is longer than 64 KB');
  if (body.trim() === '') return { status, value: undefined };
  try {
    return { status, value: parseJson(body) };
  } catch {
    throw new Error('its answer is no JSON');
  }
}

/** Requests of one turn: tried again while there is time, each time after about twice as long. */
export function createCall(calling: Calling): Call {
  const { breaker, now, random, signal, deadlineAt } = calling;

  async function keepTrying(request: Request): Promise<Tried> {
    for (let longest = FIRST_PAUSE_MS; ; longest = Math.min(longest * 2, LONGEST_PAUSE_MS)) {
      const tried = await attempt(calling, request);
      const pauseMs = random() * longest;
      const isOver = signal.aborted || now() + pauseMs >= deadlineAt;
      if (isGood(tried) || !mayRecover(tried) || isOver) return tried;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return tried;
    }
  }

  return async (request) => {
    if (breaker.opensAt > now()) throw new Error('it failed too often just now to be asked');
    const tried = await keepTrying(request);
    if (isGood(tried)) {
      breaker.succeeded();
      return read(tried);
    }
    // Nobody waited for the rest of it: that says nothing of the bot.
    if (!signal.aborted || now() >= deadlineAt) breaker.failed();
    throw new Error(faultOf(tried));
  };
}
