import type { Schema } from './arguments.ts';
import type { ToolOffer } from './model.ts';

const SCALARS = ['string', 'number', 'integer', 'boolean'];

/** What may be left out may be null instead: every field has to be there. */
const orNull = ({ enum: values, ...schema }: Schema): Schema => ({
  ...schema,
  type: [schema.type, 'null'],
  ...(values && { enum: [...values, null] }),
});

/** Undefined where it says something the endpoint could not hold a model to. */
function strict(schema: Schema): Schema | undefined {
  const { type, description, enum: values, properties, required, items } = schema;
  const common: Schema = { type, ...(description !== undefined && { description }) };
  if (SCALARS.includes(String(type))) return { ...common, ...(values && { enum: values }) };
  if (type === 'array') {
    const each: Schema | undefined = items && strict(items);
    return each && { ...common, items: each };
  }
  return type === 'object' ? strictObject(common, properties ?? {}, required ?? []) : undefined;
}

function strictObject(
  common: Schema,
  properties: Record<string, Schema>,
  required: readonly string[],
): Schema | undefined {
  const all: Record<string, Schema> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const held: Schema | undefined = strict(schema);
    if (!held) return undefined;
    all[name] = required.includes(name) ? held : orNull(held);
  }
  return {
    ...common,
    properties: all,
    required: Object.keys(all),
    additionalProperties: false,
  };
}

/**
 * A tool for an endpoint that holds a model to the schema while it writes (structured output of function
 * calls, platform.openai.com/docs/guides/structured-outputs): every field is required, there are none
 * beside them. Limits it does not know are left out; arguments are checked here all the same. One that
 * cannot be said like that stays as it is.
 */
export function toStrict(offer: ToolOffer): ToolOffer {
  const parameters: Schema | undefined = strict(offer.parameters);
  return parameters ? { ...offer, parameters, strict: true } : offer;
}
