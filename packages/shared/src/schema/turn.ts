import { z } from 'zod';
import { block } from './block.ts';
import { fact, newFact } from './facts.ts';
import * as f from './fields.ts';
import { money, promised } from './promise.ts';

/** What a bot keeps for its next turn; the relay never looks into it. */
const STATE_CHARS = 16_384;
/** One of it, so that a description of the API can name it. */
export const json = z.json();
const state = json.refine((value) => JSON.stringify(value).length <= STATE_CHARS, {
  error: 'too_long',
});

/** Modes of a bot that follows along without the floor. */
export const advisoryModes = ['suggest', 'supervised', 'shadow'] as const;

/** Why a bot is asked. */
const reason = z.enum([
  'begun',
  'message',
  'timeout',
  /** Something happened that it waited for, or that it begins with. */
  'event',
  'approval',
  /** A person gives the conversation back, with a goal. */
  'handed_back',
]);

const line = z.strictObject({
  seq: f.position,
  id: f.id,
  by: z.enum(['visitor', 'agent', 'bot']),
  name: z.string().nullable(),
  /** Masked: card numbers never reach a bot. Untrusted wherever it is a visitor's. */
  text: z.string(),
  /** What was chosen or filled in under which message, where that is what the visitor did. */
  answer: z
    .union([
      z.strictObject({ message: f.id, action: z.string() }),
      z.strictObject({ message: f.id, form: z.record(z.string(), z.unknown()) }),
    ])
    .optional(),
  time: f.timeMs,
});
export type Line = z.infer<typeof line>;

/** What a program of the business says has happened to the contact. */
const event = z.strictObject({
  name: z.string(),
  properties: f.attributes,
  time: f.timeMs,
});

/**
 * What every bot is given, whatever it is made of. `id` is the same however often it is asked for the same
 * turn; an answer to a turn that is over is refused (docs/guides/bots.md).
 */
export const turn = z.strictObject({
  version: z.literal(1),
  /** `<run>:<visit>`. */
  id: z.string(),
  reason,
  bot: z.strictObject({ id: f.slug, version: z.string() }),
  /**
   * Missing: what it answers takes effect. Else it is only asked what it would say, and nothing it does to
   * find out may change anything.
   */
  mode: z.enum(advisoryModes).optional(),
  conversation: z.strictObject({
    id: f.id,
    site: f.slug,
    language: f.language.nullable(),
    page: f.page.nullable(),
  }),
  contact: z.strictObject({
    id: f.id,
    externalId: z.string().nullable(),
    /** Whether the business itself says who this is. */
    verified: z.boolean(),
    name: z.string().nullable(),
    facts: z.array(fact),
  }),
  /** The newest at the end, 50 at most, none from before the conversation was last resolved. */
  lines: z.array(line),
  /** `seq` up to which that is. */
  heard: f.position,
  /** What has happened, where that is why it is asked. */
  event: event.optional(),
  /** What a person wants of it who gave the conversation back. */
  goal: z.string().nullable(),
  /** Its message that waits for an answer. */
  asked: f.id.nullable(),
  /** What it kept last time. */
  state: json,
  /** After this nobody waits for the answer any more. */
  deadlineAt: f.timeMs,
});
export type Turn = z.infer<typeof turn>;

/** What a bot does. It takes effect as a whole, or not at all. */
const act = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('say'), text: f.caption, block: block.optional() }),
  /** Of the conversation, for rules and people. */
  z.strictObject({ do: z.literal('note'), fact: newFact }),
  /** Something is owed from now on: money by the visitor, anything else by the business. */
  z.strictObject({
    do: z.literal('promise'),
    what: z.enum(promised),
    dueAt: f.timeMs,
    amount: money.optional(),
    /** The event by which it is kept. */
    keptWhen: f.name.optional(),
  }),
]);
export type Act = z.infer<typeof act>;

/** What whoever takes over should know; each item says by which events it is known. */
export const summary = z.strictObject({
  problem: f.visible(1000),
  tried: z.array(f.visible(500)).max(10).default([]),
  cites: z.array(f.position).max(50).default([]),
});

export const handOffReasons = [
  'asked',
  'out_of_scope',
  'low_confidence',
  'policy',
  'approval',
  'distress',
  'failure',
  'guard',
] as const;

const next = z.discriminatedUnion('do', [
  /** Until the visitor says something, one of some events happens, or for a time. */
  z.strictObject({
    do: z.literal('wait'),
    events: z.array(f.name).max(10).optional(),
    timeoutMs: z
      .int()
      .min(1000)
      .max(366 * 86_400_000)
      .optional(),
  }),
  /** To people: into the queue it names, or where the rules lead. */
  z.strictObject({
    do: z.literal('hand_off'),
    queue: f.slug.optional(),
    reason: z.enum(handOffReasons).default('out_of_scope'),
    summary: summary.optional(),
  }),
  /** Nobody is owed anything until the visitor writes again. */
  z.strictObject({
    do: z.literal('end'),
    /** How it ended, in the business's own word. */
    goal: f.slug.optional(),
    resolve: z.boolean().default(false),
  }),
]);

/** A bot's answer to a turn. */
export const reply = z.strictObject({
  acts: z.array(act).max(10).default([]),
  next: next.default({ do: 'wait' }),
  state: state.default(null),
});
export type Reply = z.infer<typeof reply>;
/** As a bot writes it: what is missing has its default. */
export type NewReply = z.input<typeof reply>;
