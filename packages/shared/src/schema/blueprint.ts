import { z } from 'zod';
import * as f from './fields.ts';

/** As browsers send it: scheme, host and port, nothing else. A pattern would look as if it worked. */
const isOrigin = (value: string): boolean =>
  /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;

const origin = z.string().max(300).refine(isOrigin, { error: 'bad_value' });

export const site = z.strictObject({
  /** Public: it stands in the snippet. */
  key: z.string().regex(/^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/),
  name: f.name,
  /** The only pages that may use the site. */
  origins: z.array(origin).max(50),
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .default('#3457d5'),
  greeting: f.text(200).default('Hi! How can we help?'),
  language: f.language.nullable().default(null),
  position: z.enum(['right', 'left']).default('right'),
});

/** What the business configures, as one document: validated as a whole, published as a whole. */
export const blueprint = z.strictObject({
  sites: z
    .array(site)
    .max(100)
    .refine((sites) => new Set(sites.map(({ key }) => key)).size === sites.length, {
      error: 'bad_value',
    }),
});

export type Site = z.infer<typeof site>;
export type Blueprint = z.infer<typeof blueprint>;
