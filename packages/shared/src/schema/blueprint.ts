import { z } from 'zod';
import { piiLevels } from './events/index.ts';
import * as f from './fields.ts';

/** As browsers send it: scheme, host and port, nothing else. A pattern would look as if it worked. */
const isOrigin = (value: string): boolean =>
  /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;

const origin = z.string().max(300).refine(isOrigin, { error: 'bad_value' });

/** Into `window.dataLayer` (Google Tag Manager), into `window.analytics` (Segment). */
export const pageEvents = z.strictObject({
  dataLayer: z.boolean().default(false),
  analytics: z.boolean().default(false),
});

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
  /** Where the page's events are mirrored to, without anything about a person; missing: nowhere. */
  pageEvents: pageEvents.optional(),
});

const isHttp = (value: string): boolean =>
  /^https?:\/\//.test(value) && URL.canParse(value) && !/\s/.test(value);

/** Where a business receives events as webhooks. */
export const endpoint = z.strictObject({
  id: f.id,
  url: f.text(2048).refine(isHttp, { error: 'bad_value' }),
  /** For people: what is behind it. */
  description: f.text(200).default(''),
  /** Which events it gets: names, or their beginnings: `conversation.*`, `*`. */
  types: f.eventPatterns.min(1).default(['*']),
  /** What it may see of people. */
  pii: z.enum(piiLevels).default('none'),
  /** `conversation`: what comes first in a conversation is delivered first, and holds back the rest. */
  order: z.enum(['any', 'conversation']).default('any'),
  /** Events wait. */
  paused: z.boolean().default(false),
});

const areUnique = (names: string[]): boolean => new Set(names).size === names.length;

/** What the business configures, as one document: validated as a whole, published as a whole. */
export const blueprint = z.strictObject({
  sites: z
    .array(site)
    .max(100)
    .refine((sites) => areUnique(sites.map(({ key }) => key)), { error: 'bad_value' }),
  endpoints: z
    .array(endpoint)
    .max(50)
    .refine((endpoints) => areUnique(endpoints.map(({ id }) => id)), { error: 'bad_value' })
    .default([]),
});

export type Site = z.infer<typeof site>;
export type Endpoint = z.infer<typeof endpoint>;
export type Blueprint = z.infer<typeof blueprint>;
