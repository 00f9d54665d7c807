import { z } from 'zod';
import { isWithin, type PiiLevel, piiOf } from './define.ts';

/** What is left of a value at a level; undefined: nothing. */
type Sieve = (value: unknown) => unknown;

const all: Sieve = (value) => value;
const nothing: Sieve = () => undefined;

function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? bare(schema.unwrap() as z.ZodType)
    : schema;
}

function objectSieve(schema: z.ZodObject, level: PiiLevel): Sieve {
  const sieves = Object.entries(schema.shape).map(
    ([name, inner]) => [name, sieveOf(inner as z.ZodType, level)] as const,
  );
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const kept = sieves.flatMap(([name, sieve]) => {
      const left = sieve((value as Record<string, unknown>)[name]);
      return left === undefined ? [] : [[name, left]];
    });
    return Object.fromEntries(kept);
  };
}

/**
 * Lets through what is no more personal than `level`. A mark on a property counts for all that is in it;
 * without one, an object is as personal as its parts and everything else is not personal.
 */
export function sieveOf(schema: z.ZodType, level: PiiLevel): Sieve {
  const inner = bare(schema);
  const pii = piiOf(schema) ?? piiOf(inner) ?? 'none';
  if (pii !== 'none') return isWithin(pii, level) ? all : nothing;
  if (inner instanceof z.ZodObject) return objectSieve(inner, level);
  if (!(inner instanceof z.ZodArray)) return all;
  const each = sieveOf(inner.element as z.ZodType, level);
  return (value) => (Array.isArray(value) ? value.map(each) : value);
}

/** Whether anything in it says something of a person. */
export function isPersonal(schema: z.ZodType): boolean {
  const inner = bare(schema);
  const pii = piiOf(schema) ?? piiOf(inner) ?? 'none';
  if (pii !== 'none') return true;
  if (inner instanceof z.ZodObject)
    return Object.values(inner.shape).some((part) => isPersonal(part as z.ZodType));
  return inner instanceof z.ZodArray && isPersonal(inner.element as z.ZodType);
}
