import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { StartupError } from '@throughline/server';

/** Something this server will not do, said to whoever asked. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a button of the page does. */
export type Action = (input: Record<string, unknown>) => Promise<void> | void;

export interface System {
  /** The setting its port comes from. */
  setting: string;
  port: number;
  /** By address. */
  files: Record<string, URL>;
  /** What its page shows. */
  state(): object;
  actions: Record<string, Action>;
  /** Takes a webhook: the body as it came, byte for byte. */
  hook?: (body: Buffer, headers: IncomingHttpHeaders) => Promise<void>;
  /** What flows may ask it, by name: the signed body as it came. */
  tools?: Record<string, (body: Buffer, headers: IncomingHttpHeaders) => object>;
}

export interface WebServer {
  url: string;
  /** Shows the newest state on every open page. */
  publish(): void;
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const HOST = '127.0.0.1';
/** A page elsewhere cannot bend its own name to this machine and read along. */
const OWN_NAMES = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page with one question, at each of these addresses. */
export const errandPages = (...paths: string[]): System['files'] => ({
  ...Object.fromEntries(
    paths.map((path) => [path, new URL('./look/errand.html', import.meta.url)]),
  ),
  '/look/errand.js': new URL('./look/errand.js', import.meta.url),
});

/** A page that follows what its system knows, and what its buttons do. Only this machine reaches it. */
export async function serve(system: System): Promise<WebServer> {
  const pages = new Set<ServerResponse>();
  const message = () => `data: ${JSON.stringify(system.state())}\n\n`;
  const routes = new Map(Object.entries(routesOf(system)));
  routes.set('GET /changes', (_request, response) => {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    response.write(`retry: 1000\n${message()}`);
    pages.add(response);
    response.on('close', () => pages.delete(response));
  });
  const server = createServer((request, response) => {
    void answer(routes, request, response);
  }).listen(system.port, HOST);
  await once(server, 'listening').catch((cause) => {
    throw explain(system, cause);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    publish() {
      const text = message();
      for (const page of pages) page.write(text);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function routesOf({ files, state, actions, hook, tools = {} }: System): Record<string, Handler> {
  const routes: Record<string, Handler> = {
    'GET /state': (_request, response) => reply(response, 200, state()),
  };
  for (const [path, file] of Object.entries(files))
    routes[`GET ${path}`] = async (_request, response) => {
      const type = TYPES[extname(file.pathname)];
      response.writeHead(200, { ...HEADERS, 'content-type': type }).end(await readFile(file));
    };
  for (const [name, act] of Object.entries(actions))
    routes[`POST /actions/${name}`] = async (request, response) => {
      await act(await readInput(request));
      reply(response, 200, {});
    };
  for (const [name, answer] of Object.entries(tools))
    routes[`POST /tools/${name}`] = async (request, response) => {
      reply(response, 200, answer(await buffer(request), request.headers));
    };
  if (hook)
    routes['POST /hooks'] = async (request, response) => {
      await hook(await buffer(request), request.headers);
      reply(response, 200, {});
    };
  return routes;
}

async function answer(
  routes: Map<string, Handler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (!OWN_NAMES.test(request.headers.host ?? '')) throw new Refusal(421, 'Not served here.');
    const [path] = (request.url ?? '').split('?');
    const route = routes.get(`${request.method} ${path}`);
    if (!route) throw new Refusal(404, 'There is nothing here.');
    await route(request, response);
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 502;
    if (!response.headersSent) reply(response, status, { error: (error as Error).message });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

async function readInput(request: IncomingMessage): Promise<Record<string, unknown>> {
  // Other sites' pages cannot send this type without asking first, and nobody here says yes.
  if (request.headers['content-type'] !== 'application/json') throw new Refusal(415, 'Send JSON.');
  try {
    return { ...JSON.parse((await buffer(request)).toString()) };
  } catch {
    throw new Refusal(400, 'This is not JSON.');
  }
}

export function explain(
  { setting, port }: Pick<System, 'setting' | 'port'>,
  cause: unknown,
): unknown {
  if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return cause;
  const text = `Port ${port} on ${HOST} is in use by another program; stop it, or choose another ${setting}.`;
  return new StartupError(text, { cause });
}
