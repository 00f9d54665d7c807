import type { z } from 'zod';
import { pointerTo, type Schema, type Valid } from './parse.ts';

type Path = PropertyKey[];

/** The names an issue is about that the schema does not know; none where something else is wrong. */
function unknownIn(issue: z.core.$ZodIssue): Path[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  if (issue.code !== 'invalid_union') return [];
  const branches = issue.errors.map((issues) => issues.map(unknownIn));
  const fitting = branches.find((found) => found.every((paths) => paths.length > 0)) ?? [];
  return fitting.flat().map((path) => [...issue.path, ...path]);
}

function remove(document: unknown, path: Path): void {
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((at, key) => Reflect.get(Object(at), key), document);
  Reflect.deleteProperty(Object(holder), path.at(-1) ?? '');
}

export interface Known<T> {
  value: T;
  /** What was left out: JSON pointers. */
  unknown: string[];
}

/**
 * Reads what a newer version may have written: names it has added are left out. Undefined where that
 * is not enough. `document` is changed.
 */
export function parseKnown<S extends Schema>(
  schema: S,
  document: unknown,
): Known<Valid<S>> | undefined {
  const unknown: string[] = [];
  for (;;) {
    const result = schema.safeParse(document);
    if (result.success) return { value: result.data, unknown };
    const paths = result.error.issues.flatMap(unknownIn);
    if (paths.length === 0) return undefined;
    for (const path of paths) remove(document, path);
    unknown.push(...paths.map(pointerTo));
  }
}
