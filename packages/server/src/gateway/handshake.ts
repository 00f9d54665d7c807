import { type Problem, problem } from '@throughline/shared';
import type { ExtendedError, Socket } from 'socket.io';
import type { Metrics } from '../lib/metrics.ts';
import { problemOf } from './dispatch.ts';
import type { Parts } from './parts.ts';

type Authenticate<S extends Socket> = (socket: S) => Promise<S['data'] | Problem>;

/** The error socket.io sends as `connect_error`; `data` is all a client gets to see. */
function refuse(problem: Problem, metrics: Metrics): ExtendedError {
  metrics.refusedHandshakes.labels(problem.code).inc();
  return Object.assign(new Error(problem.code), { data: problem });
}

/** Lets a socket in with what was found out about it, or refuses it with a code. */
export function admit<S extends Socket>(
  authenticate: Authenticate<S>,
  { metrics, log }: Pick<Parts, 'metrics' | 'log'>,
): (socket: S, next: (error?: ExtendedError) => void) => Promise<void> {
  async function judge(socket: S): Promise<S['data'] | Problem> {
    try {
      return socket.request ? await authenticate(socket) : problem('forbidden');
    } catch (error) {
      // socket.io waits for nobody: what is thrown here would end the process.
      return problemOf(error, log);
    }
  }
  return async (socket, next) => {
    const found = await judge(socket);
    if ('code' in found) return next(refuse(found as Problem, metrics));
    // One connection speaks for one person: its request was forgotten when the first was let in.
    if (!socket.request) return next(refuse(problem('forbidden'), metrics));
    Object.assign(socket.data, found);
    forgetRequest(socket);
    next();
  };
}

/** Headers and cookies have been read; an idle connection need not keep them. */
function forgetRequest(socket: Socket): void {
  (socket.conn as { request: unknown }).request = null;
  socket.handshake.headers = {};
}
