import { ERRORS } from '@throughline/shared';
import { type JsonSchema, type Schema, schemaName } from '@throughline/shared/schema';
import type { RequestHeader, Route } from '../route.ts';
import { codesOf } from './codes.ts';
import { type AnyResponseHeader, webhookHeaders } from './headers.ts';

type Json = Record<string, unknown>;

export const refTo = (kind: string, name: string): { $ref: string } => ({
  $ref: `#/components/${kind}/${name}`,
});

/** By name, so that clients made from the description have one type for it. */
function schemaRef(schema: Schema): { $ref: string } {
  const name = schemaName(schema);
  if (!name) throw new Error('A schema of the API has no name; export it from http.ts.');
  return refTo('schemas', name);
}

const good: Record<number, string> = {
  200: 'As asked.',
  201: 'Made.',
  202: 'Taken; it is done in a moment.',
  204: 'Done.',
  304: 'Not changed.',
};

export const pathOf = (url: string): string => url.replace(/:(\w+)/g, '{$1}');

function parametersOf({ url, query, reads = [], isSigned }: Route, queries: Queries): Json[] {
  const named = [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const { properties = {}, required = [] } = query ? queries(query) : {};
  const asked = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    ...(required.includes(name) ? { required: true } : {}),
    schema,
  }));
  const headers = [...reads, ...(isSigned ? Object.keys(webhookHeaders) : [])];
  return [...named, ...asked, ...headers.map((name) => refTo('parameters', name))];
}

const content = (media: string, schema: object) => ({ content: { [media]: { schema } } });

const headersOf = (names: readonly AnyResponseHeader[]): Json =>
  names.length === 0
    ? {}
    : { headers: Object.fromEntries(names.map((name) => [name, refTo('headers', name)])) };

function goodAnswers({ statuses = [200], answer, media, gives = [], reads = [] }: Route): Json {
  const isStamped = (reads as readonly RequestHeader[]).includes('idempotency-key');
  const headers = headersOf([...gives, ...(isStamped ? (['idempotency-replayed'] as const) : [])]);
  const schema = answer ? schemaRef(answer) : { type: 'string' };
  const hasBody = answer !== undefined || media !== undefined;
  const answers = statuses.map((status) => [
    status,
    {
      description: good[status] ?? '',
      ...headers,
      ...(hasBody && status < 300 ? content(media ?? 'application/json', schema) : {}),
    },
  ]);
  return Object.fromEntries(answers);
}

/** Refusals with one status, under a name made of their codes. */
interface Refusals {
  status: number;
  name: string;
  answer: Json;
}

export function refusalsOf(route: Route): Refusals[] {
  const byStatus = Map.groupBy(codesOf(route), (code) => ERRORS[code].status);
  return [...byStatus].map(([status, codes]) => ({
    status,
    name: codes.join('.'),
    answer: {
      description: codes.map((code) => `\`${code}\``).join(', '),
      ...(status === 429 ? headersOf(['retry-after']) : {}),
      ...content('application/problem+json', refTo('schemas', 'Problem')),
    },
  }));
}

/** One answer for each status; `default` for what can happen to any request. */
function refusals(route: Route): Json {
  const answers = refusalsOf(route).map(({ status, name }) => [status, refTo('responses', name)]);
  return { ...Object.fromEntries(answers), default: refTo('responses', 'refused') };
}

function securityOf({ allowed, method }: Route): Json {
  if (!allowed) return { security: [] };
  const { scope, role, pii } = allowed;
  const session = { session: [], ...(method === 'GET' ? {} : { csrf: [] }) };
  return {
    security: scope ? [{ key: [scope] }, session] : [session],
    ...(scope ? { 'x-scopes': [scope] } : {}),
    ...(pii ? { 'x-pii': pii } : {}),
    ...(role ? { 'x-role': role } : {}),
  };
}

function bodyOf({ body, isSigned, isFile }: Route): Json {
  if (isFile)
    return { requestBody: { required: true, ...content('application/octet-stream', {}) } };
  if (isSigned) return { requestBody: { required: true, ...content('application/json', {}) } };
  if (!body) return {};
  return { requestBody: { required: true, ...content('application/json', schemaRef(body)) } };
}

/** What a query may say. */
export type Queries = (query: Schema) => {
  properties?: Record<string, JsonSchema>;
  required?: string[];
};

/** A route as its description has it; all of it follows from the table. */
export const operationOf = (route: Route, tag: string, queries: Queries): Json => ({
  operationId: route.name,
  summary: route.about,
  tags: [tag],
  ...securityOf(route),
  parameters: parametersOf(route, queries),
  ...bodyOf(route),
  responses: { ...goodAnswers(route), ...refusals(route) },
});
