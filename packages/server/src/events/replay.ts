import type { Endpoint } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import type { Store } from '../store/store.ts';
import { deliveryOf, wants } from './deliveries.ts';

/** Records filed at a time; the relay does something else in between. */
const BATCH = 500;

export interface Replays {
  /** The event at this place once more; false: the log has none there. */
  one(endpoint: string, offset: number): Promise<boolean>;
  /** What was given up since; the number of events. */
  failed(endpoint: string, since: number): Promise<number>;
  /** Everything the endpoint wants and that happened since, delivered before or not; no tests. */
  everything(endpoint: Endpoint, since: number): Promise<number>;
}

/** Sends again what was sent or given up. A receiver knows repeats by their ids. */
export function createReplays(store: Store, now: Clock): Replays {
  const { deliveries } = store;
  const { events } = store.read;

  /** Offset of the last record from before a time. A clock that stepped back makes it an earlier one. */
  async function lastBefore(time: number): Promise<number> {
    let [low, high] = [0, await events.head()];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [record] = await events.log(middle, 1);
      if (record && record.time < time) low = record.offset;
      else high = middle;
    }
    return low;
  }

  return {
    async one(endpoint, offset) {
      const [record] = await events.log(offset - 1, 1);
      if (record?.offset !== offset) return false;
      await deliveries.file([deliveryOf(endpoint, record, now())]);
      return true;
    },

    failed: async (endpoint, since) => deliveries.revive(endpoint, since, now()),

    async everything(endpoint, since) {
      const isWanted = wants(endpoint);
      const head = await events.head();
      let count = 0;
      for (let at = await lastBefore(since); at < head; ) {
        const records = await events.log(at, BATCH);
        const wanted = records.filter(
          (record) =>
            record.type !== 'test.event' &&
            record.time >= since &&
            record.offset <= head &&
            isWanted(record),
        );
        await deliveries.file(wanted.map((record) => deliveryOf(endpoint.id, record, now())));
        count += wanted.length;
        at = records.at(-1)?.offset ?? head;
        await new Promise((done) => setImmediate(done));
      }
      return count;
    },
  };
}
