import { z } from 'zod';
import * as f from './fields.ts';
import { agentSummary } from './http.ts';

/** What lets an agent in, as administrators see it. */
export const accountSummary = agentSummary.extend({
  /** Nobody signs in with it. */
  disabled: z.boolean(),
  /** They have not chosen a password yet. */
  invited: z.boolean(),
  createdAt: z.int(),
});
export type AccountSummary = z.infer<typeof accountSummary>;

export const accountList = z.object({ data: z.array(accountSummary) });
export const accessChange = z.strictObject({ disabled: z.boolean() });
export const roleChange = z.strictObject({ role: f.role });
