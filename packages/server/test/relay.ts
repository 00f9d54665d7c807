import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, uuidv7 } from '@throughline/shared';
import {
  type Ack,
  type CommandName,
  type PiiLevel,
  type Receipt,
  type Scope,
  type SessionInfo,
  type Site,
  scopes,
} from '@throughline/shared/schema';
import { io, type Socket } from 'socket.io-client';
import { createRelay, type Relay, type RelayOptions } from '../src/app.ts';
import { type Config, defaultLimits, type Limits } from '../src/config.ts';
import { defaultFiles } from '../src/config-files.ts';
import { createLogger } from '../src/lib/logger.ts';
import { createKeys } from '../src/settings/keys.ts';
import { createSessions, type NewSession } from '../src/settings/sessions.ts';
import { openStore } from '../src/store/open.ts';
import type { Agent, LogRecord, Store } from '../src/store/store.ts';
import { dropSchemaOf, schemaOf } from './postgres.ts';
import { until } from './until.ts';

export { sleep, until } from './until.ts';

export const SITE = 'shop';
export const ORIGIN = 'https://shop.example';
export const OTHER_SITE = 'garage';
export const OTHER_ORIGIN = 'https://garage.example';

export const site = (more: Partial<Site> = {}): Site => ({
  key: SITE,
  name: 'The Shop',
  origins: [ORIGIN],
  accent: '#3457d5',
  greeting: 'Hello',
  language: null,
  position: 'right',
  ...more,
});

/** A folder of its own for a test, gone afterwards. */
export function tempDir(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'throughline-test-'));
  return {
    path,
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true });
      void dropSchemaOf(path);
    },
  };
}

/** Test limits: high enough to be out of the way unless a test is about them. */
const roomy: Limits = {
  commandsPerSecond: 100_000,
  startsPerMinute: 100_000,
  connectsPerMinute: 100_000,
  requestsPerMinute: 100_000,
  keyRequestsPerMinute: 100_000,
  signInsPer15Minutes: 1000,
};

export const testConfig = (
  dataDir: string,
  more: Partial<Omit<Config, 'limits'>> & { limits?: Partial<Limits> } = {},
): Config => ({
  host: '127.0.0.1',
  port: 0,
  dataDir,
  createDataDir: false,
  postgres: undefined,
  redisUrl: undefined,
  publicUrl: undefined,
  trustProxy: false,
  admin: undefined,
  logLevel: 'trace',
  egressAllow: ['127.0.0.0/8'],
  streams: [],
  files: defaultFiles,
  scanner: undefined,
  s3: undefined,
  ...more,
  limits: { ...defaultLimits, ...roomy, ...more.limits },
});

/** What arrived on a socket, in order. */
export interface Message {
  name: string;
  payload: never;
}

/** One connected socket with all it received. */
export interface Peer {
  socket: Socket;
  messages: Message[];
  /** Why the socket was closed; undefined while it is open. */
  closed(): string | undefined;
  /** Sends with an ack; waits for it. */
  ask<T = unknown>(name: string, payload?: unknown): Promise<Ack<T>>;
  /** A command on a conversation with a new id; throws on a refusal. */
  give<T = Receipt>(name: CommandName, input: object): Promise<T>;
  /** All payloads of one message name so far. */
  all<T>(name: string): T[];
  /** The first message that matches, now or soon. */
  next<T>(name: string, match?: (payload: T) => boolean): Promise<T>;
  close(): void;
}

export interface VisitorPeer extends Peer {
  token: string;
  contact: string;
  /** Starts a conversation and returns its id. */
  start(): Promise<string>;
}

export interface AgentPeer extends Peer {
  agent: Agent;
  session: NewSession;
}

interface Handshake {
  namespace: '/visitor' | '/agent';
  auth: unknown;
  headers?: Record<string, string>;
}

export type Refused = { refused: Problem };

