import { ERRORS, type ErrorCode, type Problem, problem } from '@throughline/shared';
import { parse, type Schema, type Valid } from '@throughline/shared/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../../settings/sessions.ts';
import type { Allowed, Caller, Callers } from './callers.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

export interface Call<B, Q> {
  body: B;
  query: Q;
  params: Record<string, string>;
  request: FastifyRequest;
  reply: FastifyReply;
}

interface Shape<B extends Schema, Q extends Schema> {
  method: Method;
  url: string;
  body?: B;
  query?: Q;
}

export type Route = Shape<Schema, Schema> & {
  /** Undefined: anybody. */
  allowed: Allowed | undefined;
  handle(call: Call<never, never>, caller: never): unknown;
};

/** A route anybody may call. */
export const open = <B extends Schema, Q extends Schema>(
  shape: Shape<B, Q>,
  handle: (call: Call<Valid<B>, Valid<Q>>) => unknown,
): Route => ({ ...shape, allowed: undefined, handle }) as Route;

/** A route for agents who are signed in; one that changes something also proves it comes from our page. */
export const guarded = <B extends Schema, Q extends Schema>(
  shape: Shape<B, Q> & Pick<Allowed, 'role'>,
  handle: (call: Call<Valid<B>, Valid<Q>>, agent: SignedIn) => unknown,
): Route => {
  const { role, ...rest } = shape;
  return { ...rest, allowed: role ? { role } : {}, handle } as Route;
};

/** A route for programs whose key has the scope, and for agents. */
export const scoped = <B extends Schema, Q extends Schema>(
  shape: Shape<B, Q> & Allowed & Required<Pick<Allowed, 'scope'>>,
  handle: (call: Call<Valid<B>, Valid<Q>>, caller: Caller) => unknown,
): Route => {
  const { role, scope, pii, ...rest } = shape;
  const allowed = { scope, ...(role ? { role } : {}), ...(pii ? { pii } : {}) };
  return { ...rest, allowed, handle } as Route;
};

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

/** Registers a table of routes; a method none of them has answers 405 with what is allowed. */
export function register(app: FastifyInstance, routes: Route[], callers: Callers): void {
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      handler: (request, reply) => serve(route, { request, reply }, callers),
    });
  for (const url of new Set(routes.map((route) => route.url))) {
    const allowed = routes.filter((route) => route.url === url).map(({ method }) => method);
    const rest = [...METHODS, 'OPTIONS'].filter((method) => !allowed.includes(method as Method));
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
  callers: Callers,
): Promise<unknown> {
  const caller = route.allowed && (await callers.authenticate(request, route.allowed));
  if (typeof caller === 'string') return send(reply, caller);
  const body = route.body ? parse(route.body, request.body) : undefined;
  if (body && !body.ok) return sendProblem(reply, body.error);
  const query = route.query ? parse(route.query, request.query) : undefined;
  if (query && !query.ok) return sendProblem(reply, query.error);
  reply.header('cache-control', 'no-store');
  const params = request.params as Record<string, string>;
  const call = { body: body?.value, query: query?.value, params, request, reply };
  return route.handle(call as never, caller as never);
}
