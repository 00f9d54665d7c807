import { type Problem, problem } from '@throughline/shared';
import type { ExtendedError, Socket } from 'socket.io';
import { networkAt } from './connections.ts';
import { problemOf } from './dispatch.ts';
import type { Parts } from './parts.ts';

type Authenticate<S extends Socket> = (socket: S) => Promise<S['data'] | Problem>;

/** Lets a socket in with what was found out about it, or refuses it with a code. */
export function admit<S extends Socket>(
  authenticate: Authenticate<S>,
  { metrics, log, security, sites }: Pick<Parts, 'metrics' | 'log' | 'security' | 'sites'>,
): (socket: S, next: (error?: ExtendedError) => void) => Promise<void> {
  /** The error socket.io sends as `connect_error`; `data` is all a client gets to see. */
  function refuse(socket: S, problem: Problem): ExtendedError {
    const { code } = problem;
    metrics.refusedHandshakes.labels(code).inc();
    // Anything at all may stand there, and a name that is none of ours is the client's own text.
    const said: unknown = socket.handshake.auth?.site;
    const site = typeof said === 'string' ? sites.get(said)?.key : undefined;
    security.note({ code, network: networkAt(socket), at: socket.nsp.name, site });
    return Object.assign(new Error(code), { data: problem });
  }

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
    if ('code' in found) return next(refuse(socket, found as Problem));
    // One connection speaks for one person: its request was forgotten when the first was let in.
    if (!socket.request) return next(refuse(socket, problem('forbidden')));
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
