import type { z } from 'zod';
import {
  ERRORS,
  type ErrorCode,
  type Finding,
  isErrorCode,
  type Problem,
  problem,
} from '../errors.ts';

/** A schema, and what passes it: all the relay needs to know of the validator. */
export type Schema = z.ZodType;
export type Valid<S extends Schema> = z.infer<S>;

type Issue = z.core.$ZodIssue;

const codeOf = (issue: Issue): ErrorCode => {
  if (isErrorCode(issue.message)) return issue.message;
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'unknown_field';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too_long' : 'bad_value';
    case 'too_small':
      return issue.origin === 'string' ? 'empty' : 'bad_value';
    case 'invalid_type':
    case 'invalid_union':
      return 'bad_type';
    default:
      return 'bad_value';
  }
};

export type Parsed<T> = { ok: true; value: T } | { ok: false; error: Problem };

/** Checks a value from outside; the refusal names the first field at fault and never its content. */
export function parse<S extends Schema>(schema: S, value: unknown): Parsed<Valid<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  if (!issue) return { ok: false, error: problem('bad_type') };
  // A name that is not allowed is not repeated either (P28); one that is, is letters and digits.
  const path = issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path;
  const field = path.join('.').slice(0, 100);
  return { ok: false, error: problem(codeOf(issue), field ? { field } : undefined) };
}

export const pointerTo = (path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** All that is wrong with a document, for whoever wrote it: names that are not allowed are repeated. */
export function faultsIn(schema: Schema, value: unknown): Finding[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.flatMap((issue) => {
    const code = codeOf(issue);
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]];
    return unknown.map((key) => {
      return { path: pointerTo([...issue.path, ...key]), code, message: ERRORS[code].message };
    });
  });
}
