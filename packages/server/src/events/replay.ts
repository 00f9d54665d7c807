import { isDeepStrictEqual } from 'node:util';
import type { Endpoint, Replay } from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { deliveryOf, wants } from './deliveries.ts';

/** Records filed at a time; the relay does something else in between. */
const BATCH = 500;
/** Times of records looked at a time. */
const LOOKED_AT = 10_000;

export interface Replays {
  /**
   * Sends again what was sent or given up: one event, what was given up since a time, or everything the
   * endpoint wants that happened since, delivered before or not; no tests. Once under the same id.
   * @returns the number of events
   * @throws AppError `not_found` where the log has no such event, `idempotency_conflict`
   */
  run(endpoint: Endpoint, what: Replay, act: Act): Promise<number>;
}

interface Running {
  what: Replay;
  count: Promise<number>;
}

/** A receiver knows repeats by their ids. */
export function createReplays(store: Store, now: Clock): Replays {
  const { deliveries } = store;
  const { events } = store.read;
  /** By the id of the act: it is in the log only when all is filed. */
  const running = new Map<string, Running>();

  /** Where the log is read from. A clock that was set back put later records before a time: all count. */
  async function lastBefore(time: number, head: number): Promise<number> {
    for (let at = 0; at < head; at += LOOKED_AT) {
      const found = await events.firstSince(time, { after: at, upTo: at + LOOKED_AT });
      if (found !== undefined) return found - 1;
      await new Promise((done) => setImmediate(done));
    }
    return head;
  }

  async function one(endpoint: string, offset: number): Promise<number> {
    const [record] = await events.log(offset - 1, 1);
    if (record?.offset !== offset) throw new AppError('not_found');
    await deliveries.file([deliveryOf(endpoint, record, now())]);
    return 1;
  }

  async function everything(endpoint: Endpoint, since: number): Promise<number> {
    const isWanted = wants(endpoint);
    const head = await events.head();
    let count = 0;
    for (let at = await lastBefore(since, head); at < head; ) {
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
  }

  async function file(endpoint: Endpoint, what: Replay): Promise<number> {
    if ('since' in what) return everything(endpoint, what.since);
    if ('failedSince' in what) return deliveries.revive(endpoint.id, what.failedSince, now());
    return one(endpoint.id, what.offset);
  }

  async function begin(endpoint: Endpoint, what: Replay, act: Act): Promise<number> {
    const target = { kind: 'endpoint', id: endpoint.id } as const;
    const said = { action: 'events.replayed', target, ...what } as const;
    const prior = await store.write('replays', (tx) => doneBefore(tx, act, said));
    if (prior && 'count' in prior.data) return prior.data.count ?? 0;
    const count = await file(endpoint, what);
    const time = now();
    await store.write('replays', (tx) => noteDone(tx, { ...act, time }, { ...said, count }));
    return count;
  }

  return {
    async run(endpoint, what, act) {
      const known = running.get(act.id);
      if (known && !isDeepStrictEqual(known.what, what)) throw new AppError('idempotency_conflict');
      if (known) return known.count;
      const count = begin(endpoint, what, act);
      running.set(act.id, { what, count });
      return count.finally(() => running.delete(act.id));
    },
  };
}
