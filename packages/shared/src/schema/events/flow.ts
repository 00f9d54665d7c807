import { z } from 'zod';
import * as f from '../fields.ts';
import { define, field } from './define.ts';

const run = field(f.id, 'id of this run of it');
const example = '01a20265-7d10-7c1c-a7bd-7cfe01c2c0aa';

const flowOutcome = z.enum(['ended', 'routed', 'taken', 'failed']);

/** What a flow has learned: answers in forms, choices. */
const vars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const flowEvents = {
  'flow.started': define({
    version: '1.0',
    about: 'A flow answers the visitor, before any person does.',
    seenBy: 'agents',
    data: z.object({
      flow: field(f.slug, 'id of the flow'),
      version: field(z.base64url(), 'fingerprint of the flow as it was then'),
      run,
    }),
    example: { flow: 'greeting', version: 'Zk3vQf0q', run: example },
  }),
  'flow.advanced': define({
    version: '1.0',
    about: 'The flow has said what it had to, and waits for the visitor or for a time.',
    seenBy: 'agents',
    data: z.object({
      run,
      step: field(f.slug, 'the step that waits'),
      visit: field(z.int().min(1), 'turns so far'),
      heard: field(f.position, 'the `seq` up to which it has taken in what was said'),
      vars: field(vars, 'what it has learned', 'content'),
      asked: field(f.id.nullable(), 'id of the message that waits for an answer'),
      until: field(f.timeMs.nullable(), 'how long it waits; milliseconds since 1970'),
    }),
    example: {
      ...{ run: example, step: 'topic', visit: 1, heard: 2, vars: {}, until: null },
      asked: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0ab',
    },
  }),
  'flow.completed': define({
    version: '1.0',
    about: 'The flow is over: a conversation has one at most.',
    seenBy: 'agents',
    data: z.object({
      run,
      outcome: field(
        flowOutcome,
        'it had nothing left to do; it leads to a person; a person came before its end; its step is published no more',
      ),
      queue: field(f.slug.optional(), 'the queue it leads to, where it names one'),
    }),
    example: { run: example, outcome: 'routed' },
  }),
} as const;

export type FlowOutcome = z.infer<typeof flowOutcome>;
export type FlowVars = z.infer<typeof vars>;
