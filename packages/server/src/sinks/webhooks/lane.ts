import type { Delivery } from '../../events/deliveries.ts';
import { createBreaker } from '../../lib/breaker.ts';
import { attempt } from './attempt.ts';
import type { Ground } from './ground.ts';
import { settleWith } from './outcome.ts';

/** Requests to one endpoint at a time. */
const CONCURRENCY = 16;
/** What cannot be written down would be sent again at once, as fast as it is answered. */
const STORE_PAUSE_MS = 1000;

/** One endpoint's way out: takes what is due, never more at once than the endpoint bears. */
export interface Lane {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function createLane(id: string, ground: Ground): Lane {
  const { deliveries, endpoints, now } = ground;
  const breaker = createBreaker(now, CONCURRENCY);
  const settle = settleWith(ground, breaker);
  const underWay = new Map<number, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let isAwake = false;
  let stopped = false;

  function pause(error: unknown): void {
    ground.onError(error);
    breaker.hold(now() + STORE_PAUSE_MS);
    wakeAt(breaker.opensAt);
  }

  function wake(): void {
    if (isAwake || stopped) return;
    isAwake = true;
    setImmediate(() => {
      isAwake = false;
      void fill().catch(pause);
    });
  }

  function wakeAt(at: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(wake, Math.min(Math.max(at - now(), 0), 60_000));
  }

  async function fill(): Promise<void> {
    const endpoint = endpoints.get(id);
    if (stopped || !endpoint || endpoint.paused) return;
    if ((await deliveries.state(id)).disabled !== null) return;
    if (breaker.opensAt > now()) return wakeAt(breaker.opensAt);
    const room = breaker.capacity - underWay.size;
    if (room <= 0) return;
    const due = await deliveries.due({
      endpoint: id,
      now: now(),
      limit: room + underWay.size,
      inOrder: endpoint.order === 'conversation',
    });
    const next = due.filter(({ offset }) => !underWay.has(offset)).slice(0, room);
    for (const delivery of next) start(delivery);
    if (next.length === room) return;
    const nextAt = await deliveries.nextAt(id, now());
    if (nextAt !== undefined) wakeAt(nextAt);
  }

  function start(delivery: Delivery): void {
    const { offset } = delivery;
    const trying = deliver(delivery)
      .catch(pause)
      .finally(() => {
        underWay.delete(offset);
        wake();
      });
    underWay.set(offset, trying);
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const [record] = await ground.log.read(delivery.offset - 1, 1);
    const secrets = (await endpoints.secretsOf(id)).map(({ secret }) => secret);
    const endpoint = endpoints.get(id);
    if (!endpoint || !record) return;
    const result = await attempt(ground, { record, endpoint, secrets });
    // Cut off by the relay's own end: it comes again after the start.
    if (stopped && !result.answer) return;
    await settle(delivery, result);
    ground.onAttempt(result.error === null, result.at - record.time, delivery.attempts === 0);
  }

  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(underWay.values());
    },
  };
}
