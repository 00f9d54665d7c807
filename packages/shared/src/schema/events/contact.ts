import { z } from 'zod';
import * as f from '../fields.ts';
import { greetingId } from '../greetings.ts';
import { define, field } from './define.ts';
import { saidFacts } from './said-facts.ts';

const rule = field(greetingId, 'id of the greeting rule');
const delayMs = field(z.int().optional(), 'milliseconds since it was shown');

const OWN_ID = 'the business’s own id for this person';

export const contactEvents = {
  'contact.identified': define({
    about: 'The page, or a token of the business, said who its visitor is.',
    seenBy: 'agents',
    data: z.object({
      externalId: field(z.string().optional(), OWN_ID, 'pseudonymous'),
      name: field(z.string().optional(), 'what this person is called', 'contact'),
      email: field(z.string().optional(), 'where to write to', 'contact'),
      method: field(
        z.enum(['unverified', 'token']),
        'how far it can be believed: `unverified`, the page said so; `token`, the business signed it',
      ),
    }),
    example: {
      externalId: 'C-17',
      name: 'Grace Hopper',
      email: 'grace@example.com',
      method: 'unverified',
    },
  }),
  'contact.created': define({
    about: 'The relay knows of somebody it did not know before.',
    seenBy: 'agents',
    data: z.object({
      externalId: field(z.string().optional(), OWN_ID, 'pseudonymous'),
      name: field(z.string().optional(), 'what this person is called', 'contact'),
      email: field(z.string().optional(), 'where to write to', 'contact'),
    }),
    example: { externalId: 'C-17', name: 'Grace Hopper' },
  }),
  'contact.updated': define({
    about: 'A program of the business said who somebody is; what is missing stayed as it was.',
    seenBy: 'agents',
    data: z.object({
      externalId: field(z.string().optional(), OWN_ID, 'pseudonymous'),
      name: field(z.string().optional(), 'what this person is called', 'contact'),
      email: field(z.string().optional(), 'where to write to', 'contact'),
    }),
    example: { email: 'grace@example.com' },
  }),
  'contact.merged': define({
    about:
      'Two contacts are one person: conversations, devices and facts of the one are the other’s from now on.',
    seenBy: 'agents',
    data: z.object({
      from: field(f.id, 'the contact that is no more'),
      into: field(f.id, 'the contact that has all of it now'),
      conversations: field(z.array(f.id), 'ids of the conversations that changed hands'),
    }),
    example: {
      from: '01a20265-6592-7058-b145-8c6880871a10',
      into: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9',
      conversations: ['01a20265-65a2-7c34-badd-0e186b0df4ad'],
    },
  }),
  'contact.blocked': define({
    about:
      'Nothing is taken from this contact any more, and no bot writes to them; what they wrote stays.',
    seenBy: 'agents',
    data: z.object({}),
    example: {},
  }),
  'contact.unblocked': define({
    about: 'They may write again.',
    seenBy: 'agents',
    data: z.object({}),
    example: {},
  }),
  'contact.erased': define({
    about:
      'All that was known of this contact is taken out, here and for good: erase it where you keep it too. What was written stands as redacted.',
    seenBy: 'agents',
    data: z.object({
      conversations: field(z.int().min(0), 'how many conversations they had'),
      events: field(z.int().min(0), 'how many events had something of them'),
      files: field(z.int().min(0), 'how many files were removed'),
    }),
    example: { conversations: 2, events: 31, files: 1 },
  }),
  'facts.recorded': define({
    about:
      'Somebody, `actor`, said something about a contact. What counts of it is another matter.',
    seenBy: 'agents',
    data: z.object({
      facts: saidFacts,
    }),
    example: {
      facts: [
        { name: 'plan', value: 'pro' },
        { name: 'invoice.overdue', value: true, expiresAt: 1_800_000_000_000 },
      ],
    },
  }),
  'event.tracked': define({
    about: 'Something happened that concerns a contact: the page says so, or a program.',
    seenBy: 'agents',
    data: z.object({
      name: field(z.string(), 'what happened, in the business’s own words', 'contact'),
      properties: field(f.attributes, 'names with text, number, true, false or null', 'contact'),
      occurredAt: field(f.timeMs.optional(), 'when, if earlier than it was told'),
    }),
    example: { name: 'checkout started', properties: { items: 2, total: 59.8 } },
  }),
  'proactive.shown': define({
    about: 'A greeting appeared beside the button. The relay hears of it once its visitor writes.',
    seenBy: 'agents',
    data: z.object({ rule }),
    example: { rule: 'pricing-help' },
  }),
  'proactive.clicked': define({
    about: 'The visitor opened the chat by a greeting.',
    seenBy: 'agents',
    data: z.object({ rule, delayMs }),
    example: { rule: 'pricing-help', delayMs: 3200 },
  }),
  'proactive.dismissed': define({
    about: 'The visitor closed a greeting, and does not see it again.',
    seenBy: 'agents',
    data: z.object({ rule, delayMs }),
    example: { rule: 'pricing-help', delayMs: 1800 },
  }),
} as const;