export function connect(url: string, { namespace, auth, headers }: Handshake): Promise<Peer> {
  const socket = io(`${url}${namespace}`, {
    path: '/v1/socket',
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: auth as Record<string, unknown>,
    ...(headers ? { extraHeaders: headers } : {}),
  });
  const messages: Message[] = [];
  let why: string | undefined;
  socket.onAny((name: string, payload: unknown) =>
    messages.push({ name, payload: payload as never }),
  );
  socket.on('disconnect', (reason) => {
    why = reason;
  });
  const all = <T>(name: string): T[] =>
    messages.filter((message) => message.name === name).map(({ payload }) => payload as T);
  const ask = async <T>(name: string, payload: unknown = {}): Promise<Ack<T>> =>
    socket.timeout(10_000).emitWithAck(name, payload);
  const peer: Peer = {
    socket,
    messages,
    closed: () => why,
    ask,
    async give<T>(name: CommandName, input: object): Promise<T> {
      const ack = await ask<T>(name, { id: uuidv7(), ...input });
      if (!ack.ok) throw new Error(`${name} was refused: ${JSON.stringify(ack.error)}`);
      return ack.data;
    },
    all,
    next: <T>(name: string, match: (payload: T) => boolean = () => true) =>
      until(() => all<T>(name).find(match), `${name} on ${namespace}`) as Promise<T>,
    close: () => {
      socket.close();
    },
  };
  return new Promise((resolve, reject) => {
    socket.once('connect_error', (error) => {
      socket.close();
      const { data } = error as Error & { data?: Problem };
      reject(data ? { refused: data } : error);
    });
    socket.once('welcome', () => resolve(peer));
    socket.once('closing', () => resolve(peer));
  });
}

/** The problem a handshake was refused with. */
export const refusal = (handshake: Promise<unknown>): Promise<Problem> =>
  handshake.then(
    () => {
      throw new Error('the handshake was accepted');
    },
    (error: Refused) => {
      if (!error.refused) throw error;
      return error.refused;
    },
  );

export interface TestRelay extends Relay, AsyncDisposable {
  dataDir: string;
  config: Config;
  logLines: string[];
  visitor(more?: {
    token?: string | undefined;
    site?: string;
    origin?: string;
    context?: object;
    headers?: Record<string, string>;
  }): Promise<VisitorPeer>;
  /** A new agent with a session and no socket. */
  hire(name?: string, role?: 'admin' | 'agent'): Promise<{ agent: Agent; session: NewSession }>;
  /** An agent's socket; `of` opens another one of the same session. */
  agent(of?: { agent: Agent; session: NewSession }): Promise<AgentPeer>;
  /** A new key of a program: its secret. */
  key(more?: { scopes?: Scope[]; pii?: PiiLevel; name?: string }): Promise<string>;
  events(): Promise<LogRecord[]>;
  fetch(path: string, options?: Fetch): Promise<Answer>;
}

export interface Fetch {
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string, and bytes, as they are. */
  body?: unknown;
  /** Adds this session's cookie and, for writes, its proof. */
  as?: NewSession;
  /** Adds this program's key. */
  key?: string;
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  json: never;
}

/** HTTP without any of the conveniences that would hide what a client can send. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body, as, key }: Fetch = {},
): Promise<Answer> {
  const isPlain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const payload = isPlain ? body : JSON.stringify(body);
  const all: Record<string, string> = {
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    ...(as ? { cookie: `throughline=${as.token}` } : {}),
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...(as && method !== 'GET' ? { 'x-csrf-token': as.session.csrf } : {}),
    ...headers,
  };
  const { origin, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    // The path goes out as written: `..%2f` must not be tidied up on the way.
    const path = url.slice(origin.length) || pathname;
    const call: ClientRequest = httpRequest(origin, { method, headers: all, path, agent: false });
    call.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          json = undefined;
        }
        const { statusCode = 0, headers: got } = response;
        resolve({ status: statusCode, headers: got, text, json: json as never });
      });
    });
    call.on('error', reject);
    call.end(payload);
  });
}

export type RelayTestOptions = Partial<Omit<RelayOptions, 'config'>> & {
  dataDir?: string;
  config?: Parameters<typeof testConfig>[1];
  /** Publishes the two test sites; on unless said otherwise. */
  sites?: boolean;
  /** Puts something of the test's own around the store, to make it fail on purpose. */
  wrap?: (store: Store) => Store;
};

