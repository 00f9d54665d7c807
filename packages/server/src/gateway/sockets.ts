import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { HEARTBEAT_MS, LIMITS, problem } from '@throughline/shared';
import * as textParser from '@throughline/shared/text-parser';
import { Server } from 'socket.io';
import type { LogRecord } from '../events/log.ts';
import { accountIn } from '../settings/accounts.ts';
import { serveAgents } from './agent.ts';
import { type Closable, close, sendAway } from './close.ts';
import type { Cluster } from './cluster.ts';
import { isCongested, limitConnections, terminate } from './connections.ts';
import { createFanout } from './fanout.ts';
import { createInbox } from './inbox.ts';
import type { Parts } from './parts.ts';
import { type AgentNamespace, contactRoom, sessionRoom, type VisitorNamespace } from './rooms.ts';
import { checkDevices, serveVisitors } from './visitor.ts';
import { BatchingServer } from './websocket.ts';

const SOCKET_PATH = '/v1/socket';

/** Sign-out, disabling and blocking close sockets within 5 s even when they happened in another program or at another relay. */
const SESSION_CHECK_MS = 4000;
const CONGESTION_CHECK_MS = 1000;
/** A slow reader gets this long to read why, everybody else this long to leave when we stop. */
const SLOW_GRACE_MS = 2000;
const GOODBYE_MS = 1000;

export interface Sockets {
  visitors: VisitorNamespace;
  agents: AgentNamespace;
  /** Shows a batch of the log to everybody concerned. */
  fanOut(records: LogRecord[]): void;
  /** Starts serving; before it, nobody is let in. */
  attach(http: HttpServer): void;
  endSession(tokenHash: string): void;
  /** Answers what was accepted, tells everybody when to come back and lets them go (P20). */
  dismiss(): Promise<void>;
  /** Ends what is left: sweeps, and sockets that did not go. */
  close(): void;
}

/** @param adapter what passes ephemerals between relays; without, there is one */
export function createSocketServer(adapter?: Cluster['adapter']): {
  io: Server;
  visitors: VisitorNamespace;
  agents: AgentNamespace;
} {
  const io = new Server({
    path: SOCKET_PATH,
    serveClient: false,
    transports: ['websocket'],
    perMessageDeflate: false,
    httpCompression: false,
    wsEngine: BatchingServer as never,
    parser: textParser,
    maxHttpBufferSize: LIMITS.frameBytes,
    connectTimeout: 10_000,
    pingInterval: 20_000,
    pingTimeout: 15_000,
    cleanupEmptyChildNamespaces: true,
    ...(adapter && { adapter: adapter as never }),
  });
  // Everything lives in two namespaces; the default one lets nobody in.
  io.use((_socket, next) => next(new Error('invalid_namespace')));
  return { io, visitors: io.of('/visitor'), agents: io.of('/agent') };
}

