import { type JsonSchema, namedSchemas, schemaName } from '@throughline/shared/schema';
import type { Route } from '../route.ts';
import { requestHeaders, responseHeaders, turnHeaders, webhookHeaders } from './headers.ts';
import { operationOf, pathOf, type Queries, refTo, refusalsOf } from './operation.ts';
import { eventSchemas, webhooks } from './webhooks.ts';

const tags: Record<string, string> = {
  conversations: 'What is said, where it stands, and what a program does about it.',
  files: 'What people and programs send along.',
  contacts: 'Who the business’s people are.',
  events: 'Everything that happens, and what kinds of it there are.',
  endpoints: 'Where events are sent to, and what came of it.',
  sources: 'The business’s own systems that call in.',
  sites: 'What pages may use the chat, and how.',
  blueprint: 'Who gets which conversation, and what was published when.',
  bots: 'Programs that answer visitors.',
  agents: 'The team.',
  keys: 'What lets programs in.',
  session: 'Signing in and out.',
  relay: 'About the relay itself.',
  webhooks: 'What endpoints receive, and what bots are asked.',
};
/** First parts of addresses that stand under the heading of another one. */
const under: Record<string, string> = {
  setup: 'session',
  turns: 'bots',
  'event-types': 'events',
  'openapi.json': 'relay',
};

const tagOf = (url: string): string => {
  const [, , first = ''] = url.split('/');
  return under[first] ?? first;
};

const info = {
  title: 'Throughline',
  version: '1',
  summary: 'The relay’s API.',
  description:
    'Programs send a key as `Authorization: Bearer`; agents have a session cookie and prove with a header that a write comes from the console. Every refusal is a problem with a fixed `code`. Every write takes an `Idempotency-Key`, but for signing in and out, one-time links, the bytes of a file, signed calls of sources and replies to turns, which carry something that is good once.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const securitySchemes = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key with the scope an operation names, and the level of `x-pii` where it does.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-throughline',
    description: 'An agent who is signed in; `throughline` over plain http.',
  },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'The proof `GET /v1/session` tells.',
  },
};

const anyRefusal = {
  description: 'Refused for a reason any request may meet: see `code`.',
  content: { 'application/problem+json': { schema: refTo('schemas', 'Problem') } },
};

function pathsOf(routes: Route[]): Record<string, object> {
  const inputs = namedSchemas('input', (name) => refTo('schemas', name).$ref);
  const queries: Queries = (query) => inputs[schemaName(query) ?? ''] ?? {};
  const byPath = Map.groupBy(routes, ({ url }) => pathOf(url));
  return Object.fromEntries(
    [...byPath].map(([path, some]) => [
      path,
      Object.fromEntries(
        some.map((route) => [
          route.method.toLowerCase(),
          operationOf(route, tagOf(route.url), queries),
        ]),
      ),
    ]),
  );
}

/** Every schema there is: as it is sent where it is a body, as it is answered otherwise. */
function schemasOf(routes: Route[]): Record<string, JsonSchema> {
  const ref = (name: string) => refTo('schemas', name).$ref;
  const bodies = routes.flatMap(({ body }) => (body ? [schemaName(body)] : []));
  const sent = Object.entries(namedSchemas('input', ref)).filter(([name]) => bodies.includes(name));
  return { ...namedSchemas('output', ref), ...Object.fromEntries(sent), ...eventSchemas() };
}

/** Those that are referred to, directly or by one another. */
function pick(from: unknown, all: Record<string, JsonSchema>, found = new Set<string>()) {
  const refs = JSON.stringify(from).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  for (const [, name = ''] of refs) {
    if (found.has(name)) continue;
    pick(all[name], all, found.add(name));
  }
  return found;
}

/** OpenAPI 3.1 of the routes: nothing in it is written down twice. */
export function describeApi(routes: Route[]): Record<string, unknown> {
  const paths = pathsOf(routes);
  const hooks = webhooks();
  const refused = routes.flatMap(refusalsOf).map(({ name, answer }) => [name, answer]);
  const responses = { refused: anyRefusal, ...Object.fromEntries(refused) };
  const all = schemasOf(routes);
  const names = [...pick([paths, hooks, responses], all)].sort();
  const schemas = Object.fromEntries(names.map((name) => [name, all[name]]));
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: hooks,
    components: {
      schemas,
      responses,
      parameters: { ...requestHeaders, ...webhookHeaders, ...turnHeaders },
      headers: responseHeaders,
      securitySchemes,
    },
  };
}
