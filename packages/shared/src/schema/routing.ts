import { z } from 'zod';
import * as f from './fields.ts';
import { hours } from './hours.ts';

const DAY_MS = 86_400_000;
const bad = { error: 'bad_value' } as const;

/** A condition in CEL over the published vocabulary (docs/guides/routing.md). */
export const condition = f.visible(500);

const waitMs = z
  .int()
  .min(0)
  .max(30 * DAY_MS);

/** Seconds of waiting a conversation brings along. */
const base = z.number().min(0).max(2_592_000);

/** Names with what each takes; a name that is written in a condition needs no quotes. */
const mapOf = <T extends z.ZodType>(value: T) =>
  z
    .record(f.attributeName, value)
    .refine((map) => Object.keys(map).length <= 50, { error: 'too_long' });

/** Of which no two have the same name. */
const listOf = <T extends z.ZodType>(item: T, nameOf: (item: z.infer<T>) => string) =>
  z.array(item).refine((items) => f.areUnique(items.map(nameOf)), bad);

/** A person, by the address they sign in with, and what they can do. */
const routedAgent = z.strictObject({
  email: f.email,
  teams: z.array(f.slug).max(50),
  /** A word, several of them (`language: [de, en]`), or a level. */
  skills: mapOf(z.union([f.text(200), z.array(f.text(200)).max(50), z.int()])).default({}),
  /** Conversations at once, where it is not what everybody has. */
  capacity: z.int().min(1).max(200).optional(),
});

const capacity = z.strictObject({
  /** Conversations at once. */
  each: z.int().min(1).max(200).default(5),
  /** How many more a person may take by hand. */
  more: z.int().min(0).max(200).default(2),
  /** A visitor who has not answered for this long costs nothing until they do. */
  parkAfterMs: waitMs.default(600_000),
  /** A visitor whom somebody who is away has not answered for this long goes back to the queue. */
  returnAfterMs: waitMs.min(60_000).default(1_800_000),
});

/** Who may serve, once a conversation has waited this long. */
const ring = z.strictObject({
  afterMs: waitMs,
  teams: z.array(f.slug).min(1).max(50),
  /** Which of them; missing: all. */
  need: condition.optional(),
});

const areRising = (times: number[]): boolean =>
  times[0] === 0 && times.every((time, i) => i === 0 || time > (times[i - 1] ?? time));

const overflow = z.strictObject({
  afterMs: waitMs,
  /** Missing: always. */
  when: condition.optional(),
  to: z.union([
    z.strictObject({ queue: f.slug }),
    z.strictObject({ promise: z.enum(['reply', 'call_back']), withinMs: waitMs.min(60_000) }),
  ]),
});

const queue = z.strictObject({
  id: f.slug,
  name: f.name,
  /** A wait counts `base + rate × waited` seconds. */
  credit: z
    .strictObject({ base: base.default(0), rate: z.number().positive().max(100).default(1) })
    .prefault({}),
  /** How long a visitor may wait for the first answer, and for every later one. */
  firstReplyMs: waitMs.min(1000).optional(),
  nextReplyMs: waitMs.min(1000).optional(),
  /** When it is served; missing: always. */
  hours: hours.optional(),
  /** Who answered a contact before gets them again, and is waited for so long. */
  sticky: z
    .strictObject({
      withinMs: z
        .int()
        .min(1)
        .max(365 * DAY_MS),
      holdMs: waitMs,
    })
    .optional(),
  rings: z
    .array(ring)
    .min(1)
    .max(6)
    .refine((rings) => areRising(rings.map(({ afterMs }) => afterMs)), bad),
  offer: z
    .strictObject({
      /** Given to somebody, offered to somebody, or taken by whoever wants. */
      mode: z.enum(['assign', 'offer', 'pull']).default('offer'),
      acceptMs: z.int().min(5000).max(600_000).default(30_000),
      /** Offers in a row that somebody lets pass before they count as away. */
      misses: z.int().min(1).max(20).default(2),
    })
    .prefault({}),
  overflow: z.array(overflow).max(20).default([]),
});