/** Handlers, followers' outlets and sweeps around the two namespaces. */
export function serveSockets(
  { io, visitors, agents }: ReturnType<typeof createSocketServer>,
  parts: Parts,
  logHead: number,
): Sockets {
  const { log, metrics } = parts;
  serveVisitors(visitors, parts);
  serveAgents(agents, parts);
  const fanout = createFanout(visitors, agents, metrics);
  const onError = (error: unknown) => log.error({ err: error }, 'inbox update failed');
  const inbox = createInbox(agents, parts.queries, { from: logHead, onError });

  function endSession(tokenHash: string): void {
    for (const id of [...(agents.adapter.rooms.get(sessionRoom(tokenHash)) ?? [])]) {
      const socket = agents.sockets.get(id);
      if (socket) close(socket, problem('unauthorized'));
    }
  }

  async function checkSessions(): Promise<void> {
    const held = new Set([...agents.sockets.values()].map(({ data }) => data.session));
    const valid = await parts.sessions.stillValid([...held]);
    for (const session of held) if (!valid.has(session)) endSession(session);
    // On the embedded store there is no other relay.
    if (parts.config.postgres) await checkDevices(visitors, parts);
  }

  /** A reader that does not keep up is cut off and may resume; it must not fill our memory. */
  function checkCongestion(): void {
    for (const socket of [...visitors.sockets.values(), ...agents.sockets.values()]) {
      if (!isCongested(socket)) continue;
      log.warn({ socket: socket.id }, 'slow consumer closed');
      close(socket, problem('slow_consumer'));
      // What is queued for it would wait for a reader who may never come.
      setTimeout(() => terminate(socket), SLOW_GRACE_MS).unref();
    }
    metrics.sockets.set({ namespace: 'visitor' }, visitors.sockets.size);
    metrics.sockets.set({ namespace: 'agent' }, agents.sockets.size);
  }

  const startSweeps = () => [
    setInterval(() => fanout.heartbeat(parts.now()), HEARTBEAT_MS),
    setInterval(() => void checkSessions().catch(onError), SESSION_CHECK_MS),
    setInterval(checkCongestion, CONGESTION_CHECK_MS),
  ];
  let sweeps: NodeJS.Timeout[] = [];
  const streams = new Set<Duplex>();

  return {
    visitors,
    agents,
    fanOut(records) {
      fanout.handle(records);
      inbox.handle(records);
      for (const record of records) closeAfter(record, visitors);
      // Heard of sooner than by looking now and then.
      if (records.some(accountIn)) void checkSessions().catch(onError);
    },
    attach: (http) => {
      http.on('upgrade', ({ url = '' }, stream) => {
        // Nobody else listens while a limit is asked of Redis: whoever goes then would end the process.
        stream.on('error', nothing);
        if (url.startsWith(SOCKET_PATH)) keepIn(streams, stream);
        else refuseUpgrade(stream);
      });
      io.attach(http, { destroyUpgrade: false });
      // Nothing but upgrades is served here: whoever sends something else is answered, and let go even in
      // the middle of its body.
      http.prependListener('request', ({ url = '' }, response) => {
        if (url.startsWith(SOCKET_PATH)) response.setHeader('connection', 'close');
      });
      limitConnections(io, parts);
      sweeps = startSweeps();
    },
    endSession,
    async dismiss() {
      // Behind everything accepted so far; one turn later its answers have left.
      await parts.events.settle().catch(onError);
      await nextTurn();
      sayGoodbye([...visitors.sockets.values(), ...agents.sockets.values()]);
      const gone = [...streams].map((stream) => new Promise((done) => stream.once('close', done)));
      await Promise.race([Promise.all(gone), sleep(GOODBYE_MS, undefined, { ref: false })]);
    },
    close() {
      for (const sweep of sweeps) clearInterval(sweep);
      inbox.stop();
      io.engine.close();
      // Whoever is not there any more does not hold up the end.
      for (const stream of streams) stream.destroy();
    },
  };
}

const socketsOf = ({ adapter, sockets }: VisitorNamespace, contact: string) =>
  [...(adapter.rooms.get(contactRoom(contact)) ?? [])].flatMap((id) => sockets.get(id) ?? []);

/** Whoever became part of somebody else comes back at once, as the one they are now. */
function sendBack(visitors: VisitorNamespace, contact: string): void {
  for (const socket of socketsOf(visitors, contact)) sendAway(socket, 100);
}

/** Ends what somebody may not go on with because of it. */
function closeAfter({ type, contact, data }: LogRecord, visitors: VisitorNamespace): void {
  if (type === 'contact.merged' && 'from' in data) sendBack(visitors, data.from);
  if (type === 'contact.blocked' && contact !== null) shutOut(visitors, contact);
}

function shutOut(visitors: VisitorNamespace, contact: string): void {
  for (const socket of socketsOf(visitors, contact)) close(socket, problem('blocked'));
}

const nothing = (): void => {};

/** As long as it is open. */
function keepIn(streams: Set<Duplex>, stream: Duplex): void {
  streams.add(stream);
  stream.once('close', () => streams.delete(stream));
}

/** The library ends only what was never answered before, and leaves all else open for ever. */
function refuseUpgrade(stream: Duplex): void {
  stream.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', () =>
    stream.destroy(),
  );
}

/** Each with its own time to come back, so that a crowd does not return in one wave. */
function sayGoodbye(sockets: Closable[]): void {
  const spreadMs = Math.min(9500, sockets.length * 2);
  for (const socket of sockets) sendAway(socket, Math.round(500 + Math.random() * spreadMs));
}
