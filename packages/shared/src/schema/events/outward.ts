import { z } from 'zod';
import * as f from '../fields.ts';
import { type Actor, actor, type EventKind, field, type PiiLevel } from './define.ts';
import type { envelope } from './envelope.ts';
import { catalogue, type EventData, type EventName, type EventType } from './index.ts';
import { sieveOf } from './personal.ts';

/** Before every name, as CloudEvents asks for. Consumers filter on what follows. */
export const TYPE_PREFIX = 'dev.throughline.';

/** What every event outward says beside its own properties. */
const around = {
  conversation: field(
    z
      .object({
        id: field(f.id, 'id of the conversation'),
        seq: field(z.int(), 'place among all its events, dense from 1: a hole is a loss'),
      })
      .optional(),
    'the conversation it belongs to',
  ),
  contact: field(
    z.object({ id: field(f.id, 'id of the contact') }).optional(),
    'the contact it is about',
  ),
  actor: field(actor, 'who did it'),
  redacted: field(
    z.literal(true).optional(),
    'the data was taken out of the log; nothing else of it is left',
  ),
  whole: field(
    z.string().optional(),
    'the rest was too long to be sent: a page of the API that holds this event as a whole',
  ),
};

interface Around {
  conversation?: { id: string; seq: number };
  contact?: { id: string };
  actor: Actor;
}

type Envelope = z.infer<typeof envelope>;

/** An event as a receiver outside gets it. What its level leaves out is missing from `data`. */
export type CloudEvent = {
  [T in EventType]: Envelope & {
    type: `${typeof TYPE_PREFIX}${T}`;
    data: Around & (EventData<T> | { redacted: true } | { whole: string });
  };
}[EventType];

/** The `data` of a CloudEvent of this kind. */
const outwardData = (kind: EventKind): z.ZodObject => z.object({ ...around, ...kind.data.shape });

type Sieves = Partial<Record<EventType, (value: unknown) => unknown>>;

const sieves = new Map<PiiLevel, Sieves>();

function sievesFor(level: PiiLevel): Sieves {
  const known = sieves.get(level);
  if (known) return known;
  const made = Object.fromEntries(
    Object.entries(catalogue).map(([type, kind]) => [type, sieveOf(outwardData(kind), level)]),
  ) as Sieves;
  sieves.set(level, made);
  return made;
}

/** Of a kind only a newer relay knows: nobody here can tell how personal the rest is. */
const unknownKind = z.object(around);

/** An event's outward data without what is more personal than `level`. */
export function withhold(type: EventType, data: object, level: PiiLevel): object {
  const sieve = sievesFor(level)[type] ?? sieveOf(unknownKind, level);
  return sieve(data) as object;
}

export type JsonSchema = Record<string, unknown>;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * As consumers read it: open, because properties may be added; every property says how personal it is;
 * what a lower level takes out is not required.
 */
function open({ additionalProperties, required, ...schema }: JsonSchema): JsonSchema {
  const { properties, anyOf, oneOf, items } = schema;
  const made: JsonSchema = { ...schema };
  // A map of free names has a schema for them; a shut object only says that there are no others.
  if (isSchema(additionalProperties)) made.additionalProperties = additionalProperties;
  if (Array.isArray(anyOf)) made.anyOf = anyOf.map(open);
  if (Array.isArray(oneOf)) made.oneOf = oneOf.map(open);
  if (isSchema(items)) made.items = open(items);
  if (!isSchema(properties)) return made;
  const inner = Object.entries(properties).map(([name, value]) => {
    const property = open(value as JsonSchema);
    return [name, { ...property, 'x-pii': property['x-pii'] ?? 'none' }] as const;
  });
  const certain = inner
    .filter(([name, { 'x-pii': pii }]) => pii === 'none' && (required as string[])?.includes(name))
    .map(([name]) => name);
  return {
    ...made,
    properties: Object.fromEntries(inner),
    ...(certain.length > 0 ? { required: certain } : {}),
  };
}

/**
 * JSON Schema 2020-12 of an event's outward data. A record that was redacted, or is too long to be sent,
 * keeps what is around it; what only the page sees has nothing around it.
 */
export function outwardSchema(type: EventName, id: string): JsonSchema {
  const kind: EventKind = catalogue[type];
  const isOfPage = kind.seenBy === 'page';
  const made = z.toJSONSchema(isOfPage ? kind.data : outwardData(kind), { io: 'output' });
  const { $schema, ...schema } = made;
  const { about, version } = kind;
  const { required = [], ...opened } = open(schema as JsonSchema);
  const own = (required as string[]).filter((name) => name !== 'actor');
  const head = { $schema, $id: id, title: type, description: about, version, ...opened };
  if (isOfPage) return { ...head, required: own };
  return {
    ...head,
    required: ['actor'],
    ...(own.length > 0
      ? { anyOf: [own, ['redacted'], ['whole']].map((names) => ({ required: names })) }
      : {}),
  };
}
