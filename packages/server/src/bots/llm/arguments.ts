import { parseJson } from '../../lib/json.ts';

/** A JSON Schema, as far as it is looked into: what is not listed here limits nothing. */
export interface Schema {
  type?: unknown;
  description?: string | undefined;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  enum?: readonly unknown[] | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  maxItems?: number | undefined;
  format?: string | undefined;
  /** Said to endpoints only: here nothing is ever allowed beside what is named. */
  additionalProperties?: false;
}

export const ARGUMENT_BYTES = 8192;
const STRING_CHARS = 200;
const ITEMS = 50;
const DEPTH = 4;

const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/,
  email: /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  uri: /^https:\/\/[^\s]+$/,
};

/** An address would make the business's own systems call it; a path would lead them elsewhere. */
const LEADS_AWAY = /[a-z][a-z0-9+.-]*:\/\/|\.\.[/\\]|^[/\\~]|\\\\/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F]/;

function faultInString(
  value: string,
  { minLength = 0, maxLength, format }: Schema,
): string | undefined {
  if (value.length < minLength) return 'is too short';
  if (value.length > (maxLength ?? STRING_CHARS)) return 'is too long';
  if (CONTROL.test(value)) return 'has characters no text has';
  if (format && FORMATS[format] && !FORMATS[format].test(value)) return `is no ${format}`;
  if (format !== 'uri' && LEADS_AWAY.test(value)) return 'must be no address and no path';
  return undefined;
}

function faultInNumber(value: number, schema: Schema): string | undefined {
  if (schema.type === 'integer' && !Number.isSafeInteger(value)) return 'is no whole number';
  if (schema.minimum !== undefined && value < schema.minimum) return `is below ${schema.minimum}`;
  return schema.maximum !== undefined && value > schema.maximum
    ? `is above ${schema.maximum}`
    : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function faultInObject(
  value: Record<string, unknown>,
  schema: Schema,
  depth: number,
): string | undefined {
  const properties = schema.properties ?? {};
  const extra = Object.keys(value).find((name) => !Object.hasOwn(properties, name));
  if (extra !== undefined) return 'has a field there is not';
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `lacks ${missing}`;
  for (const [name, inner] of Object.entries(value)) {
    const fault = faultIn(inner, properties[name] ?? {}, depth + 1);
    if (fault) return `${name}: ${fault}`;
  }
  return undefined;
}

function faultInList(
  value: unknown[],
  { items, maxItems }: Schema,
  depth: number,
): string | undefined {
  if (value.length > (maxItems ?? ITEMS)) return 'has too many';
  return value.map((item) => faultIn(item, items ?? {}, depth + 1)).find(Boolean);
}

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const KINDS: Record<string, (value: never, schema: Schema, depth: number) => string | undefined> = {
  string: faultInString,
  number: faultInNumber,
  integer: faultInNumber,
  boolean: () => undefined,
  object: faultInObject,
  array: faultInList,
};

/** What is wrong with a value; a type that is not said, or is several, allows nothing. */
function faultIn(value: unknown, schema: Schema, depth = 0): string | undefined {
  const { type } = schema;
  if (depth > DEPTH || typeof type !== 'string') return 'is not described';
  const check = KINDS[type];
  if (!check || typeOf(value) !== (type === 'integer' ? 'number' : type)) return `is no ${type}`;
  if (schema.enum && !schema.enum.includes(value)) return 'is none of those there are';
  return check(value as never, schema, depth);
}

/** Without the nulls that stand for what may be left out: how some models say that they leave it out. */
function withoutNulls(value: unknown, schema: Schema, depth = 0): unknown {
  if (depth > DEPTH) return value;
  const inner = (it: unknown, its: Schema = {}) => withoutNulls(it, its, depth + 1);
  if (Array.isArray(value)) return value.map((item) => inner(item, schema.items));
  if (!isObject(value)) return value;
  const { properties = {}, required = [] } = schema;
  const mayGo = (name: string) => Object.hasOwn(properties, name) && !required.includes(name);
  const given = Object.entries(value).filter(([name, it]) => it !== null || !mayGo(name));
  return Object.fromEntries(given.map(([name, it]) => [name, inner(it, properties[name])]));
}

type Checked = { value: Record<string, unknown> } | { fault: string };

/** What a model wrote, as the tool wants it, or what is wrong with it. */
export function checkArguments(text: string, schema: Schema): Checked {
  if (Buffer.byteLength(text) > ARGUMENT_BYTES) return { fault: 'the arguments are too long' };
  let value: unknown;
  try {
    value = parseJson(text.trim() === '' ? '{}' : text);
  } catch {
    return { fault: 'the arguments are no JSON' };
  }
  if (!isObject(value)) return { fault: 'the arguments are no object' };
  const given = withoutNulls(value, schema) as Record<string, unknown>;
  const fault = faultIn(given, { ...schema, type: 'object' });
  return fault ? { fault: `the arguments: ${fault}` } : { value: given };
}
