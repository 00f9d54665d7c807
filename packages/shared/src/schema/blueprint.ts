import { z } from 'zod';
import { bots } from './bot.ts';
import { piiLevels } from './events/index.ts';
import * as f from './fields.ts';
import { flows, tools } from './flow.ts';
import { form, namedForms, namedSurveys, offlineForm } from './form.ts';
import { greetingRule } from './greetings.ts';
import { hours } from './hours.ts';
import { routing } from './routing.ts';

/** As browsers send it: scheme, host and port, nothing else. A pattern would look as if it worked. */
const isOrigin = (value: string): boolean =>
  /^https?:[^*]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;

const origin = z.string().max(300).refine(isOrigin, { error: 'bad_value' });

/** Into `window.dataLayer` (Google Tag Manager), into `window.analytics` (Segment). */
export const pageEvents = z.strictObject({
  dataLayer: z.boolean().default(false),
  analytics: z.boolean().default(false),
});

/** How the business's own backend proves who a visitor is. */
export const identity = z.strictObject({
  /** Fixed here and never taken from a token. */
  algorithm: z.enum(['HS256', 'ES256', 'EdDSA']),
  /** Public keys as PEM (SPKI), the old one beside the new one while they rotate; HS256 has secrets instead. */
  keys: z.array(f.text(2000)).max(5).default([]),
});

/** A system that knows more about contacts, and how long its answer is good. */
export const contextSource = z.strictObject({
  url: f.webAddress,
  ttlMs: z.int().min(1000).default(60_000),
});

/** How long until somebody answers, in the business's own estimate. */
const replyMs = z
  .int()
  .min(60_000)
  .max(30 * 86_400_000);

/** This far from the corner, in CSS pixels. */
const offset = z.strictObject({ x: z.int().min(0).max(400), y: z.int().min(0).max(400) });

export const site = z.strictObject({
  /** Public: it stands in the snippet. */
  key: f.slug,
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
  offset: offset.optional(),
  /** By default the visitor's own. */
  theme: z.enum(['auto', 'light', 'dark']).optional(),
  /** Which languages it may speak, the first one where none of the visitor's is; missing: all there are. */
  languages: z.array(f.baseLanguage).min(1).max(50).optional(),
  /** Words of the widget said otherwise: by language, then by their names. */
  texts: z.record(f.baseLanguage, z.record(f.attributeName, f.visible(500))).optional(),
  /** When somebody answers; missing: nothing is said about it. */
  hours: hours.optional(),
  /** What visitors are told about the wait: `measured`, the median of the last seven days. */
  reply: z.union([z.literal('measured'), z.strictObject({ withinMs: replyMs })]).optional(),
  /** Whether visitors may send files; they may unless it says no. */
  files: z.boolean().optional(),
  /** Words offered beside the button; the first rule that applies speaks. */
  greetings: z
    .array(greetingRule)
    .max(20)
    .refine((rules) => f.areUnique(rules.map(({ id }) => id)), { error: 'bad_value' })
    .optional(),
  /** Asked before the first message of a conversation; missing: nothing. */
  prechat: form.optional(),
  /** Asked in its place while nobody is there; missing: visitors write as ever. */
  offline: offlineForm.optional(),
  /** Asked where a page leads to them, by name; missing: none. */
  forms: namedForms.optional(),
  surveys: namedSurveys.optional(),
  /** Collections whose articles anybody may read in the widget; missing: none. */
  articles: z.array(f.slug).max(20).optional(),
  /** How a conversation that is resolved is rated: 1 to 5, or 0 to 10; missing: nobody is asked. */
  rating: z.enum(['csat', 'nps', 'off']).optional(),
  /** Where the page's events are mirrored to, without anything about a person; missing: nowhere. */
  pageEvents: pageEvents.optional(),
  /** Tags that pages may give conversations, and take away; missing: none. Anybody can say them. */
  pageTags: f.tags.optional(),
  /** Where the relay asks what is known of a contact; it answers with facts and a card. */
  context: contextSource.optional(),
  /** Missing: nobody proves anything, and everybody is who the page says, unverified. */
  identity: identity.optional(),
});

/** Where a business receives events as webhooks. */
export const endpoint = z.strictObject({
  id: f.id,
  url: f.webAddress,
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

/** A place in a JSON document (RFC 6901): `/customer/id`. */
const pointer = f.text(200).regex(/^(\/[^/]+)+$/, { error: 'bad_value' });

/** A system of the business that calls in with signed webhooks, and what its calls mean. */
export const source = z.strictObject({
  /** It stands in the address it calls: `/v1/sources/billing`. */
  id: f.slug,
  site: f.slug,
  /** Where the business's own id of the person stands. */
  contact: pointer,
  /** What happened; where its name stands, and what else is worth keeping. */
  event: z
    .strictObject({
      name: pointer,
      properties: z.record(f.attributeName, pointer).default({}),
    })
    .optional(),
  facts: z
    .array(
      z.strictObject({
        name: f.attributeName,
        value: pointer,
        /** How long it can be relied on; for ever where it is missing. */
        expiresInMs: z.int().min(1000).optional(),
      }),
    )
    .max(50)
    .default([]),
});

/** What the business configures, as one document: validated as a whole, published as a whole. */
export const blueprint = z.strictObject({
  sites: z
    .array(site)
    .max(100)
    .refine((sites) => f.areUnique(sites.map(({ key }) => key)), { error: 'bad_value' }),
  endpoints: z
    .array(endpoint)
    .max(50)
    .refine((endpoints) => f.areUnique(endpoints.map(({ id }) => id)), { error: 'bad_value' })
    .default([]),
  sources: z
    .array(source)
    .max(50)
    .refine((sources) => f.areUnique(sources.map(({ id }) => id)), { error: 'bad_value' })
    .default([]),
  /** Who gets which conversation; missing: whoever wants takes from the inbox. */
  routing: routing.optional(),
  /** What answers first; the first one whose condition holds. */
  flows: flows.optional(),
  /** Programs that answer; asked after the flows whether they begin. */
  bots: bots.optional(),
  /** Programs of the business that flows ask. */
  tools: tools.optional(),
});

export type { Bot } from './bot.ts';
export type { Flow, FlowGoal, FlowStep, FlowVars, Tool } from './flow.ts';
export type { GreetingRule } from './greetings.ts';
export type { Hours } from './hours.ts';
export type { Routing, RoutingView } from './routing.ts';
export type Site = z.infer<typeof site>;
export type Identity = z.infer<typeof identity>;
export type Source = z.infer<typeof source>;
export type Endpoint = z.infer<typeof endpoint>;
export type Blueprint = z.infer<typeof blueprint>;
