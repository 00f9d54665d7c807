import { z } from 'zod';
import * as f from './fields.ts';
import { flows } from './flow.ts';
import { routing, routingFinding, routingView } from './routing.ts';

/** What GET and PUT /v1/blueprint/routing have, and `throughline.yaml`; null: there is none. */
export const routingDocument = z.strictObject({ routing: routing.nullable() });

/** What GET and PUT /v1/blueprint/flows have, and `throughline.yaml`. */
export const flowsDocument = z.strictObject({ flows });

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

/** Nothing: it can be published. */
export const routingFindings = z.object({ findings: z.array(routingFinding) });

/** GET /v1/blueprint/versions, newest first. */
export const versionsQuery = z.strictObject({
  before: f.numeral(1).optional(),
  limit: f.numeral(1, 100).default(50),
});
