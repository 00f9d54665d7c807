import { z } from 'zod';
import * as f from '../fields.ts';
import { agentRef, define, field } from './define.ts';
import { saidFacts } from './said-facts.ts';

const ada = { id: '01a20265-6592-7058-b145-8c6880871a10', name: 'Ada' };

export const conversationEvents = {
  'conversation.started': define({
    about:
      'A visitor, or a program of the business, began a conversation; always the first event in it.',
    seenBy: 'everybody',
    data: z.object({
      context: field(
        f.context.optional(),
        'what the page said about itself: `page`, `language`, `userAgent`',
        'pseudonymous',
      ),
    }),
    example: {
      context: { page: { url: 'https://shop.example/cart', title: 'Cart' }, language: 'de' },
    },
  }),
  'conversation.assigned': define({
    about: 'The conversation has another owner, or none.',
    seenBy: 'everybody',
    data: z.object({
      assignee: field(agentRef.nullable(), 'the agent who has it now; null: nobody'),
      previous: field(agentRef.nullable(), 'the agent who had it before'),
      epoch: field(
        z.int(),
        'the fencing epoch from now on; the next change has to name it (rule P18)',
      ),
    }),
    example: { assignee: ada, previous: null, epoch: 1 },
  }),
  'conversation.resolved': define({
    about: 'An agent closed the matter; a snooze ends with it.',
    seenBy: 'everybody',
    data: z.object({}),
    example: {},
  }),
  'conversation.reopened': define({
    about: 'It was resolved and is open again.',
    seenBy: 'everybody',
    data: z.object({
      trigger: field(
        z.enum(['message', 'agent']),
        'the visitor wrote again, or an agent opened it',
      ),
    }),
    example: { trigger: 'message' },
  }),
  'conversation.snoozed': define({
    about: 'Put off until later, or woken.',
    seenBy: 'agents',
    data: z.object({
      until: field(f.timeMs.nullable(), 'milliseconds since 1970; null: it woke'),
      trigger: field(
        z.enum(['agent', 'message', 'timer']),
        'who put it off or woke it: an agent, the visitor’s message, the time',
      ),
    }),
    example: { until: 1_795_422_929_315, trigger: 'agent' },
  }),
  'conversation.updated': define({
    about: 'Its tags were changed.',
    seenBy: 'agents',
    data: z.object({ tags: field(f.tags, 'all tags from now on', 'contact') }),
    example: { tags: ['invoice', 'vip'] },
  }),
  'conversation.erased': define({
    version: '1.0',
    about:
      'What was said in it of anybody is taken out, here and for good: erase it where you keep it too. `contact.erased` follows.',
    seenBy: 'agents',
    data: z.object({
      events: field(z.int().min(0), 'how many events had something to take out'),
      files: field(z.int().min(0), 'how many files were removed'),
    }),
    example: { events: 29, files: 1 },
  }),
  'conversation.facts_recorded': define({
    version: '1.0',
    about:
      'Somebody, `actor`, said something about the conversation. What counts of it is another matter.',
    seenBy: 'agents',
    data: z.object({ facts: saidFacts }),
    example: { facts: [{ name: 'order', value: 'A-1817' }] },
  }),
} as const;
