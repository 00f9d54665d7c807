import type { Deliveries } from '../../events/deliveries.ts';
import type { Log } from '../../events/log.ts';
import type { Notices } from '../../events/notices.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Poster } from '../../lib/post.ts';
import type { Endpoints } from '../../settings/endpoints.ts';

/** What the lanes share. */
export interface Ground {
  deliveries: Deliveries;
  endpoints: Endpoints;
  log: Log;
  notices: Notices;
  poster: Poster;
  source: string;
  now: Clock;
  random: () => number;
  signal: AbortSignal;
  onAttempt(isOk: boolean, lagMs: number, isFirst: boolean): void;
  onError(error: unknown): void;
}
