import { z } from 'zod';
import { openPromise } from './promise.ts';

/** Who may speak in a conversation, and who waits for that. */
export const floor = {
  /** The queue it waits in; null: in none. */
  queue: z.string().nullable(),
  /** Since when its visitor waits for a word of a person. */
  unansweredSince: z.int().nullable(),
  /** By when a person should answer, and from when on that is in danger; null: no target says so. */
  replyDue: z.object({ at: z.int(), soonAt: z.int() }).nullable(),
  /** Who may take it now, and until when; `id` is what accepting names. */
  offer: z.object({ id: z.string(), agent: z.string(), until: z.int() }).nullable(),
  /** Quiet for so long that it takes none of its owner's capacity. */
  parked: z.boolean(),
  /** What is owed, by the business or by its visitor. */
  promises: z.array(openPromise),
};
