import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { routingFinding } from './routing.ts';

/** What a refused command tells its sender. */
export const problem = z.object({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string().meta({ description: 'what happened and what to do' }),
  retryable: z.boolean().meta({ description: 'the same again may work later' }),
  field: z.string().optional().meta({ description: 'the field at fault, as a path' }),
  retryAfterMs: z.number().optional().meta({ description: 'earliest useful retry' }),
  ref: z.string().optional().meta({ description: 'reference into the relay’s log' }),
  findings: z.array(routingFinding).optional().meta({ description: 'all that is wrong' }),
});

/** The same over HTTP (RFC 9457): its sentence under `detail`. */
export const httpProblem = problem.omit({ message: true }).extend({
  type: z.string().meta({ description: '`urn:throughline:error:` and the code' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'what happened and what to do' }),
});
