import type { Endpoint } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import type { Delivery } from '../store/deliveries.ts';
import type { LogRecord, Store } from '../store/store.ts';
import { fits } from './filter.ts';
import { type Follower, follow } from './follow.ts';
import { keepPlace, placeOf } from './follow-as.ts';
import { forgetAnswers } from './forget-answers.ts';

export type { Deliveries, Delivery, EndpointState } from '../store/deliveries.ts';

/** The cursor of what is filed for endpoints. */
export const WEBHOOKS = 'webhooks';
/** As long as deliveries and their tries are kept. */
const KEEP_MS = 30 * 24 * 3600 * 1000;
const PRUNE_MS = 3600 * 1000;
const PRUNE_BATCH = 500;

/** Whether an endpoint gets a record; a test is for one endpoint, whatever it asked for. */
export function wants({
  id,
  types,
}: Pick<Endpoint, 'id' | 'types'>): (record: LogRecord) => boolean {
  const isWanted = fits({ types });
  return (record) =>
    record.type === 'test.event'
      ? 'endpoint' in record.data && record.data.endpoint === id
      : isWanted(record);
}

/** A delivery as it is filed: due at once. */
export const deliveryOf = (endpoint: string, record: LogRecord, now: number): Delivery => ({
  endpoint,
  offset: record.offset,
  conversation: record.conversation,
  state: 'pending',
  attempts: 0,
  nextAt: now,
  createdAt: now,
});

interface FilingOptions {
  endpoints(): Endpoint[];
  /** Takes over a configuration that was published. */
  refresh(): Promise<void>;
  now: Clock;
  /** These endpoints have something to send, or are no longer what they were. */
  onFiled(endpoints: string[]): void;
  onError(error: unknown): void;
}

/**
 * Files a delivery of every committed event for every endpoint that wants it. The configuration changes
 * at its place in the log: an endpoint gets what comes after it was published.
 */
export async function fileDeliveries(store: Store, options: FilingOptions): Promise<Follower> {
  const { endpoints, refresh, now, onFiled, onError } = options;
  const { deliveries } = store;

  const readers = () => endpoints().map((endpoint) => ({ ...endpoint, isFor: wants(endpoint) }));
  /** As they are at the place the follower has reached. */
  let current = readers();
  let stopped = false;

  async function fileOf(records: LogRecord[]): Promise<void> {
    const filed = current.flatMap(({ id, isFor }) =>
      records.filter(isFor).map((record) => deliveryOf(id, record, now())),
    );
    const offset = records.at(-1)?.offset ?? 0;
    // First: killed behind the filing, nobody would come back to it.
    await forgetAnswers(
      store,
      records,
      current.map(({ id }) => id),
    );
    if (filed.length > 0) {
      await deliveries.file(filed, { sink: WEBHOOKS, epoch: store.epoch, offset });
      onFiled([...new Set(filed.map(({ endpoint }) => endpoint))]);
    }
    place.reach(offset);
  }

  /** A few at a time, beside everything else: neither a start nor a delivery waits for it. */
  async function pruneAll(): Promise<void> {
    const known = endpoints().map(({ id }) => id);
    const rest = () =>
      deliveries.prune({ before: now() - KEEP_MS, endpoints: known, limit: PRUNE_BATCH });
    while (!stopped && (await rest())) await new Promise((done) => setImmediate(done));
  }
  const prune = () => void pruneAll().catch(onError);

  const known = await deliveries.cursor(WEBHOOKS);
  const from = await placeOf(store, WEBHOOKS);
  const place = keepPlace(store, WEBHOOKS, onError);
  if (known && (known.epoch !== store.epoch || known.offset !== from)) await deliveries.clear();
  prune();
  const pruning = setInterval(prune, PRUNE_MS);
  const follower = await follow(store, {
    from,
    onError,
    async handle(records) {
      for (const part of untilConfigured(records)) {
        await fileOf(part);
        if (part.at(-1)?.type !== 'config.published') continue;
        await refresh();
        current = readers();
        prune();
        onFiled(current.map(({ id }) => id));
      }
    },
  });
  return {
    async stop() {
      stopped = true;
      clearInterval(pruning);
      await follower.stop();
      await place.stop();
    },
    get cursor() {
      return follower.cursor;
    },
  };
}

/** In pieces that end with a change of the configuration. */
function untilConfigured(records: LogRecord[]): LogRecord[][] {
  const ends = records.flatMap(({ type }, i) => (type === 'config.published' ? [i + 1] : []));
  const cuts = [0, ...ends, records.length];
  return cuts.slice(1).flatMap((end, i) => {
    const part = records.slice(cuts[i], end);
    return part.length > 0 ? [part] : [];
  });
}
