import { z } from 'zod';
import { site } from './blueprint.ts';
import * as f from './fields.ts';

/** GET /v1/sites/:key */
export const siteQuery = z.strictObject({
  /** Of another page, to learn whether it is one of the site's: a header can only speak of the page that asks. */
  origin: f.text(300).min(1).optional(),
  /** The one a relay has told of: another relay looks before it answers with an older one. */
  version: f.text(100).min(1).optional(),
});
/** GET /v1/sites/:key, readable by anybody. */
export const siteConfig = z.object({
  key: z.string(),
  name: z.string(),
  accent: z.string(),
  greeting: z.string(),
  language: z.string().nullable(),
  position: z.enum(['right', 'left']),
  ...site.pick({
    pageEvents: true,
    offset: true,
    theme: true,
    languages: true,
    texts: true,
    hours: true,
    greetings: true,
    prechat: true,
    offline: true,
    forms: true,
    surveys: true,
  }).shape,
  /** What may be sent here, as a field that chooses files takes it; missing: no files. */
  files: z.object({ maxBytes: z.int(), accept: z.string() }).optional(),
  /** What browsers subscribe to notices with (VAPID); base64url. */
  pushKey: z.string().optional(),
  /** How long answers take, as written by the business or measured by the relay. */
  replyMs: z.int().optional(),
  /** Another one: something of this has changed. */
  version: z.string().optional(),
  protocol: z.int(),
});
export type SiteConfig = z.infer<typeof siteConfig>;

/** PUT /v1/sites/:key/settings, with `If-Match`: all but what has a secret, and its own address. */
export const siteSettings = site.omit({ key: true, identity: true, context: true });
export type SiteSettings = z.infer<typeof siteSettings>;
