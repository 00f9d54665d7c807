import { z } from 'zod';
import * as accounts from './accounts-http.ts';
import * as answers from './answers.ts';
import { contextSource, identity, site } from './blueprint.ts';
import { theirSecret } from './bot-http.ts';
import * as botsHttp from './bots-http.ts';
import { actor, agentEvent, attachment } from './events/index.ts';
import type { JsonSchema } from './events/outward.ts';
import { fact } from './facts.ts';
import * as files from './files.ts';
import * as http from './http.ts';
import * as journeysHttp from './journeys.ts';
import * as knowledge from './knowledge.ts';
import type { Schema } from './parse.ts';
import { httpProblem } from './problem.ts';
import { routingFinding } from './routing.ts';
import * as routingHttp from './routing-http.ts';
import * as sites from './sites.ts';
import { json, reply, turn } from './turn.ts';
import { receipt } from './wire.ts';

/** As it is sent, or as it is answered. */
type Direction = 'input' | 'output';

const isSchema = (value: unknown): value is Schema => value instanceof z.ZodType;

const names = new Map<Schema, string>();
/** Everything the API takes and gives that has a name, with that name: `ContactSummary`. */
const named = z.registry<{ id: string }>();
for (const [name, schema] of Object.entries({
  ...{
    actor,
    agentEvent,
    attachment,
    contextSource,
    fact,
    identity,
    json,
    problem: httpProblem,
    receipt,
    reply,
    site,
    turn,
    routingFinding,
  },
  theirSecret,
  ...files,
  ...http,
  ...accounts,
  ...knowledge,
  ...routingHttp,
  ...botsHttp,
  ...journeysHttp,
  ...sites,
  ...answers,
})) {
  if (!isSchema(schema) || names.has(schema)) continue;
  const id = name.charAt(0).toUpperCase() + name.slice(1);
  names.set(schema, id);
  named.add(schema, { id });
}

/** What a schema is called in a description of the API. */
export const schemaName = (schema: Schema): string | undefined => names.get(schema);

/** A map with a fixed set of names is an object. */
function nameAll(schema: JsonSchema): void {
  const { additionalProperties: each, required } = schema;
  const names = required as string[];
  schema.properties = Object.fromEntries(names.map((name) => [name, each]));
  delete schema.propertyNames;
  delete schema.additionalProperties;
}

const rulesFor = (io: Direction, target: 'draft-2020-12' | 'draft-7' = 'draft-2020-12') => ({
  io,
  target,
  unrepresentable: 'any' as const,
  override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }) {
    const { def } = zodSchema._zod;
    // What is looked at before its shape is checked still has that shape.
    if (def.type === 'pipe' && def.in._zod.def.type === 'unknown')
      Object.assign(jsonSchema, jsonSchemaOf(def.out as Schema, io));
    if (def.type === 'record' && def.keyType._zod.def.type === 'enum') nameAll(jsonSchema);
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    // Answers are open: they may say more in a later version.
    if (io === 'output' && jsonSchema.additionalProperties === false)
      delete jsonSchema.additionalProperties;
  },
});

const bare = ({ $schema: _, $id: __, ...schema }: JsonSchema): JsonSchema => schema;

/** One schema with all that is in it, in the words JSON Schema has had since draft 7. */
export const jsonSchemaOf = (schema: Schema, io: Direction): JsonSchema =>
  bare(z.toJSONSchema(schema, rulesFor(io, 'draft-7')) as JsonSchema);

/** Everything that has a name, as JSON Schema 2020-12; `refTo` says how one refers to another. */
export function namedSchemas(
  io: Direction,
  refTo: (name: string) => string,
): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(named, { ...rulesFor(io), uri: refTo });
  const entries = Object.entries(schemas).map(([name, schema]) => [name, bare(schema)] as const);
  return Object.fromEntries(entries);
}
