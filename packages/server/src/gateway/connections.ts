import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import { networkReader } from './address.ts';
import type { Parts } from './parts.ts';

/** A client says hello once; a few more may be a mistake, more than that is a flood. */
const HELLOS_MAX = 4;
/** Packets that wait for one socket, and bytes the system holds for it (D16). */
const WAITING_PACKETS_MAX = 512;
const WAITING_BYTES_MAX = 1_048_576;

/** What engine.io calls a refusal by `allowRequest`. */
const FORBIDDEN = 4;

/** What engine.io keeps for a connection, beyond its public types. */
interface Connection {
  request: IncomingMessage;
  writeBuffer: unknown[];
  transport: { socket?: { _socket?: { writableLength: number }; terminate(): void } };
  close(discard: boolean): void;
  on(name: 'data', listener: (data: unknown) => void): void;
}

interface EngineRequest {
  _query: Record<string, string | undefined>;
}

/** Where connections come from: their requests are forgotten once they are let in. */
const networks = new WeakMap<object, string>();

export const networkAt = ({ conn }: { conn: object }): string => networks.get(conn) ?? '';

const connectionOf = (socket: { conn: unknown }): Connection => socket.conn as Connection;

/** Whether a reader does not keep up: what is sent to it would only fill our memory. */
export function isCongested(socket: { conn: unknown }): boolean {
  const { writeBuffer, transport } = connectionOf(socket);
  const bytes = transport.socket?._socket?.writableLength ?? 0;
  return writeBuffer.length > WAITING_PACKETS_MAX || bytes > WAITING_BYTES_MAX;
}

/** Ends a connection without waiting for a reader who may never come. */
export const terminate = (socket: { conn: unknown }): void =>
  connectionOf(socket).transport.socket?.terminate();

/** Limits what reaches socket.io before anybody is known to be there. */
export function limitConnections(io: Server, { config, gates, metrics, security }: Parts): void {
  const networkFrom = networkReader(config.trustProxy);
  // With WebSocket alone nobody has a reason to name a session: it would be another one's, and
  // engine.io would ask neither for the origin nor for the limit below.
  io.engine.use((request: EngineRequest, _response: unknown, next: (error?: Error) => void) =>
    next(request._query.sid === undefined ? undefined : new Error('no session is resumed here')),
  );
  io.engine.opts.allowRequest = async (request, answer) => {
    const network = networkFrom(request);
    const waitMs = await gates.connect(network);
    if (waitMs > 0) {
      metrics.refusedHandshakes.labels('rate_limited').inc();
      security.note({ code: 'rate_limited', network, at: 'connect' });
    }
    answer(waitMs > 0 ? 'rate_limited' : null, waitMs === 0);
  };
  // What is no handshake at all; whom the limit refused was told of above.
  io.engine.on('connection_error', ({ req, code }: { req: IncomingMessage; code: number }) => {
    if (code !== FORBIDDEN)
      security.note({ code: 'bad_type', network: networkFrom(req), at: 'connect' });
  });
  io.engine.on('connection', (connection: Connection) => {
    networks.set(connection, networkFrom(connection.request));
    let hellos = 0;
    connection.on('data', (data) => {
      if (typeof data !== 'string' || !data.startsWith('0')) return;
      hellos += 1;
      if (hellos > HELLOS_MAX) connection.close(true);
    });
  });
}
