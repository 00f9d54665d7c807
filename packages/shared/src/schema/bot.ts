import { z } from 'zod';
import { httpBotFields } from './bot-http.ts';
import { llmFields } from './bot-llm.ts';
import * as f from './fields.ts';
import { condition } from './routing.ts';
import { advisoryModes } from './turn.ts';

/** What is said of every bot, whatever it is made of. */
const common = {
  id: f.slug,
  /** Visitors read it above what it says. */
  name: f.name,
  /** Missing: it only begins where a rule, a fallback or a person gives it the conversation. */
  start: z.strictObject({ when: condition.optional() }).optional(),
  /** How long it may think about one turn. */
  deadlineMs: z.int().min(1000).max(120_000).default(15_000),
  /** The flow or bot that goes on where this one fails; missing: people. */
  otherwise: f.slug.optional(),
  /**
   * `suggest`: agents see what it would say, and send it or not; `supervised`: it leaves by itself after
   * `sendAfterMs` (15 seconds) unless they stop it; `shadow`: it is only kept to be compared with what people say.
   */
  mode: z.enum(['live', ...advisoryModes]).default('live'),
  sendAfterMs: z.int().min(1000).max(600_000).optional(),
};

/** A program that answers (docs/guides/bots.md). */
const bot = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('http'), ...httpBotFields }),
  z.strictObject({ ...common, kind: z.literal('llm'), ...llmFields }),
]);
export type Bot = z.infer<typeof bot>;

export const bots = z
  .array(bot)
  .max(50)
  .refine((all) => f.areUnique(all.map(({ id }) => id)), { error: 'bad_value' });
