import { Socket } from 'node:net';
import pg, { type ClientBase, type ClientConfig } from 'pg';
import { StartupError } from '../../lib/errors.ts';

/** Not answering for this long is being away. */
const CONNECT_MS = 5000;
const ANSWER_MS = 20_000;

const INT8 = 20;

/** Numbers of the log and times fit a number of ours; everything else is as the driver has it. */
const types: NonNullable<ClientConfig['types']> = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
};

const configOf = (url: string): ClientConfig => ({
  connectionString: url,
  application_name: 'throughline',
  connectionTimeoutMillis: CONNECT_MS,
  query_timeout: ANSWER_MS,
  keepAlive: true,
  types,
});

/** How a connection behaves, as the server names it. */
type Session = Record<string, string | number>;

/**
 * Whoever holds a row sees what was committed before it was theirs: a snapshot of the whole transaction
 * would count on what is past. The server gives up before we do. Whoever waits long for a row is likely to wait for somebody who waits
 * for them: half a second ends that sooner than the server's own look for it.
 */
const USUAL: Session = {
  default_transaction_isolation: 'read committed',
  statement_timeout: 15_000,
  idle_in_transaction_session_timeout: 15_000,
  lock_timeout: 500,
};

/** Sets what durability and liveness depend on, and reads it back: nothing here is left to a default. */
async function prepare(client: ClientBase, session: Session): Promise<void> {
  const all = Object.entries({ ...USUAL, ...session });
  await client.query(all.map(([name, value]) => `SET ${name} = '${value}'`).join('; '));
  const { rows } = await client.query(`SELECT current_setting('synchronous_commit') AS found`);
  const wanted = session.synchronous_commit;
  if (wanted !== undefined && rows[0]?.found !== wanted)
    throw new StartupError(
      `PostgreSQL did not accept synchronous_commit=${wanted} (found ${rows[0]?.found}); something between it and this relay changes settings.`,
    );
}

/** Sends what is written in one turn of the event loop in one piece: each costs more than what it asks. */
function gatheringSocket(): Socket {
  const socket = new Socket();
  const write = socket.write.bind(socket);
  let isGathering = false;
  const gather = ((...args: Parameters<Socket['write']>) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return write(...args);
  }) as Socket['write'];
  // Connecting gives a socket its own way of writing back.
  socket.once('connect', () => {
    socket.write = gather;
  });
  return socket;
}

/** For one who writes: questions do not wait for the answers to those before them. */
export const openPipeline = (url: string, session: Session): Promise<pg.Client> =>
  open({ ...configOf(url), pipeline: true, stream: gatheringSocket }, session);

export const openClient = (url: string, session: Session = {}): Promise<pg.Client> =>
  open(configOf(url), session);

async function open(config: ClientConfig, session: Session): Promise<pg.Client> {
  const client = new pg.Client(config);
  // Told again by whatever is asked of it next; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await prepare(client, session);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

export function openPool(url: string, max: number, session: Session = {}): pg.Pool {
  const onConnect = (client: ClientBase) => prepare(client, session);
  const pool = new pg.Pool({ ...configOf(url), max, idleTimeoutMillis: 0, onConnect });
  pool.on('error', () => {});
  // While one is held the pool does not listen to it, and between two questions nobody else does.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** What PostgreSQL says at start, as a sentence for the person who started the relay. */
export function explain(error: unknown, url: string): StartupError {
  if (error instanceof StartupError) return error;
  const { code, message } = error as { code?: string; message: string };
  const advice: Record<string, string> = {
    '28P01': 'does not accept the password; check DATABASE_URL.',
    '28000': 'does not let this user in; check DATABASE_URL and pg_hba.conf.',
    '3D000': 'does not exist; create it, or name another in DATABASE_URL.',
    '42501': 'does not let this user make its tables; give it CREATE on the schema.',
    '53300': 'has no connection left; raise max_connections, or give fewer to others.',
    ECONNREFUSED: 'is not reached: nothing listens there. Start it, or check DATABASE_URL.',
    ENOTFOUND: 'is not reached: there is no such host; check DATABASE_URL.',
  };
  const says = advice[code ?? ''] ?? `cannot be used: ${message || code}.`;
  return new StartupError(`The database ${nameOf(url)} ${says}`, { cause: error });
}

/** Without the password. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
