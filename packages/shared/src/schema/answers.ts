import { z } from 'zod';
import { contextSource, identity, site, source } from './blueprint.ts';
import { envelope } from './events/envelope.ts';
import { actor, agentEvent } from './events/index.ts';
import { effectiveFact } from './facts.ts';
import * as http from './http.ts';

/** All there is. */
const listOf = <S extends z.ZodType>(one: S) => z.object({ data: z.array(one) });
/** Newest first; `next` is the `before` of the page after, null behind the last one. */
const pageOf = <S extends z.ZodType>(one: S) =>
  z.object({ data: z.array(one), next: z.int().nullable() });

export const agentList = listOf(http.agentSummary);
export const keyList = listOf(http.keySummary);
export const endpointList = listOf(http.endpointSummary);
/** One, or none. */
export const contactList = listOf(http.contactSummary);
export const deliveryPage = pageOf(http.delivery);

/** A contact as it is decided about: each name with the value that counts, why, and what others say. */
export const contactDetail = http.contactSummary.extend({
  effective: z.array(effectiveFact),
});

/** Any object that is JSON. */
export const document: z.ZodType<object> = z.record(z.string(), z.unknown());

/** What concerns a contact and none of its conversations. */
const timelineEntry = z.object({
  id: z.string(),
  offset: z.int(),
  type: z.string(),
  time: z.int(),
  actor,
  data: document,
});
export const timelinePage = pageOf(timelineEntry);

/** Oldest first; `more`: older ones remain. */
export const eventHistory = z.object({ events: z.array(agentEvent), more: z.boolean() });

export const cloudEvent = envelope.extend({ data: document });
/** `next` is the `after` to go on from, also when there is no more yet. */
export const eventPage = z.object({
  data: z.array(cloudEvent),
  next: z.string(),
  hasMore: z.boolean(),
});

export const eventTypeList = listOf(
  z.object({
    name: z.string(),
    version: z.string(),
    about: z.string(),
    seenBy: z.enum(['everybody', 'agents']),
    example: document,
    schema: document,
  }),
);

/** Where something now is. */
export const reference = z.object({ id: z.string() });
/** Whom a one-time link is for. */
export const invitation = z.object({ email: z.string().nullable(), name: z.string().nullable() });
/** How many events are sent once more. */
export const replayCount = z.object({ count: z.int() });
/** A secret, which is told this once. */
export const issuedSecret = z.object({ secret: z.string() });

/** Told with what is new, and never again. */
const withSecret = { secret: z.string().optional() };
export const siteList = listOf(site);
export const siteIdentity = identity.extend(withSecret);
export const siteContext = contextSource.extend(withSecret);
export const storedSource = source.extend(withSecret);
export const sourceList = listOf(source);
/** Whom a call was about. */
export const callReceipt = z.object({ contact: z.string() });

/** Newest first. */
export const blueprintVersionPage = pageOf(
  z.object({ version: z.int(), publishedAt: z.int(), by: z.string() }),
);
