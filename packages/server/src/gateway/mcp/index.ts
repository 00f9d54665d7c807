import type { McpHttpHandler } from '@modelcontextprotocol/server';
import { document } from '@throughline/shared/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownOrigin } from '../address.ts';
import type { Callers } from '../http/callers.ts';
import { open, type Route, send } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { type Ask, createMcpServer } from './server.ts';

export const MCP_PATH = '/mcp';

interface Mcp {
  route: Route;
  stop(): Promise<void>;
}

const headersOf = ({ headers }: FastifyRequest): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );

const bearerOf = ({ headers }: FastifyRequest): string =>
  (headers.authorization ?? '').replace(/^Bearer +/i, '');

/**
 * The API once more, for assistants (Model Context Protocol, streamable HTTP, without sessions). What a tool
 * reads is a request of the API within the process: scopes, levels and limits are decided there and nowhere
 * else.
 */
export function createMcp(app: FastifyInstance, callers: Callers, parts: Parts): Mcp {
  const { config, log } = parts;
  let server: Promise<McpHttpHandler> | undefined;

  const ask: Ask = async (url, key) => {
    const headers = { authorization: `Bearer ${key}` };
    const { statusCode, body } = await app.inject({ method: 'GET', url, headers });
    return { status: statusCode, value: JSON.parse(body) as object };
  };

  const shape = {
    method: 'POST',
    url: MCP_PATH,
    name: 'speakMcp',
    about: 'Model Context Protocol.',
    body: document,
  } as const;

  const route = open(shape, async ({ body, request, reply }) => {
    const key = callers.keyOf(request);
    if (!key) return send(reply.header('www-authenticate', 'Bearer'), 'bad_key');
    const { origin } = request.headers;
    if (origin !== undefined && origin !== ownOrigin(request.raw, config))
      return send(reply, 'origin_not_allowed');
    server ??= createMcpServer(ask, (err) => log.debug({ err }, 'an assistant was refused'));
    const { fetch } = await server;
    const asked = new Request(`http://${config.host}${MCP_PATH}`, {
      method: 'POST',
      headers: headersOf(request),
    });
    const authInfo = { token: bearerOf(request), clientId: key.id, scopes: [...key.scopes] };
    return reply.send(await fetch(asked, { parsedBody: body, authInfo }));
  });

  return {
    route,
    async stop() {
      await (await server)?.close();
    },
  };
}
