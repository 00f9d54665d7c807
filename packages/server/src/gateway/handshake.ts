import type { Problem } from '@throughline/shared';
import type { Metrics } from '../lib/metrics.ts';

/** The error socket.io sends as `connect_error`; `data` is all a client gets to see. */
export function refuseHandshake(problem: Problem, metrics: Metrics): Error & { data: Problem } {
  metrics.refusedHandshakes.labels(problem.code).inc();
  return Object.assign(new Error(problem.code), { data: problem });
}
