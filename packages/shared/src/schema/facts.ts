import { z } from 'zod';
import { actor } from './events/define.ts';
import * as f from './fields.ts';

/** `everybody`: the visitor’s page too; `agents`: people and programs; `programs`: not shown in the console. */
export const visibilities = ['everybody', 'agents', 'programs'] as const;

/** Text, a number, true or false; null takes back what the same source said before. */
export const factValue = z.union([f.text(1000), f.number, z.boolean(), z.null()]);
export type FactValue = z.infer<typeof factValue>;

/** What a source says about a contact. */
export const newFact = z.strictObject({
  name: f.attributeName,
  value: factValue,
  /** When it was so; now, unless said. */
  observedAt: f.timeMs.optional(),
  /** When it can no longer be relied on; never, unless said. */
  expiresAt: f.timeMs.nullable().optional(),
  /** 0 to 1, of a source that is not certain. */
  confidence: z.number().min(0).max(1).nullable().optional(),
  visibility: z.enum(visibilities).optional(),
});
export type NewFact = z.infer<typeof newFact>;

/** What a source said last about one name. */
export const fact = z.object({
  name: z.string(),
  value: factValue,
  source: actor,
  /** The business vouched for it with a signature. */
  signed: z.boolean(),
  observedAt: z.int(),
  expiresAt: z.int().nullable(),
  confidence: z.number().nullable(),
  visibility: z.enum(visibilities),
});
export type Fact = z.infer<typeof fact>;

/** A name with the value that counts, why, and what others say. */
export const effectiveFact = fact.extend({
  stale: z.boolean(),
  reason: z.enum(['only', 'source', 'signed', 'fresher', 'stale']),
  others: z.array(fact),
});
