import { z } from 'zod';
import * as f from './fields.ts';

const count = z.int().min(0);

const journey = z.object({
  id: z.string(),
  /** That of the flow; its id, where it is published no more. */
  name: z.string(),
  /** The event it is counted by. */
  goal: z.string().nullable(),
  entered: count,
  waiting: z.array(z.object({ step: z.string(), count })),
  /** In the flow's own word, else in the relay's. */
  ended: z.array(z.object({ outcome: z.string(), count })),
  /** After how many the goal was reached. */
  reached: count,
  promises: z.object({ open: count, kept: count, broken: count, withdrawn: count }),
  /** The median, from what it was begun by to its first word; null: it has said nothing. */
  firstAnswerMs: z.number().nullable(),
});
export type Journey = z.infer<typeof journey>;

/** What GET /v1/journeys has. */
export const journeys = z.object({
  data: z.array(journey),
  /** When the first of the runs began that are counted; null: all there are. */
  since: f.timeMs.nullable(),
});
export type Journeys = z.infer<typeof journeys>;
