import { randomUUID } from 'node:crypto';
import { type ErrorCode, type Problem, problem } from '@throughline/shared';
import { type Ack, parse, type Schema, type Valid } from '@throughline/shared/schema';
import type { Socket } from 'socket.io';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { type Metrics, seriesOf } from '../lib/metrics.ts';
import { isCongested, networkAt } from './connections.ts';
import type { SecurityLog } from './security-log.ts';

/** Nothing means: done, and nothing to tell. */
type Answer = Promise<Ack | undefined> | Ack | undefined;

/** One thing a socket may send: how it must look and what is done with it. */
export interface Entry<S> {
  schema: Schema;
  handle(socket: S, input: never): Answer;
  /** Its answer may be large: a socket gets one after the other, and only while it reads (P19). */
  isPage: boolean;
}

type Table<S> = ReadonlyMap<string, Entry<S>>;

/** Types an entry's handler by its schema; the table forgets it again. */
export const entry = <S, Z extends Schema>(
  schema: Z,
  handle: (socket: S, input: Valid<Z>) => Answer,
): Entry<S> => ({ schema, handle, isPage: false });

/** The same for a question that is answered with a page of events. */
export const pageEntry = <S, Z extends Schema>(
  schema: Z,
  handle: (socket: S, input: Valid<Z>) => Answer,
): Entry<S> => ({ schema, handle, isPage: true });

interface DispatchOptions<S> {
  table: Table<S>;
  /** Names the other side may send and this one may not. */
  forbidden: ReadonlySet<string>;
  metrics: Metrics;
  log: Logger;
  security: SecurityLog;
  /** Counts a packet; milliseconds to wait when there were too many, 0: go on. */
  limit(socket: S): Promise<number>;
  /** Why nothing is taken at the moment, if so. */
  closedFor(): Problem | undefined;
}

type Reply = (ack: Ack) => void;

/** Somebody who keeps asking for what only others may is not a client of ours. */
const FORBIDDEN_MAX = 5;

const no = (error: Problem): Ack => ({ ok: false, error });

export const answer = (data: unknown): Ack => ({ ok: true, data });
export const refusal = (...args: Parameters<typeof problem>): Ack => no(problem(...args));

/** A client that knows more than the log holds saw a write get lost, or a restore nobody announced. */
export function noticed<P extends { conversation: string; reason?: string | undefined }>(
  page: P,
  { metrics, log }: { metrics: Metrics; log: Logger },
): P {
  if (page.reason === 'ahead_of_head') {
    metrics.cursorAheadOfHead.inc();
    log.error({ conversation: page.conversation }, 'a client knows more than the log holds');
  }
  return page;
}

/** Inside and out: what a failure may tell a client, with a reference into the log for the rest. */
export function problemOf(error: unknown, log: Logger): Problem {
  if (error instanceof AppError) {
    if (error.cause) log.error({ err: error.cause, code: error.code }, 'command failed');
    return problem(error.code, error.findings && { findings: error.findings });
  }
  const ref = randomUUID();
  log.error({ err: error, ref }, 'unexpected error');
  return problem('internal', { ref });
}

/** Takes every packet of a socket: limit, look up, check, handle, answer once. Nothing else listens. */
export function createDispatch<S extends Socket>(options: DispatchOptions<S>): (socket: S) => void {
  const { table, forbidden, metrics, log, security } = options;
  const counter = seriesOf(metrics.commands);

  async function judge(socket: S, name: unknown, payload: unknown): Promise<Ack | undefined> {
    const closed = options.closedFor();
    if (closed) return no(closed);
    const retryAfterMs = await options.limit(socket);
    if (retryAfterMs > 0) return no(problem('rate_limited', { retryAfterMs }));
    const known = typeof name === 'string' ? table.get(name) : undefined;
    if (!known) return no(problem(isForbidden(socket, name) ? 'forbidden' : 'unknown_command'));
    const parsed = parse(known.schema, payload);
    if (!parsed.ok) return no(parsed.error);
    const run = () => known.handle(socket, parsed.value as never);
    return known.isPage ? inTurn(socket, run) : run();
  }

  /** The page before has left, and one more will not wait behind a reader who does not read. */
  function inTurn(socket: S, run: () => Answer): Promise<Ack | undefined> {
    const before: Promise<unknown> = socket.data.pages ?? Promise.resolve();
    const page = before.then(() => (isCongested(socket) ? no(problem('slow_consumer')) : run()));
    socket.data.pages = page.catch(() => {});
    return page;
  }

  function isForbidden(socket: S, name: unknown): boolean {
    if (typeof name !== 'string' || !forbidden.has(name)) return false;
    socket.data.forbidden = (socket.data.forbidden ?? 0) + 1;
    if (socket.data.forbidden >= FORBIDDEN_MAX) setImmediate(() => socket.disconnect(true));
    return true;
  }

  function note(socket: S, code: ErrorCode, at: unknown): void {
    security.noteTelling(code, () => {
      const isOurs = typeof at === 'string' && (table.has(at) || forbidden.has(at));
      const { site } = socket.data.who;
      return { network: networkAt(socket), at: isOurs ? at : 'unknown', site };
    });
  }

  function count(name: unknown, startMs: number, ack: Ack | undefined): void {
    const command = typeof name === 'string' && table.has(name) ? name : 'unknown';
    counter(command, ack && !ack.ok ? ack.error.code : 'ok').inc();
    metrics.commandSeconds.observe((performance.now() - startMs) / 1000);
  }

  async function take(socket: S, name: unknown, rest: unknown[]): Promise<void> {
    const startMs = performance.now();
    const last = rest.at(-1);
    const reply = typeof last === 'function' ? (last as Reply) : undefined;
    // Exactly one argument: more would be something we never look at.
    const payload = rest.length === (reply ? 2 : 1) ? rest[0] : undefined;
    let ack: Ack | undefined;
    try {
      ack = await judge(socket, name, payload);
    } catch (error) {
      ack = no(problemOf(error, log));
    }
    reply?.(ack ?? { ok: true, data: null });
    count(name, startMs, ack);
    if (ack?.ok === false) note(socket, ack.error.code, name);
  }

  return (socket) => {
    // A packet that is none ends its connection.
    socket.on('error', () => note(socket, 'bad_json', undefined));
    // Whoever leaves the namespace has nothing left to do on this connection.
    socket.on('disconnect', (reason) => {
      if (reason === 'client namespace disconnect') socket.conn.close();
    });
    socket.use(([name, ...rest]) => {
      void take(socket, name, rest);
    });
  };
}
