import { z } from 'zod';
import * as f from '../fields.ts';
import { define, field } from './define.ts';

export const contactEvents = {
  'contact.identified': define({
    about: 'The page said who its visitor is.',
    seenBy: 'agents',
    data: z.object({
      externalId: field(
        z.string().optional(),
        'the business’s own id for this person',
        'pseudonymous',
      ),
      name: field(z.string().optional(), 'what this person is called', 'contact'),
      email: field(z.string().optional(), 'where to write to', 'contact'),
      method: field(
        z.enum(['unverified']),
        'how far it can be believed: the page said so and nobody proved it',
      ),
    }),
    example: {
      externalId: 'C-17',
      name: 'Grace Hopper',
      email: 'grace@example.com',
      method: 'unverified',
    },
  }),
  'contact.updated': define({
    about: 'Attributes were set or removed.',
    seenBy: 'agents',
    data: z.object({
      attributes: field(
        f.attributes,
        'names with text, number, true or false; null removes one',
        'contact',
      ),
    }),
    example: { attributes: { plan: 'pro', seats: 3, trial: null } },
  }),
  'event.tracked': define({
    about: 'The page said that its visitor did something.',
    seenBy: 'agents',
    data: z.object({
      name: field(z.string(), 'what happened, in the business’s own words', 'contact'),
      properties: field(f.attributes, 'names with text, number, true, false or null', 'contact'),
    }),
    example: { name: 'checkout started', properties: { items: 2, total: 59.8 } },
  }),
} as const;