/**
 * A real relay on a port of its own, in a folder of its own; with STORE=postgres its log is in a schema
 * that stands for the folder.
 */
export async function startRelay(options: RelayTestOptions = {}): Promise<TestRelay> {
  const { config: moreConfig, dataDir, sites: withSites = true, wrap, ...rest } = options;
  const dir = dataDir === undefined ? tempDir() : undefined;
  const folder = dataDir ?? dir?.path ?? '';
  const postgres = process.env.STORE === 'postgres' ? await schemaOf(folder) : undefined;
  const config = testConfig(folder, { postgres, ...moreConfig });
  const logLines: string[] = [];
  const log = createLogger('trace', { write: (line) => void logLines.push(line) });
  const store = wrap?.(await openStore(config));
  const relay = await createRelay({ config, log, ...(store ? { store } : {}), ...rest });
  const peers: Peer[] = [];
  if (withSites) {
    if (!relay.sites.get(SITE)) await relay.sites.put(site(), 'test');
    if (!relay.sites.get(OTHER_SITE))
      await relay.sites.put(site({ key: OTHER_SITE, origins: [OTHER_ORIGIN] }), 'test');
  }
  const sessions = createSessions(relay.store, options.now ?? Date.now);
  const keys = createKeys(relay.store, options.now ?? Date.now);
  const keep = <P extends Peer>(peer: P): P => {
    peers.push(peer);
    return peer;
  };

  const hire: TestRelay['hire'] = async (name = 'Ada', role = 'agent') => {
    const email = `${uuidv7()}@example.com`;
    const { agent } = await relay.agents.invite({ email, name, role });
    return { agent, session: await sessions.open(agent) };
  };

  return {
    ...relay,
    dataDir: folder,
    config,
    logLines,
    hire,
    async visitor({ token, site: key = SITE, origin, context, headers } = {}) {
      const auth = {
        protocol: 1,
        site: key,
        ...(token === undefined ? {} : { token }),
        ...(context ? { context } : {}),
      };
      const from = origin ?? (key === SITE ? ORIGIN : OTHER_ORIGIN);
      const peer = keep(
        await connect(relay.url, {
          namespace: '/visitor',
          auth,
          headers: { origin: from, ...headers },
        }),
      );
      const [welcome] = peer.all<{ token?: string; contact: string }>('welcome');
      return {
        ...peer,
        token: welcome?.token ?? token ?? '',
        contact: welcome?.contact ?? '',
        async start() {
          const conversation = uuidv7();
          await peer.give('conversation:start', { conversation });
          return conversation;
        },
      };
    },
    async agent(of) {
      const { agent, session } = of ?? (await hire());
      const peer = keep(
        await connect(relay.url, {
          namespace: '/agent',
          auth: { protocol: 1, csrf: session.session.csrf },
          headers: { origin: relay.url, cookie: `throughline=${session.token}` },
        }),
      );
      return { ...peer, agent, session };
    },
    async key({ scopes: some = [...scopes], pii = 'content', name = 'CRM' } = {}) {
      const made = await keys.create({ name, scopes: some, pii, createdBy: 'test' });
      return made.secret;
    },
    async events() {
      const records: LogRecord[] = [];
      for (;;) {
        const more = await relay.store.read.events.log(records.at(-1)?.offset ?? 0, 1000);
        if (more.length === 0) return records;
        records.push(...more);
      }
    },
    fetch: (path, more) => send(`${relay.url}${path}`, more),
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.close();
      await relay.stop();
      if (dir) await dropSchemaOf(folder);
      dir?.[Symbol.dispose]();
    },
  };
}

export const infoOf = (answer: Answer): SessionInfo => answer.json as SessionInfo;
