import { z } from 'zod';
import * as f from '../fields.ts';
import { money, owners, promised } from '../promise.ts';
import { agentRef, define, field } from './define.ts';

const ada = { id: '01a20265-6592-7058-b145-8c6880871a10', name: 'Ada' };

/** Why the relay, or whoever moved it, decided so. */
const why = z.object({
  config: field(z.base64url().optional(), 'fingerprint of the routing it was decided by'),
  rule: field(
    z
      .string()
      .regex(/^route(\.routes\[\d+\])*$/)
      .optional(),
    'the rule that led there: `route.routes[1]`',
  ),
  reasons: field(z.array(z.string()), 'in words', 'contact'),
  given: field(
    z.record(z.string(), z.unknown()).optional(),
    'what was known, as rules see it',
    'contact',
  ),
});

const example = {
  config: 'Zk3vQf0q',
  rule: 'route.routes[0]',
  reasons: ['page.path.startsWith("/pricing")'],
};

/** Who may have whom in a queue: plain values that conditions compare. */
const need = z.record(f.attributeName, z.union([z.string(), z.number(), z.boolean()]));

const agentStatus = z.enum(['available', 'away', 'offline']);

export const routingEvents = {
  'conversation.queued': define({
    version: '1.1',
    about:
      'The conversation waits in a queue, or in another one; whatever it is moved by, it keeps `since`.',
    seenBy: 'agents',
    data: z.object({
      queue: field(f.slug, 'id of the queue'),
      since: field(f.timeMs, 'since when its visitor waits; milliseconds since 1970'),
      base: field(z.number(), 'credit it came with, in seconds'),
      rate: field(z.number(), 'credit it gains with each second'),
      need: field(need, 'what whoever takes it should have', 'contact'),
      hold: field(
        z
          .object({
            agent: field(f.id, 'id of the agent', 'pseudonymous'),
            until: field(f.timeMs, 'milliseconds since 1970'),
          })
          .nullable(),
        'whom it waits for alone, and until when',
        'pseudonymous',
      ),
      estimate: field(
        z
          .object({
            lowMs: field(z.int().min(0), 'at least, from when it was queued'),
            highMs: field(z.int().min(0), 'at most, from when it was queued'),
          })
          .optional(),
        'how long the wait is expected to take, where its visitor is told; `conversation.assigned` ends it',
      ),
      why: field(why, 'why it waits there', 'contact'),
    }),
    example: {
      ...{ queue: 'sales', since: 1_795_422_929_315, base: 1800, rate: 1 },
      ...{ need: { lang: 'de' }, hold: null, why: example },
      estimate: { lowMs: 120_000, highMs: 290_000 },
    },
  }),
  'conversation.offered': define({
    version: '1.0',
    about: 'The relay chose an agent for it: who may take it for a while, or has it at once.',
    seenBy: 'agents',
    data: z.object({
      agent: field(agentRef, 'whom'),
      until: field(
        f.timeMs.nullable(),
        'how long they may think about it; null: it was given to them, see `conversation.assigned`',
      ),
      why: field(why, 'why them', 'contact'),
    }),
    example: { agent: ada, until: 1_795_422_959_315, why: { reasons: ['ring 1 of sales'] } },
  }),
  'conversation.offer_ended': define({
    version: '1.0',
    about:
      'Whom it was offered to takes it, see `conversation.assigned`, or does not, and it waits on where it was.',
    seenBy: 'agents',
    data: z.object({
      offer: field(f.id, 'id of the event that made it'),
      agent: field(agentRef, 'whom it was offered to'),
      outcome: field(
        z.enum(['accepted', 'declined', 'missed', 'withdrawn']),
        'they said yes, no, or nothing; or they could not have it any more',
      ),
    }),
    example: {
      ...{ offer: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9', agent: ada, outcome: 'missed' as const },
    },
  }),
  'conversation.parked': define({
    version: '1.0',
    about:
      'Its visitor has been quiet for so long that it takes none of its owner’s capacity, or it takes some again.',
    seenBy: 'agents',
    data: z.object({ parked: field(z.boolean(), 'whether it takes none from now on') }),
    example: { parked: true },
  }),
  'conversation.transferred': define({
    version: '1.0',
    about: 'An agent moved it to a queue by hand; `conversation.queued` says how it waits there.',
    seenBy: 'agents',
    data: z.object({
      queue: field(f.slug, 'id of the queue'),
      note: field(z.string().optional(), 'what whoever takes it should know', 'content'),
    }),
    example: { queue: 'billing', note: 'She was charged twice.' },
  }),
  'sla.breached': define({
    version: '1.0',
    about:
      'Nobody has answered within the target of the queue: once for each time a visitor is left without an answer.',
    seenBy: 'agents',
    data: z.object({
      queue: field(f.slug, 'id of the queue whose target it is, the last it waited in'),
      reply: field(z.enum(['first', 'next']), 'whether a person had answered before'),
      since: field(
        f.timeMs,
        'the first message without an answer, whatever happened after; milliseconds since 1970',
      ),
      dueAt: field(f.timeMs, 'by when; outside of the hours of the queue no time passes'),
    }),
    example: {
      ...{ queue: 'sales', reply: 'first' as const },
      ...{ since: 1_795_422_929_315, dueAt: 1_795_422_989_315 },
    },
  }),
  'promise.made': define({
    version: '1.1',
    about: 'Something is promised by a time. Each promise ends once.',
    seenBy: 'everybody',
    data: z.object({
      what: field(z.enum(promised), 'a word of a person here, a call, or money'),
      owner: field(z.enum(owners), 'who owes it'),
      dueAt: field(f.timeMs, 'by when; milliseconds since 1970'),
      amount: field(
        money.optional(),
        'how much money: in the smallest unit, and its currency',
        'contact',
      ),
      keptWhen: field(
        f.name.optional(),
        'name of the `event.tracked` by which it is kept',
        'contact',
      ),
      run: field(f.id.optional(), 'id of the run of a bot that has arranged it'),
    }),
    example: { what: 'reply', owner: 'business', dueAt: 1_795_426_529_315 },
  }),
  'promise.ended': define({
    version: '1.1',
    about: 'A promise was kept or broken, or nobody needs it any more.',
    seenBy: 'everybody',
    data: z.object({
      promise: field(f.id, 'id of the event that made it'),
      what: field(z.enum(promised), 'what was promised'),
      outcome: field(
        z.enum(['kept', 'broken', 'withdrawn']),
        'it was done in time, the time is over, or nobody needs it any more',
      ),
    }),
    example: {
      ...{ promise: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9', what: 'reply' as const },
      outcome: 'kept' as const,
    },
  }),
  'agent.status_changed': define({
    version: '1.0',
    about: 'An agent may be given conversations, or may not any more.',
    seenBy: 'agents',
    data: z.object({
      agent: field(agentRef, 'who'),
      status: field(agentStatus, '`away`: signed in, and takes nothing new'),
      previous: field(agentStatus, 'what it was before'),
      source: field(
        z.enum(['manual', 'connection', 'missed', 'lease']),
        'they said so; they came or left; they missed offers; the relay that had them ended',
      ),
    }),
    example: { agent: ada, status: 'available', previous: 'offline', source: 'connection' },
  }),
} as const;

export type AgentStatus = z.infer<typeof agentStatus>;
export type Why = z.infer<typeof why>;
export type Need = z.infer<typeof need>;
