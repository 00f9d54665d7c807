import { z } from 'zod';
import * as f from './fields.ts';

const DAY_MS = 86_400_000;

/** What has to be so, all of it; what is not named does not matter. */
const conditions = z.strictObject({
  /** `/pricing*`, or with the origin before it: `https://shop.example/pricing*`. */
  url: f.text(300).optional(),
  /** This long on the page. */
  afterMs: z.int().min(0).max(DAY_MS).optional(),
  /** Per cent of the page that were scrolled through. */
  scroll: z.int().min(1).max(100).optional(),
  /** The pointer left at the top; never on phones. */
  exit: z.literal(true).optional(),
  /** At least the visitor's nth visit. Counted from the first greeting on that they saw, or since they wrote. */
  visits: z.int().min(1).max(1000).optional(),
  /** What the page said by `setAttributes`. */
  fact: z
    .strictObject({ name: f.attributeName, is: z.union([f.text(1000), f.number, z.boolean()]) })
    .optional(),
  /** What the page told by `track`. */
  event: f.name.optional(),
});

/** It stands in events. */
export const greetingId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/, { error: 'bad_value' });

/** Words the widget offers by itself, beside its button. */
export const greetingRule = z.strictObject({
  id: greetingId,
  when: conditions,
  text: f.visible(300),
  /** Who says it; otherwise the business. */
  agent: f.name.optional(),
  /** Answers to choose from: one opens the chat with it as a draft. */
  quick: z.array(f.visible(60)).max(4).optional(),
  /** How often one person sees it. By default once a visit. */
  often: z
    .union([z.enum(['session', 'once']), z.strictObject({ days: z.int().min(1).max(365) })])
    .optional(),
});

export type GreetingRule = z.infer<typeof greetingRule>;
