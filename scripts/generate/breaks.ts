import type { JsonSchema } from '@throughline/shared/schema';

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const map = (value: unknown): Record<string, JsonSchema> =>
  (value ?? {}) as Record<string, JsonSchema>;

const typesOf = ({ type, anyOf }: JsonSchema): unknown[] =>
  anyOf ? list(anyOf).flatMap((one) => typesOf(one as JsonSchema)) : list(type).concat(type ?? []);

/** The part of a schema that says something of objects; the others of an `anyOf` are null and the like. */
const objectIn = (schema: JsonSchema): JsonSchema =>
  (list(schema.anyOf).find((one) => (one as JsonSchema).properties) as JsonSchema) ?? schema;

/**
 * What a consumer written for `before` would miss or misread in `after`: a property removed, renamed or
 * narrowed, a kind of value gone, something certain no longer so. Adding is no break.
 */
export function findBreaks(before: JsonSchema, after: JsonSchema, path = ''): string[] {
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const [was, is] = [objectIn(before), objectIn(after)];
  const props = map(is.properties);
  const found = Object.entries(map(was.properties)).flatMap(([name, property]) =>
    props[name] ? findBreaks(property, props[name], at(name)) : [`${at(name)} was removed`],
  );
  const lostTypes = typesOf(before).filter((type) => !typesOf(after).includes(type));
  const newTypes = typesOf(after).filter((type) => !typesOf(before).includes(type));
  if (typesOf(before).length > 0 && lostTypes.length + newTypes.length > 0)
    found.push(`${path} is of another type`);
  for (const value of list(before.enum))
    if (!list(after.enum).includes(value)) found.push(`${path} is never ${value} any more`);
  if (before.const !== undefined && before.const !== after.const)
    found.push(`${path} is not always ${before.const} any more`);
  for (const name of list(was.required))
    if (!list(is.required).includes(name)) found.push(`${at(String(name))} may be missing now`);
  if (before.items)
    found.push(...findBreaks(before.items as JsonSchema, map(after).items ?? {}, `${path}[]`));
  return found;
}
