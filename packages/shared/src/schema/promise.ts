import { z } from 'zod';
import * as f from './fields.ts';

/** What can be owed: a word of a person here, a call, money. The last is the visitor's, the others the business's. */
export const promised = ['reply', 'call_back', 'payment'] as const;

export const owners = ['business', 'visitor'] as const;

export const money = z.strictObject({
  /** In the smallest unit of the currency. */
  value: z.int().min(1),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'bad_value' }),
});
export type Money = z.infer<typeof money>;

/** Something owed by a time. It ends once: kept, broken, or withdrawn. */
export const openPromise = z.object({
  id: z.string(),
  what: z.enum(promised),
  /** Who owes it. */
  owner: z.enum(owners),
  dueAt: z.int(),
  amount: z.object({ value: z.int(), currency: z.string() }).optional(),
  /** The event by which it is kept. */
  keptWhen: f.name.optional(),
});
export type OpenPromise = z.infer<typeof openPromise>;
