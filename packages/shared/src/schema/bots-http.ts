import { z } from 'zod';
import { bots } from './bot.ts';
import { botFailure } from './events/bot.ts';
import * as f from './fields.ts';
import { advisoryModes } from './turn.ts';

/** What GET and PUT /v1/blueprint/bots have. */
export const botsDocument = z.strictObject({ bots });

/** Secrets stand in no document: whoever publishes one hears who has none yet. */
export const unsigned = z
  .array(
    z.object({
      kind: z.enum(['bot', 'tool']),
      id: z.string(),
      rotate: z.string().meta({ description: 'where POST makes one' }),
    }),
  )
  .meta({ description: 'what is published and is not asked: there is no secret to sign with' });
export type Unsigned = z.infer<typeof unsigned>;

/** What PUT /v1/blueprint/bots answers. */
export const botsPublished = botsDocument.extend({ unsigned });

/** POST /v1/conversations/:id/hand-back */
export const newGoal = z.strictObject({ bot: f.slug, goal: f.visible(2000) });

/** POST /v1/conversations/:id/promises/withdraw */
export const withdrawal = z.strictObject({ promise: f.id });

/** PUT /v1/bots/switch, /v1/bots/:id/switch */
export const switchChange = z.strictObject({ on: z.boolean() });

/** GET /v1/bots: who may answer, and who does. */
export const botSwitches = z.object({
  on: z.boolean().meta({ description: 'whether any of them may answer' }),
  unsigned,
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['flow', 'http', 'llm']),
      on: z.boolean().meta({ description: 'whether this one may, as far as it goes' }),
      mode: z.enum(['live', ...advisoryModes]),
      running: z.int().min(0).meta({ description: 'turns it is thinking about now' }),
      failures: z
        .array(z.object({ at: f.timeMs, failure: botFailure, conversation: f.id }))
        .meta({ description: 'the last few times it could not answer, newest first' }),
    }),
  ),
});
export type BotSwitches = z.infer<typeof botSwitches>;
