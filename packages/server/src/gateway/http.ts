import { LIMITS } from '@throughline/shared';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { parseJson } from '../lib/json.ts';
import { isSecretIn } from '../settings/keys.ts';
import { networkReader } from './address.ts';
import { problemOf } from './dispatch.ts';
import { type Mount, serveMounts } from './http/assets.ts';
import { type Callers, createCallers } from './http/callers.ts';
import { healthRoutes } from './http/health.ts';
import { refusalOf, register, send, sendProblem } from './http/route.ts';
import { createStreams } from './http/streams.ts';
import { apiRoutes, type Reach } from './http/table.ts';
import { createMcp, MCP_PATH } from './mcp/index.ts';
import type { Parts } from './parts.ts';

interface HttpOptions extends Pick<Reach, 'endSession' | 'board' | 'botWork'> {
  mounts: Mount[];
  /** Where `/` leads. */
  home: string | undefined;
  isReady(): boolean;
}

/** How long a request may take to arrive, looked at every two seconds; a file has longer. */
const SLOW_MS = 10_000;
const FILE_MS = 15 * 60_000;
/** Text is read as UTF-8, whatever it says it is: what says something else is refused. */
const OTHER_CHARSET = /charset\s*=\s*"?(?!utf-8\b)/i;

/** What Fastify calls its own refusals, in our words. */
const codes: Record<string, Parameters<typeof send>[1]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_type',
  FST_STATIC_FORBIDDEN_PATH: 'not_found',
  // They are gone in the middle of their body, or of a file: nobody reads the answer, and it is no fault of ours.
  ECONNRESET: 'bad_type',
  ERR_STREAM_PREMATURE_CLOSE: 'bad_type',
};

export function createHttp(parts: Parts, options: HttpOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.frameBytes,
    requestTimeout: FILE_MS,
    http: { headersTimeout: SLOW_MS, connectionsCheckingInterval: 2000, maxHeaderSize: 16_384 },
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    // An address that cannot be decoded leads nowhere; Fastify's own answer would repeat it.
    frameworkErrors: (_error, _request, reply) => void send(reply, 'not_found'),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => parseJson(body),
  );
  const callers = createCallers(parts);
  endSlowRequests(app);
  addHooks(app, parts, callers);
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const code = codes[error.code];
    if (code) return send(reply, code);
    return sendProblem(reply, problemOf(error, parts.log));
  });
  app.setNotFoundHandler((_request, reply) => send(reply, 'not_found'));
  const { home } = options;
  if (home) app.get('/', (_request, reply) => reply.redirect(home));
  const streams = createStreams(parts);
  app.addHook('onClose', () => streams.stop());
  const mcp = createMcp(app, callers, parts);
  app.addHook('onClose', () => mcp.stop());
  register(
    app,
    [
      ...healthRoutes(parts, options.isReady),
      ...apiRoutes(parts, { ...options, streams }),
      mcp.route,
    ],
    callers,
  );
  serveMounts(app, options.mounts);
  return app;
}

/** The server's own limit is for files; everything else has to be here sooner. */
function endSlowRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (raw.complete || (routeOptions.url === '/v1/files/:id' && raw.method === 'PUT')) return;
    const timer = setTimeout(() => raw.complete || raw.destroy(), SLOW_MS);
    raw.on('close', () => clearTimeout(timer));
  });
}

function addHooks(app: FastifyInstance, parts: Parts, callers: Callers): void {
  const { metrics, security, config } = parts;
  const networkFrom = networkReader(config.trustProxy);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'same-origin');
    // By route, not by address: `/%761/session` is one of ours as well. Unknown ones count too.
    const { url } = request.routeOptions;
    if (url !== undefined && !url.startsWith('/v1/') && url !== MCP_PATH) return;
    const retryAfterMs = await callers.count(request);
    if (retryAfterMs > 0) return send(reply, 'rate_limited', { retryAfterMs });
    const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers;
    // Node keeps the first of two types; a proxy in front may have read the other one.
    // What is asked within the process (MCP) has no such list.
    const isAmbiguous = (request.raw.headersDistinct?.['content-type']?.length ?? 0) > 1;
    if (encoding !== undefined || isAmbiguous || OTHER_CHARSET.test(type))
      return send(reply, 'unsupported_media_type');
    if (isSecretIn(request.url)) return send(reply, 'key_in_address');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    const code = refusalOf(reply);
    if (code === undefined) return;
    security.noteTelling(code, () => ({
      network: networkFrom(request.raw),
      at: `${method} ${route}`,
    }));
  });
}
