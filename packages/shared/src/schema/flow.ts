import { z } from 'zod';
import { block } from './block.ts';
import * as f from './fields.ts';
import { form, key, label } from './form.ts';
import { condition } from './routing.ts';

/** What asks has steps of its own: an answer to anything else would reach nobody. */
const shown = block.refine(({ kind }) => kind === 'buttons' || kind === 'cards', {
  error: 'bad_value',
});

const next = f.slug;

/** What happens where nobody answers. */
const timeout = z.strictObject({
  afterMs: z
    .int()
    .min(1000)
    .max(30 * 86_400_000),
  next,
});

const option = z.strictObject({ action: key, label, next });

const flowStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('send'), text: f.body, block: shown.optional(), next }),
  /** Goes on when the form is filled in; its answers are variables by the names of its fields. */
  z.strictObject({
    kind: z.literal('ask'),
    text: f.body.optional(),
    form,
    next,
    timeout: timeout.optional(),
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
  z.strictObject({ kind: z.literal('wait'), for: z.literal('message'), timeout, next }),
  /** To a person: in the queue it names, or where the rules lead. */
  z.strictObject({ kind: z.literal('route'), queue: f.slug.optional() }),
  /** Nothing is owed until the visitor writes again. */
  z.strictObject({ kind: z.literal('end'), resolve: z.boolean().optional() }),
]);
export type FlowStep = z.infer<typeof flowStep>;

const steps = z
  .record(f.slug, flowStep)
  .refine((map) => Object.keys(map).length <= 100, { error: 'too_long' });

/** What a bot without any model says and asks, step by step (docs/guides/flows.md). */
const flow = z.strictObject({
  id: f.slug,
  name: f.name,
  /** Missing: it begins wherever no flow before it does. */
  start: z.strictObject({ when: condition.optional() }).prefault({}),
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
