import { z } from 'zod';
import { attachment } from './events/index.ts';
import * as f from './fields.ts';

/** POST /v1/conversations/:id/files */
export const newFile = f.fileClaim;
/** The answer to it, and to `file:begin`: where to bring the bytes, or what is there already. */
export const fileTicket = z.object({
  id: f.id,
  /** Goes into the header `throughline-ticket` of a `PUT`; good once, and for two minutes. */
  ticket: z.string().optional(),
  /** A path on the relay. */
  url: z.string(),
  /** It was brought before. */
  stored: attachment.optional(),
});
export type FileTicket = z.infer<typeof fileTicket>;
/** GET /v1/files/:id/link, and one of what `file:links` answers. */
export const fileLink = z.object({ url: z.string(), expiresAt: z.int() });
export type FileLinks = Record<string, z.infer<typeof fileLink>>;
/** GET /v1/files/:id: what its link says. */
export const fileQuery = z.strictObject({
  viewer: f.text(100).min(1).optional(),
  expires: f.text(20).min(1).optional(),
  signature: f.text(100).min(1).optional(),
});
