import { ERRORS, type ErrorCode, type Problem, problem } from '@throughline/shared';
import { noQuery, parse, type Schema, type Valid } from '@throughline/shared/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
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

/** Headers some routes read, and give with a good answer; every other one is the same everywhere. */
export type RequestHeader =
  | 'idempotency-key'
  | 'throughline-cause'
  | 'throughline-ticket'
  | 'if-match'
  | 'if-none-match'
  | 'last-event-id';
export type ResponseHeader = 'etag' | 'location' | 'set-cookie';

/** One operation, all that its description says included: there is no other place that knows it. */
export interface Shape<B extends Schema, Q extends Schema, A extends Schema> {
  method: Method;
  url: string;
  /** What clients made from the description call it. */
  name: string;
  /** What it does, in a sentence. */
  about: string;
  body?: B;
  query?: Q;
  /** Its body is signed (Standard Webhooks 1.0) and comes as text: its bytes are what was signed. */
  isSigned?: boolean;
  /** Its body is a file: handed on as it arrives, from pages on other origins too. */
  isFile?: boolean;
  /** What it answers when all is well; missing: nothing, or what is not JSON. */
  answer?: A;
  /** What its answer is when it is not JSON. */
  media?: string;
  /** What a good answer has, 200 unless said; with several the handler decides against the first. */
  statuses?: readonly [number, ...number[]];
  reads?: readonly RequestHeader[];
  gives?: readonly ResponseHeader[];
  /** Codes that do not follow from the rest. */
  refuses?: readonly ErrorCode[];
}

/** An agent who is signed in. */
type SignedIn = Extract<Caller, { kind: 'agent' }>;

type Answer<A extends Schema> = Valid<A> | FastifyReply;
type Answers<A extends Schema> = Answer<A> | Promise<Answer<A>>;

export type Route = Shape<Schema, Schema, Schema> & {
  /** Undefined: anybody. */
  allowed: Allowed | undefined;
  handle(call: Call<never, never>, caller: never): unknown;
};

/** A route anybody may call. */
export const open = <B extends Schema, Q extends Schema, A extends Schema>(
  shape: Shape<B, Q, A>,
  handle: (call: Call<Valid<B>, Valid<Q>>) => Answers<A>,
): Route => ({ ...shape, allowed: undefined, handle }) as Route;

/** A route for agents who are signed in; one that changes something also proves it comes from our page. */
export const guarded = <B extends Schema, Q extends Schema, A extends Schema>(
  shape: Shape<B, Q, A> & Pick<Allowed, 'role'>,
  handle: (call: Call<Valid<B>, Valid<Q>>, agent: SignedIn) => Answers<A>,
): Route => {
  const { role, ...rest } = shape;
  return { ...rest, allowed: role ? { role } : {}, handle } as Route;
};

/** A route for programs whose key has the scope, and for agents. */
export const scoped = <B extends Schema, Q extends Schema, A extends Schema>(
  shape: Shape<B, Q, A> & Allowed & Required<Pick<Allowed, 'scope'>>,
  handle: (call: Call<Valid<B>, Valid<Q>>, caller: Caller) => Answers<A>,
): Route => {
  const { role, scope, pii, ...rest } = shape;
  const allowed = { scope, ...(role ? { role } : {}), ...(pii ? { pii } : {}) };
  return { ...rest, allowed, handle } as Route;
};

const refusals = new WeakMap<FastifyReply, ErrorCode>();

/** Why an answer is a refusal; undefined: it is none of ours. */
export const refusalOf = (reply: FastifyReply): ErrorCode | undefined => refusals.get(reply);

/** RFC 9457; the members are those of a refused socket command, its sentence under `detail`. */
export function sendProblem(reply: FastifyReply, { message, ...rest }: Problem): FastifyReply {
  refusals.set(reply, rest.code);
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

function addRoutes(app: FastifyInstance, routes: Route[], callers: Callers): void {
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      handler: (request, reply) => serve(route, { request, reply }, callers),
    });
}

function takeText(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/cloudevents+json'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
}

function takeFiles(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
}

/** What a page may send along with a file, and need not ask for again for a while. */
const PREFLIGHT = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'PUT',
  'access-control-allow-headers': 'content-type, throughline-ticket',
  'access-control-max-age': '7200',
};

/** Registers a table of routes; a method none of them has answers 405 with what is allowed. */
export function register(app: FastifyInstance, routes: Route[], callers: Callers): void {
  const inScope = (some: Route[], prepare: (scope: FastifyInstance) => void) =>
    app.register((scope, _options, done) => {
      prepare(scope);
      addRoutes(scope, some, callers);
      done();
    });
  const files = routes.filter(({ isFile }) => isFile);
  addRoutes(
    app,
    routes.filter(({ isSigned, isFile }) => !(isSigned || isFile)),
    callers,
  );
  inScope(
    routes.filter(({ isSigned }) => isSigned),
    takeText,
  );
  inScope(files, takeFiles);
  for (const { url } of files)
    app.options(url, (_request, reply) => reply.code(204).headers(PREFLIGHT).send());
  refuseOtherMethods(app, routes);
}

function refuseOtherMethods(app: FastifyInstance, routes: Route[]): void {
  for (const [url, some] of Map.groupBy(routes, (route) => route.url)) {
    const allowed: string[] = some.map(({ method }) => method);
    // Fastify answers HEAD wherever there is a GET.
    const answered = some.some(({ isFile }) => isFile) ? [] : ['OPTIONS'];
    const others = [...METHODS, ...answered, 'TRACE', ...(allowed.includes('GET') ? [] : ['HEAD'])];
    app.route({
      method: others.filter((method) => !allowed.includes(method)) as HTTPMethods[],
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
  if (route.isFile) reply.header('access-control-allow-origin', '*');
  const caller = route.allowed && (await callers.authenticate(request, route.allowed));
  if (typeof caller === 'string') return send(reply, caller);
  const body = route.body ? parse(route.body, request.body) : undefined;
  if (body && !body.ok) return sendProblem(reply, body.error);
  const query = parse(route.query ?? noQuery, request.query);
  if (!query.ok) return sendProblem(reply, query.error);
  reply.code(route.statuses?.[0] ?? 200).header('cache-control', 'no-store');
  const params = request.params as Record<string, string>;
  const call = { body: body?.value, query: query.value, params, request, reply };
  return route.handle(call as never, caller as never);
}
