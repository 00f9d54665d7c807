import { z } from 'zod';

/**
 * How much a property says about a person. `none`: ids and enums; `pseudonymous`: addresses of pages,
 * devices; `contact`: names and traits; `content`: what somebody wrote.
 */
export const piiLevels = ['none', 'pseudonymous', 'contact', 'content'] as const;
export type PiiLevel = (typeof piiLevels)[number];

/** Whether what is this personal may be seen by who may see `level`. */
export const isWithin = (pii: PiiLevel, level: PiiLevel): boolean =>
  piiLevels.indexOf(pii) <= piiLevels.indexOf(level);

/** What a property means and how personal it is; both travel into the JSON Schema. */
export const field = <S extends z.ZodType>(schema: S, about: string, pii: PiiLevel = 'none'): S =>
  schema.meta({ description: about, 'x-pii': pii }) as S;

/** Unmarked is as personal as what it is made of: see `personal.ts`. */
export const piiOf = (schema: z.ZodType): PiiLevel | undefined =>
  schema.meta()?.['x-pii'] as PiiLevel | undefined;

/** Who of a conversation sees it; what only the `page` sees never reaches the relay. */
type SeenBy = 'everybody' | 'agents' | 'page';

/** One kind of event: the single source of its schema, type, documentation and example. */
export interface EventKind<D extends z.ZodObject = z.ZodObject, S extends SeenBy = SeenBy> {
  /** When it happens, and, where it is not obvious, when it does not. */
  about: string;
  seenBy: S;
  /** Rises in its second place when a property is added; any other change makes another type: `….v2`. */
  version: string;
  data: D;
  example: z.output<D>;
}

export const define = <D extends z.ZodObject, S extends SeenBy>(
  kind: Omit<EventKind<D, S>, 'version'> & { version?: string },
): EventKind<D, S> => ({ version: kind.seenBy === 'page' ? '1.0' : '1.1', ...kind });

export const actor = z.object({
  kind: field(z.enum(['visitor', 'agent', 'bot', 'system']), 'what did it'),
  id: field(z.string(), 'which one'),
  name: field(z.string().optional(), 'its name at that moment; agents and bots only', 'contact'),
});
export type Actor = z.infer<typeof actor>;

export const agentRef = z.object({
  id: field(z.string(), 'id of the agent'),
  name: field(z.string(), 'name of the agent at that moment', 'contact'),
});
