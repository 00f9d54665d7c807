import { Gauge } from 'prom-client';
import type { StreamKind, StreamSettings } from '../../config-streams.ts';
import type { Follower } from '../../events/follow.ts';
import type { Log } from '../../events/log.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Metrics } from '../../lib/metrics.ts';
import { createPublisher } from './publisher.ts';
import type { Connect } from './stream.ts';

interface Outside {
  events: Log;
  /** What events name as their source. */
  source: string;
  log: Logger;
  metrics: Metrics;
}

interface Running {
  kind: StreamKind;
  follower: Follower;
  end(): Promise<void>;
}

/** A broker's library is loaded when it is first connected to: a relay without streams pays nothing. */
export const connects: Record<StreamKind, Connect> = {
  nats: async (broker) => (await import('./nats.ts')).connectNats(broker),
  rabbitmq: async (broker) => (await import('./rabbitmq.ts')).connectRabbitmq(broker),
  redis: async (broker) => (await import('./redis.ts')).connectRedis(broker),
  mqtt: async (broker) => (await import('./mqtt.ts')).connectMqtt(broker),
};

const LAG = 'throughline_sink_lag_events';

/** How many events may come again after a crash. */
const BATCH = 200;

/** Publishes the log to every broker there is, each from its own place in it. Returns the end of it. */
export async function startStreams(
  settings: StreamSettings[],
  outside: Outside,
): Promise<() => Promise<void>> {
  await using begun = new AsyncDisposableStack();
  const running: Running[] = [];
  begun.defer(async () => {
    await Promise.all(running.map(({ end }) => end()));
  });
  for (const stream of settings) running.push(await start(stream, outside));
  if (running.length > 0) {
    measureLag(running, outside);
    // Another start makes its own.
    begun.defer(() => outside.metrics.registry.removeSingleMetric(LAG));
  }
  const all = begun.move();
  return () => all.disposeAsync();
}

async function start(settings: StreamSettings, { events, source, log }: Outside): Promise<Running> {
  const { kind } = settings;
  const publisher = createPublisher(settings, { connect: connects[kind], source, log });
  const follower = await events.followAs(kind, {
    batch: BATCH,
    handle: publisher.publish,
    onError: publisher.onError,
  });
  return {
    kind,
    follower,
    async end() {
      publisher.close();
      await follower.stop();
    },
  };
}

function measureLag(running: Running[], { events, metrics }: Outside): void {
  new Gauge({
    name: LAG,
    help: 'Events of the log that a sink does not have yet.',
    labelNames: ['sink'],
    registers: [metrics.registry],
    async collect() {
      const head = await events.head();
      for (const { kind, follower } of running) this.set({ sink: kind }, head - follower.cursor);
    },
  });
}
