import { z } from 'zod';
import * as f from '../fields.ts';
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
  'audit.recorded': define({
    version: '1.3',
    about:
      'An administrator, a program with their rights, or an agent with their own account did what leaves no other event.',
    seenBy: 'agents',
    data: z.object({
      action: field(
        z.enum([
          'secret.rotated',
          'key.rotated',
          'key.revoked',
          'endpoint.enabled',
          'events.replayed',
          'article.written',
          'article.removed',
          'log.restored',
          'agent.disabled',
          'agent.enabled',
          'agent.role_changed',
          'agent.signed_out',
        ]),
        'what was done',
      ),
      target: field(
        z.object({
          kind: field(
            z.enum([
              'endpoint',
              'source',
              'identity',
              'context',
              'key',
              'bot',
              'tool',
              'article',
              'log',
              'agent',
            ]),
            'what it is; `identity` and `context` are those of a site',
          ),
          id: field(
            z.string(),
            'which one: an id, the key of a site, collection and id of an article, or the log’s epoch',
          ),
        }),
        'to what',
      ),
      role: field(f.role.optional(), 'of `agent.role_changed`: the new one'),
      fingerprint: field(z.base64url().optional(), 'of `article.written`: of what it says'),
      offset: field(z.int().optional(), 'of `events.replayed`: the one event'),
      since: field(
        f.timeMs.optional(),
        'of `events.replayed`: everything from this time on; of `log.restored`: what came after it is gone',
      ),
      failedSince: field(
        f.timeMs.optional(),
        'of `events.replayed`: what was given up from this time on',
      ),
      count: field(z.int().optional(), 'of `events.replayed`: how many events that were'),
    }),
    example: {
      action: 'secret.rotated',
      target: { kind: 'endpoint', id: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9' },
    },
  }),
  'sink.degraded': define({
    about:
      'A webhook endpoint no longer takes deliveries, was switched off for it, or takes them again.',
    seenBy: 'agents',
    data: z.object({
      endpoint: field(f.id, 'id of the endpoint'),
      state: field(
        z.enum(['failing', 'disabled', 'recovered']),
        '`failing`: several tries in a row; `disabled`: nothing is sent until somebody enables it',
      ),
      reason: field(
        z.enum(['gone', 'failing']).optional(),
        'of `disabled`: it answered 410, or failed for five days',
      ),
    }),
    example: {
      endpoint: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9',
      state: 'disabled',
      reason: 'gone',
    },
  }),
  'test.event': define({
    about: 'Somebody asked for a test of a webhook endpoint; no other endpoint gets it.',
    seenBy: 'agents',
    data: z.object({ endpoint: field(f.id, 'id of the endpoint') }),
    example: { endpoint: '01a20265-7d10-7c1c-a7bd-7cfe01c2c0a9' },
  }),
} as const;
