import { z } from 'zod';
import * as f from '../fields.ts';
import { handOffReasons, summary } from '../turn.ts';
import { define, field } from './define.ts';

const run = field(f.id, 'id of this run of it');
const visit = z.int().min(0);
const example = '01a20265-7d10-7c1c-a7bd-7cfe01c2c0aa';

const spent = z.object({
  tokensIn: field(z.int().min(0), 'tokens a model was given'),
  tokensOut: field(z.int().min(0), 'tokens it wrote'),
  microUsd: field(z.int().min(0), 'millionths of a US dollar'),
  toolCalls: field(z.int().min(0), 'tools it used'),
});

const trace = z.object({
  kind: field(z.enum(['call', 'tool', 'model', 'refusal']), 'what it did'),
  name: field(z.string(), 'the tool, the model, or the rule that refused', 'content'),
  input: field(z.string(), 'what went in, masked and cut', 'content'),
  output: field(z.string(), 'what came out, masked and cut', 'content'),
  ok: field(z.boolean(), 'whether it worked'),
  durationMs: field(z.number().min(0), 'how long it took'),
});

/** What every turn may say of itself. */
export const told = {
  usage: field(spent.optional(), 'what the turn cost'),
  trace: field(z.array(trace).optional(), 'what it did on its way to an answer', 'content'),
};

/** What else it waits for. */
const waiting = {
  events: field(
    z.array(f.name).optional(),
    'names of the `event.tracked` it waits for, of programs of the business',
    'contact',
  ),
  since: field(f.position.optional(), 'the place in the log behind which those count'),
};

const botOutcome = z.enum(['ended', 'routed', 'taken', 'failed', 'off']);
export const botFailure = z.enum(['deadline', 'error', 'gone']);
const supersededWhy = z.enum(['message', 'taken', 'closed', 'late', 'off', 'guard']);

export const botEvents = {
  'bot.started': define({
    version: '1.0',
    about: 'A bot has the floor: it answers the visitor, and no person is asked to.',
    seenBy: 'agents',
    data: z.object({
      bot: field(f.slug, 'id of the bot'),
      version: field(z.base64url(), 'the same for whatever means the same'),
      run,
      reason: field(
        z.enum(['begun', 'fallback', 'handed_back', 'event']),
        'the visitor wrote; the one before it failed; a person gives it the conversation; something happened',
      ),
      ...waiting,
      goal: field(f.visible(2000).nullable(), 'what that person wants of it', 'content'),
      hops: field(
        z.int().min(0),
        'how often a bot gave it to a bot since a person or the visitor began',
      ),
    }),
    example: {
      ...{ bot: 'greeting', version: 'Zk3vQf0q', run: example },
      ...{ reason: 'begun' as const, goal: null, hops: 0 },
    },
  }),
  'bot.advanced': define({
    version: '1.0',
    about: 'The bot has said what it had to, and waits for the visitor or for a time.',
    seenBy: 'agents',
    data: z.object({
      run,
      visit: field(visit, 'turns so far'),
      heard: field(f.position, 'the `seq` up to which it has taken in what was said'),
      asked: field(f.id.nullable(), 'id of the message that waits for an answer'),
      until: field(f.timeMs.nullable(), 'how long it waits; milliseconds since 1970'),
      state: field(z.unknown(), 'what it keeps for its next turn', 'content'),
      ...waiting,
      ...told,
    }),
    example: {
      ...{ run: example, visit: 1, heard: 2, until: null, state: { step: 'topic', vars: {} } },
      asked: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0ab',
    },
  }),
  'bot.completed': define({
    version: '1.0',
    about: 'The bot is over, and has the floor no more.',
    seenBy: 'agents',
    data: z.object({
      run,
      outcome: field(
        botOutcome,
        'it had nothing left to do; it leads to a person; a person came before its end; it could not go on; it was switched off, or its visitor blocked',
      ),
      failure: field(
        botFailure.optional(),
        'why it could not go on: too slow; it broke; it is published no more, or not this step of it',
      ),
      reason: field(z.enum(handOffReasons).optional(), 'why it leads to a person'),
      goal: field(f.slug.optional(), 'how it ended, in the business’s own word'),
      queue: field(f.slug.optional(), 'the queue it leads to, where it names one'),
      summary: field(summary.optional(), 'what whoever takes over should know', 'content'),
      ...told,
    }),
    example: { run: example, outcome: 'routed', reason: 'out_of_scope' },
  }),
  'handoff.requested': define({
    version: '1.0',
    about:
      'A bot leads to a person, or could not go on: from here on people are asked for. `bot.completed` says why, to the business alone.',
    seenBy: 'everybody',
    data: z.object({}),
    example: {},
  }),
  'bot.superseded': define({
    version: '1.0',
    about:
      'A turn of a bot counts no more, and none of it took effect. Told again where its answer comes all the same.',
    seenBy: 'agents',
    data: z.object({
      run,
      visit: field(visit, 'which turn'),
      why: field(
        supersededWhy,
        'the visitor wrote on; a person took over; it was closed; somebody else goes on already; it was switched off, or its visitor blocked; it said too much by itself',
      ),
      draft: field(z.array(z.string()).optional(), 'what it would have said', 'content'),
      ...told,
    }),
    example: { run: example, visit: 1, why: 'taken', draft: ['Your parcel comes tomorrow.'] },
  }),
  'bot.switched': define({
    version: '1.0',
    about: 'A bot, or all of them, may not answer any more, or may again.',
    seenBy: 'agents',
    data: z.object({
      bot: field(f.slug.nullable(), 'id of the bot; null: all of them'),
      on: field(z.boolean(), 'whether it may'),
    }),
    example: { bot: 'greeting', on: false },
  }),
} as const;

export type BotOutcome = z.infer<typeof botOutcome>;
export type BotFailure = z.infer<typeof botFailure>;
export type SupersededWhy = z.infer<typeof supersededWhy>;