const said = {
  base: base.optional(),
  need: mapOf(z.union([f.text(200), f.number, z.boolean()])).optional(),
};

/** The first of its `routes` that matches goes on; what one does not say it has from the one above it. */
export interface RoutingRule {
  when: string;
  queue?: string | undefined;
  base?: number | undefined;
  need?: Record<string, string | number | boolean> | undefined;
  routes?: RoutingRule[] | undefined;
}

const conditional = { when: condition, queue: f.slug.optional(), ...said };

const rulesOf = (levels: number): z.ZodType<RoutingRule[]> =>
  levels === 1
    ? z.array(z.strictObject(conditional)).max(100)
    : z.array(z.strictObject({ ...conditional, routes: rulesOf(levels - 1).optional() })).max(100);

const count = (rules: RoutingRule[] = []): number =>
  rules.reduce((sum, { routes }) => sum + 1 + count(routes), 0);

/** The root catches all. */
const route = z
  .strictObject({ queue: f.slug, ...said, routes: rulesOf(5).optional() })
  .refine(({ routes }) => count(routes) <= 200, { error: 'too_long' });

const facts = mapOf(z.union([f.text(1000), f.number, z.boolean()]));

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** What is known of a conversation when its place is looked for; what is not there is not known. */
export const routingView = z.strictObject({
  site: f.text(40).optional(),
  language: f.text(35).optional(),
  page: z
    .strictObject({
      url: f.text(2048).optional(),
      path: f.text(2048).optional(),
      title: f.text(300).optional(),
    })
    .optional(),
  contact: z
    .strictObject({
      known: z.boolean().optional(),
      verified: z.boolean().optional(),
      facts: facts.optional(),
    })
    .optional(),
  conversation: z.strictObject({ facts: facts.optional(), tags: f.tags.optional() }).optional(),
  intent: f.text(1000).optional(),
  time: z
    .strictObject({
      hour: z.int().min(0).max(23).optional(),
      minute: z.int().min(0).max(59).optional(),
      weekday: z.enum(weekdays).optional(),
    })
    .optional(),
  load: z
    .strictObject({ waiting: z.int().min(0).optional(), available: z.int().min(0).optional() })
    .optional(),
});
export type RoutingView = z.infer<typeof routingView>;

const routingTest = z.strictObject({
  name: f.name.optional(),
  given: routingView,
  expect: z.strictObject({ queue: f.slug, base: base.optional() }),
});

/** Who gets which conversation: people, queues, and the rules that lead to them. */
export const routing = z.strictObject({
  agents: listOf(routedAgent, ({ email }) => email.toLowerCase()).max(200),
  capacity: capacity.prefault({}),
  teams: listOf(z.strictObject({ id: f.slug, name: f.name }), ({ id }) => id).max(100),
  queues: listOf(queue, ({ id }) => id).max(50),
  route,
  /** Run before it is published; one that fails keeps it from being published. */
  tests: z.array(routingTest).max(200).default([]),
});
export type Routing = z.infer<typeof routing>;

/** What is wrong with routing, flows or bots, and where. */
export const routingFinding = z.object({
  path: z.string().meta({ description: 'a JSON pointer: `/routing/queues/0/rings/1/need`' }),
  code: z.enum([
    'bad_expression',
    'too_costly',
    'unknown_agent',
    'unknown_team',
    'unknown_queue',
    'empty_team',
    'overflow_circle',
    'shadowed',
    'nobody_serves',
    'need_nobody_holds',
    'test_failed',
    'unknown_step',
    'unreachable_step',
    'endless_loop',
    'no_end',
    'unknown_bot',
    'bot_circle',
    'bot_twice',
    'tool_twice',
    'unknown_tool',
    'no_timeout',
  ]),
  message: z.string(),
});
export type RoutingFinding = z.infer<typeof routingFinding>;
