import { z } from 'zod';
import { factValue, visibilities } from '../facts.ts';
import * as f from '../fields.ts';
import { field } from './define.ts';

/** What somebody says, of a contact or of a conversation. */
export const saidFacts = field(
  z.array(
    z.object({
      name: field(f.attributeName, 'what it is about'),
      value: field(factValue, 'what is said; null takes it back', 'contact'),
      observedAt: field(f.timeMs.optional(), 'when it was so; the event’s time otherwise'),
      expiresAt: field(f.timeMs.nullable().optional(), 'when it can no longer be relied on'),
      confidence: field(z.number().nullable().optional(), '0 to 1, of a source in doubt'),
      visibility: field(z.enum(visibilities).optional(), 'who may see it; `agents` otherwise'),
      signed: field(z.boolean().optional(), 'whether the business vouched for it'),
    }),
  ),
  'one by one',
);
