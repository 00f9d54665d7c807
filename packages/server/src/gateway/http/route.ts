import { ERRORS, type ErrorCode, type Problem, problem } from '@throughline/shared';
import { parse, type Schema, type Valid } from '@throughline/shared/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sameSecret } from '../../lib/secrets.ts';
import type { SignedIn } from '../../settings/sessions.ts';
import { ownOrigin } from '../address.ts';
import { sessionToken } from '../cookies.ts';
import type { Parts } from '../parts.ts';

type Method = 'GET' | 'POST' | 'DELETE';

export interface Call<B, Q> {
  body: B;
  query: Q;
  params: Record<string, string>;
  request: FastifyRequest;
  reply: FastifyReply;
}

export type AgentCall<B, Q> = Call<B, Q> & SignedIn;

interface Shape<B extends Schema, Q extends Schema> {
  method: Method;
  url: string;
  body?: B;
  query?: Q;
}

export type Route =
  | (Shape<Schema, Schema> & { who: 'anybody'; handle(call: Call<never, never>): unknown })
  | (Shape<Schema, Schema> & { who: 'agent'; handle(call: AgentCall<never, never>): unknown });

/** A route anybody may call. */
export const open = <B extends Schema, Q extends Schema>(
  shape: Shape<B, Q>,
  handle: (call: Call<Valid<B>, Valid<Q>>) => unknown,
): Route => ({ ...shape, who: 'anybody', handle }) as Route;

/** A route for agents who are signed in; one that changes something also proves it comes from our page. */
export const guarded = <B extends Schema, Q extends Schema>(
  shape: Shape<B, Q>,
  handle: (call: AgentCall<Valid<B>, Valid<Q>>) => unknown,
): Route => ({ ...shape, who: 'agent', handle }) as Route;

/** RFC 9457; the members are those of a refused socket command, its sentence under `detail`. */
export function sendProblem(reply: FastifyReply, { message, ...rest }: Problem): FastifyReply {
  if (rest.retryAfterMs !== undefined)
    reply.header('retry-after', Math.ceil(rest.retryAfterMs / 1000));
  const { status } = ERRORS[rest.code];
  const title = rest.code.replaceAll('_', ' ');
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send({ type: `urn:throughline:error:${rest.code}`, title, status, detail: message, ...rest });
}

export const send = (reply: FastifyReply, code: ErrorCode, more?: Partial<Problem>): FastifyReply =>
  sendProblem(reply, problem(code, more));

const METHODS: Method[] = ['GET', 'POST', 'DELETE'];
const UNUSED = ['PUT', 'PATCH', 'OPTIONS'] as const;

/** Registers a table of routes; a method none of them has answers 405 with what is allowed. */
export function register(app: FastifyInstance, routes: Route[], parts: Parts): void {
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      handler: (request, reply) => serve(route, { request, reply }, parts),
    });
  for (const url of new Set(routes.map((route) => route.url))) {
    const allowed = routes.filter((route) => route.url === url).map(({ method }) => method);
    const rest = [...METHODS, ...UNUSED].filter((method) => !allowed.includes(method as Method));
    app.route({
      method: rest,
      url,
      handler: (_request, reply) =>
        send(reply.header('allow', allowed.join(', ')), 'method_not_allowed'),
    });
  }
}

async function serve(
  route: Route,
  { request, reply }: Pick<Call<never, never>, 'request' | 'reply'>,
  parts: Parts,
): Promise<unknown> {
  const signedIn = route.who === 'agent' ? await authenticate(route, request, parts) : undefined;
  if (typeof signedIn === 'string') return send(reply, signedIn);
  const body = route.body ? parse(route.body, request.body) : undefined;
  if (body && !body.ok) return sendProblem(reply, body.error);
  const query = route.query ? parse(route.query, request.query) : undefined;
  if (query && !query.ok) return sendProblem(reply, query.error);
  reply.header('cache-control', 'no-store');
  const params = request.params as Record<string, string>;
  const call = { body: body?.value, query: query?.value, params, request, reply, ...signedIn };
  return route.handle(call as never);
}

async function authenticate(
  route: Route,
  { raw, headers }: FastifyRequest,
  { sessions, config }: Parts,
): Promise<SignedIn | ErrorCode> {
  const token = sessionToken(raw, config);
  const found = token === undefined ? undefined : await sessions.whoIs(token);
  if (!found) return 'unauthorized';
  if (route.method === 'GET') return found;
  const { origin } = headers;
  if (origin !== undefined && origin !== ownOrigin(raw, config)) return 'csrf_failed';
  const proof = headers['x-csrf-token'];
  return typeof proof === 'string' && sameSecret(proof, found.session.csrf) ? found : 'csrf_failed';
}
