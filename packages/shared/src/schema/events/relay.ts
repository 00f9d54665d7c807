import { z } from 'zod';
import { define, field } from './define.ts';

export const relayEvents = {
  'config.published': define({
    about: 'A new version of the configuration is in force.',
    seenBy: 'agents',
    data: z.object({
      version: field(z.int(), 'counts from 1'),
      by: field(z.string(), 'who published it: `cli`, or an agent’s id'),
    }),
    example: { version: 3, by: 'cli' },
  }),
} as const;
