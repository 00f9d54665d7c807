import { z } from 'zod';
import { bots } from './bot.ts';
import { unsigned } from './bots-http.ts';
import * as f from './fields.ts';
import { flows, tools } from './flow.ts';
import { promised } from './promise.ts';
import { routing, routingFinding, routingView } from './routing.ts';

/** What GET and PUT /v1/blueprint/routing have; null: there is none. */
export const routingDocument = z.strictObject({ routing: routing.nullable() });

/** What POST /v1/blueprint/versions/:version/restore answers. */
export const blueprintRestored = routingDocument.extend({ unsigned });

/** What GET and PUT /v1/blueprint/flows have. */
export const flowsDocument = z.strictObject({ flows });

/** What GET and PUT /v1/blueprint/tools have. */
export const toolsDocument = z.strictObject({ tools });

/** What PUT /v1/blueprint/tools answers. */
export const toolsPublished = toolsDocument.extend({ unsigned });

/** What `throughline.yaml` has; what it does not name stays as it is. */
export const blueprintFile = z.strictObject({
  routing: routing.nullable().optional(),
  flows: flows.optional(),
  bots: bots.optional(),
  tools: tools.optional(),
});
export type BlueprintDocument = z.infer<typeof blueprintFile>;

/** POST /v1/blueprint/routing/try: what is published, unless another one is to be tried. */
export const routingTrial = z.strictObject({ view: routingView, routing: routing.optional() });

/** Where a conversation would wait, how its wait would count, and why. */
export const placement = z.object({
  queue: z.string(),
  base: z.number(),
  rate: z.number(),
  need: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  path: z.string().meta({ description: 'the rule that decides: `route.routes[1]`' }),
  reasons: z.array(z.string()),
});

/** POST /v1/blueprint/routing/rehearse */
export const rehearsalRequest = z.strictObject({
  routing,
  days: z.int().min(1).max(365).default(30),
  conversations: z.int().min(1).max(10_000).default(2000),
});

/** Where the conversations of the past would have waited. */
export const rehearsal = z.object({
  count: z.int().meta({ description: 'conversations that were looked at' }),
  since: f.timeMs.nullable().meta({ description: 'when the first of them was placed' }),
  past: z.object({ decided: z.int(), same: z.int() }).meta({
    description:
      'of them, those the routing in force has decided, and those of which it comes to the same again',
  }),
  elsewhere: z.int().meta({ description: 'of all, those that would wait in another queue' }),
  queues: z.array(z.object({ queue: z.string(), before: z.int(), after: z.int() })),
  rules: z
    .array(z.object({ path: z.string(), count: z.int() }))
    .meta({ description: 'how many each rule of the new routing decides' }),
  conversations: z
    .array(
      z.object({
        conversation: z.string(),
        at: f.timeMs,
        from: z.string(),
        to: z.string(),
        path: z.string(),
        reasons: z.array(z.string()),
      }),
    )
    .meta({ description: 'those that would wait elsewhere, the newest 50' }),
  tookMs: z.number(),
});
export type Rehearsal = z.infer<typeof rehearsal>;

/** Nothing: it can be published. */
export const routingFindings = z.object({ findings: z.array(routingFinding) });

/** GET /v1/blueprint/versions, newest first. */
export const versionsQuery = z.strictObject({
  before: f.numeral(1).optional(),
  limit: f.numeral(1, 100).default(50),
});

/** PUT /v1/conversations/:id/queue */
export const newQueue = z.strictObject({
  queue: f.slug,
  note: f.body.optional(),
  expectedEpoch: f.position,
});

const count = z.int().min(0);

const named = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
});

/** GET /v1/routing/board: how things stand now, for whoever works here. Nothing is routed: no queues. */
export const routingBoard = z.object({
  queues: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      mode: z.enum(['assign', 'offer', 'pull']),
      waiting: count.meta({
        description: 'conversations in it nobody has, those on offer included',
      }),
      offered: count.meta({ description: 'of them, those somebody may take now' }),
      oldestSince: f.timeMs
        .nullable()
        .meta({ description: 'since when the longest of them waits' }),
      firstReplyMs: z.int().nullable(),
      nextDueAt: f.timeMs
        .nullable()
        .meta({ description: 'by when the first of them is to be answered; past: it was not' }),
      late: count.meta({ description: 'of them, those past their target' }),
      soon: count.meta({ description: 'of them, those with less than a quarter of it left' }),
      first: z
        .array(
          z.object({
            conversation: z.string(),
            contact: named,
            epoch: count.meta({ description: 'goes with whatever passes it on' }),
            since: f.timeMs.meta({ description: 'since when its visitor waits' }),
            dueAt: f.timeMs.nullable().meta({ description: 'by when it is to be answered' }),
            soonAt: f.timeMs.nullable().meta({ description: 'from when on a quarter is left' }),
            need: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
            offeredTo: z.string().nullable(),
            heldFor: z.string().nullable().meta({ description: 'whom it waits for alone' }),
            declined: count.meta({ description: 'how many said no' }),
          }),
        )
        .meta({ description: 'the ten whose turn is next' }),
    }),
  ),
  agents: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['available', 'away', 'offline']),
      load: count,
      capacity: count,
    }),
  ),
  offers: z.array(z.object({ conversation: z.string(), agent: z.string() })),
  promises: z
    .array(
      z.object({
        conversation: z.string(),
        contact: named,
        assignee: z.string().nullable(),
        what: z.enum(promised),
        dueAt: f.timeMs,
      }),
    )
    .meta({ description: 'the next that are due' }),
});
export type RoutingBoard = z.infer<typeof routingBoard>;
