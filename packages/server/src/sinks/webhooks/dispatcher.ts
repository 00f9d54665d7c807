import type { Deliveries } from '../../events/deliveries.ts';
import type { Log, LogRecord } from '../../events/log.ts';
import type { Notices } from '../../events/notices.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Metrics } from '../../lib/metrics.ts';
import type { Poster } from '../../lib/post.ts';
import type { Endpoints } from '../../settings/endpoints.ts';
import type { Ground } from './ground.ts';
import { createLane, type Lane } from './lane.ts';

export interface DispatcherOptions {
  deliveries: Deliveries;
  endpoints: Endpoints;
  events: Log;
  notices: Notices;
  poster: Poster;
  metrics: Metrics;
  source: string;
  now: Clock;
  log: Logger;
  random?: () => number;
}

export interface Dispatcher {
  /** These endpoints may have something to send. */
  wake(endpoints: string[]): void;
  /**
   * Somebody may want an endpoint to be asked now, whatever it said and however it failed: by a test, a
   * replay, or by switching it on again.
   */
  hear(records: LogRecord[]): Promise<void>;
  /** Gives what is under way a moment, then cuts it off: it is sent again after the next start. */
  stop(): Promise<void>;
}

/** A receiver that is quick is not asked twice for nothing; one that hangs does not keep the relay. */
const GRACE_MS = 1000;

const LIFTING: ReadonlySet<string> = new Set(['endpoint.enabled', 'events.replayed']);

/** The endpoint that is to be asked now. */
function liftedBy({ type, data }: LogRecord): string[] {
  if (type === 'test.event' && 'endpoint' in data) return [data.endpoint];
  if (type !== 'audit.recorded' || !('target' in data)) return [];
  return LIFTING.has(data.action) ? [data.target.id] : [];
}

/** Sends what is filed, each endpoint on a lane of its own: one that hangs is no other one's business. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { events, metrics, log, random = Math.random, ...rest } = options;
  const lanes = new Map<string, Lane>();
  const ended = new AbortController();
  const ground: Ground = {
    ...rest,
    log: events,
    random,
    signal: ended.signal,
    onAttempt(isOk, lagMs, isFirst) {
      metrics.webhookAttempts.inc({ outcome: isOk ? 'delivered' : 'failed' });
      if (isFirst) metrics.webhookLagSeconds.observe(lagMs / 1000);
    },
    onError: (err) => log.error({ err }, 'a webhook lane failed; trying again'),
  };

  function laneOf(id: string): Lane {
    const known = lanes.get(id);
    if (known) return known;
    const made = createLane(id, ground);
    lanes.set(id, made);
    return made;
  }

  return {
    wake(ids) {
      for (const id of ids) laneOf(id).wake();
    },
    async hear(records) {
      for (const id of new Set(records.flatMap(liftedBy))) await laneOf(id).lift();
    },
    async stop() {
      const stops = [...lanes.values()].map((lane) => lane.stop());
      const cut = setTimeout(() => ended.abort(), GRACE_MS);
      await Promise.all(stops);
      clearTimeout(cut);
      options.poster.close();
    },
  };
}
