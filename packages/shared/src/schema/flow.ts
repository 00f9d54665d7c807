import { z } from 'zod';
import { block } from './block.ts';
import * as f from './fields.ts';
import { form, key, label } from './form.ts';
import { promised } from './promise.ts';
import { condition } from './routing.ts';

/** What asks has steps of its own: an answer to anything else would reach nobody. */
const shown = block.refine(({ kind }) => kind === 'buttons' || kind === 'cards', {
  error: 'bad_value',
});

const next = f.slug;

const DAY_MS = 86_400_000;

const option = z.strictObject({ action: key, label, next });

/** What happens to a contact in the business's own words: `invoice.paid`, as its programs tell it. */
const eventName = f.name;

/** Events that end a wait, each with where it leads then. */
const events = z
  .array(z.strictObject({ on: eventName, next }))
  .max(10)
  .refine((all) => f.areUnique(all.map(({ on }) => on)), { error: 'bad_value' });

/** By when: after a time, or at the end of the day that a field of a form says. */
const afterMs = z
  .int()
  .min(1000)
  .max(366 * DAY_MS);
const onDay = { date: key, withinDays: z.int().min(1).max(366).default(31) };
const due = z.union([z.strictObject({ afterMs }), z.strictObject(onDay)]);

/** What happens where nobody answers. */
const timeout = z.union([z.strictObject({ afterMs, next }), z.strictObject({ ...onDay, next })]);

/** What else ends a step that waits for an answer. */
const unanswered = { for: events.optional(), timeout: timeout.optional() };

/** Names of what is known by now, where the words of a step are not enough. */
const sum = { amount: key, currency: key };

const names = z.array(key).max(20).default([]);

const flowStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('send'), text: f.body, block: shown.optional(), next }),
  /** Goes on when the form is filled in; its answers are variables by the names of its fields. */
  z.strictObject({
    kind: z.literal('ask'),
    text: f.body.optional(),
    form,
    /** Its dates lie between today and that many days ahead. */
    withinDays: z.int().min(1).max(366).optional(),
    next,
    ...unanswered,
  }),
  /** Quick replies; whoever writes instead gets to `other`. */
  z.strictObject({
    kind: z.literal('choose'),
    text: f.body,
    options: z
      .array(option)
      .min(1)
      .max(10)
      .refine((options) => f.areUnique(options.map(({ action }) => action)), {
        error: 'bad_value',
      }),
    other: next,
    ...unanswered,
  }),
  z.strictObject({
    kind: z.literal('branch'),
    cases: z
      .array(z.strictObject({ when: condition, next }))
      .min(1)
      .max(20),
    else: next,
  }),
  /** Of the conversation, for rules and people. */
  z.strictObject({
    kind: z.literal('fact'),
    name: f.attributeName,
    value: z.union([f.text(1000), f.number, z.boolean()]),
    next,
  }),
  /**
   * Whatever comes first: one of some events, words, or the end of a time. Whoever writes where no words are
   * waited for gets a person.
   */
  z.strictObject({
    kind: z.literal('wait'),
    for: events.optional(),
    message: next.optional(),
    timeout,
  }),
  /** Asks a tool of the business; what `take` names of its answer are variables, `facts` are noted as well. */
  z.strictObject({
    kind: z.literal('call'),
    tool: f.slug,
    take: names,
    facts: names,
    timeoutMs: z.int().min(100).max(15_000).default(5000),
    /** Until one of them is answered; all carry the same key. */
    attempts: z.int().min(1).max(5).default(3),
    next,
    otherwise: next,
  }),
  /** Somebody owes something from now on; `keptWhen` is the event by which it is done. */
  z.strictObject({
    kind: z.literal('promise'),
    what: z.enum(promised),
    due,
    amount: z.strictObject(sum).optional(),
    keptWhen: eventName.optional(),
    next,
    /** Where the day or the sum is none. */
    otherwise: next,
  }),
  /** Asks for money: the sum, the address to pay at and the number are what is known by then. */
  z.strictObject({
    kind: z.literal('pay'),
    text: f.body,
    ...sum,
    url: key,
    reference: key.optional(),
    next,
    /** Where one of them is missing, or none. */
    otherwise: next,
  }),
  /** To a person: in the queue it names, or where the rules lead. */
  z.strictObject({ kind: z.literal('route'), queue: f.slug.optional() }),
  /** Nothing is owed until the visitor writes again. */
  z.strictObject({
    kind: z.literal('end'),
    /** How it ended, in the business's own word: `kept`, `won`. */
    outcome: f.slug.optional(),
    resolve: z.boolean().optional(),
  }),
]);
export type FlowStep = z.infer<typeof flowStep>;

const steps = z
  .record(f.slug, flowStep)
  .refine((map) => Object.keys(map).length <= 100, { error: 'too_long' });

const start = z.strictObject({
  /** Missing: with a visitor's first message. */
  on: eventName.optional(),
  /** Missing: wherever no flow before it does. */
  when: condition.optional(),
  /** Not again with the same contact before that, by an event. */
  reentryMs: z
    .int()
    .min(0)
    .max(366 * DAY_MS)
    .default(DAY_MS),
});

/** What it is for: the event it is counted by, also where people have gone on with it. */
const goal = z.strictObject({
  on: eventName,
  withinMs: z
    .int()
    .min(60_000)
    .max(366 * DAY_MS)
    .default(90 * DAY_MS),
});
export type FlowGoal = z.infer<typeof goal>;

/** A program of the business that flows ask, by name. */
export const tools = z
  .array(z.strictObject({ id: f.slug, url: f.webAddress }))
  .max(50)
  .refine((all) => f.areUnique(all.map(({ id }) => id)), { error: 'bad_value' });
export type Tool = z.infer<typeof tools>[number];

/** What a bot without any model says and asks, step by step (docs/guides/flows.md). */
const flow = z.strictObject({
  id: f.slug,
  name: f.name,
  start: start.prefault({}),
  goal: goal.optional(),
  first: f.slug,
  steps,
});
export type Flow = z.infer<typeof flow>;

/** What a flow has learned: answers in forms, choices. */
export type FlowVars = Record<string, string | number | boolean>;

export const flows = z
  .array(flow)
  .max(50)
  .refine((all) => f.areUnique(all.map(({ id }) => id)), { error: 'bad_value' });
