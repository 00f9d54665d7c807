import { uuidv7 } from '@throughline/shared';
import { Manager, type Socket } from 'socket.io-client';
import type { Measured } from './process.ts';

export const ORIGIN = 'https://bench.example';

export interface Sender {
  /** Resolves when the message was acknowledged. */
  send(text: string): Promise<void>;
  /** Resolves when the relay has all of a file. */
  bring(bytes: Buffer): Promise<void>;
}

export interface Crowd {
  senders: Sender[];
  /** Events that reached clients so far. */
  readonly received: number;
  close(): void;
}

interface Shape {
  visitors: number;
  agents: number;
}

export const connect = (
  url: string,
  namespace: string,
  how: { auth: object; headers: object },
): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = new Manager(url, {
      path: '/v1/socket',
      transports: ['websocket'],
      reconnection: false,
      extraHeaders: how.headers as Record<string, string>,
    }).socket(namespace, { auth: how.auth as Record<string, unknown> });
    socket.on('welcome', () => resolve(socket));
    socket.on('connect_error', reject);
  });

export async function must(answer: Promise<{ ok: boolean; error?: unknown }>): Promise<void> {
  const { ok, error } = await answer;
  if (!ok) throw new Error(`refused: ${JSON.stringify(error)}`);
}

interface Ticket {
  ok: boolean;
  data: { url: string; ticket: string };
  error?: unknown;
}

/** A table of a visitor's, by ticket as a page brings it. */
async function bringFile(
  visitor: Socket,
  url: string,
  file: { conversation: string; bytes: Buffer },
) {
  const { conversation, bytes } = file;
  const claim = {
    id: uuidv7(),
    conversation,
    name: 'big.csv',
    size: bytes.length,
    type: 'text/csv',
  };
  const asked: Ticket = await visitor.emitWithAck('file:begin', claim);
  await must(Promise.resolve(asked));
  const answer = await fetch(url + asked.data.url, {
    method: 'PUT',
    headers: { 'throughline-ticket': asked.data.ticket },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  if (!answer.ok) throw new Error(`refused: ${await answer.text()}`);
}

/** What differs between the two servers: how one gets in, and how one gets to hear of a conversation. */
interface Dialect {
  visitorAuth: object;
  agent(url: string): Promise<{ auth: object; headers: object }>;
  begin(visitor: Socket, conversation: string): Promise<void>;
  follow(agent: Socket, conversation: string): Promise<void>;
}

const join = (socket: Socket, conversation: string) =>
  must(socket.emitWithAck('join', conversation));

export const floorDialect: Dialect = {
  visitorAuth: {},
  agent: async () => ({ auth: {}, headers: {} }),
  begin: join,
  follow: join,
};

export const relayDialect: Dialect = {
  visitorAuth: { protocol: 1, site: 'bench' },
  async agent(url) {
    const answer = await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'agent@bench.example', password: 'a password for benches' }),
    });
    const { csrf } = (await answer.json()) as { csrf: string };
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return { auth: { protocol: 1, csrf }, headers: { cookie, origin: url } };
  },
  begin: (visitor, conversation) =>
    must(visitor.emitWithAck('conversation:start', { id: uuidv7(), conversation })),
  follow: (agent, conversation) =>
    must(agent.emitWithAck('conversation:resume', { conversation, cursor: null })),
};

/** Idle visitors: connected, welcomed, and silent. */
export async function idle(server: Measured, dialect: Dialect, count: number): Promise<() => void> {
  const sockets: Socket[] = [];
  const how = { auth: dialect.visitorAuth, headers: { origin: ORIGIN } };
  for (let i = 0; i < count; i += 50)
    sockets.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, () => connect(server.url, '/visitor', how)),
      )),
    );
  return () => {
    for (const socket of sockets) socket.disconnect();
  };
}

/** Visitors with a conversation each, and agents who look at them: every message reaches two sockets. */
export async function gather(
  server: Measured,
  dialect: Dialect,
  { visitors, agents }: Shape,
): Promise<Crowd> {
  let received = 0;
  const sockets: Socket[] = [];
  const count = () => {
    received += 1;
  };
  const staff: Socket[] = [];
  for (let i = 0; i < agents; i++)
    staff.push(await connect(server.url, '/agent', await dialect.agent(server.url)));
  const senders: Sender[] = [];
  for (let i = 0; i < visitors; i++) {
    const how = { auth: dialect.visitorAuth, headers: { origin: ORIGIN } };
    const visitor = await connect(server.url, '/visitor', how);
    const conversation = uuidv7();
    await dialect.begin(visitor, conversation);
    const agent = staff[i % agents];
    if (agent) await dialect.follow(agent, conversation);
    sockets.push(visitor);
    senders.push({
      send: (text) =>
        must(visitor.emitWithAck('message:send', { id: uuidv7(), conversation, text })),
      bring: (bytes) => bringFile(visitor, server.url, { conversation, bytes }),
    });
  }
  for (const socket of [...sockets, ...staff]) socket.on('event', count);
  return {
    senders,
    get received() {
      return received;
    },
    close: () => {
      for (const socket of [...sockets, ...staff]) socket.disconnect();
    },
  };
}

/** An agent who writes many messages into one conversation. */
export async function write(
  server: Measured,
  conversation: string,
  texts: string[],
): Promise<void> {
  const agent = await connect(server.url, '/agent', await relayDialect.agent(server.url));
  await relayDialect.follow(agent, conversation);
  for (const text of texts)
    await must(agent.emitWithAck('message:send', { id: uuidv7(), conversation, text }));
  agent.disconnect();
}
