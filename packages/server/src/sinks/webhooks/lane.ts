import type { Delivery } from '../../events/deliveries.ts';
import type { LogRecord } from '../../events/log.ts';
import { createBreaker } from '../../lib/breaker.ts';
import { attempt, type Result } from './attempt.ts';
import type { Ground } from './ground.ts';
import { settleWith } from './outcome.ts';
import { createWaits } from './waits.ts';

/** Requests to one endpoint at a time. */
const CONCURRENCY = 16;
/** What cannot be written down would be sent again at once, as fast as it is answered. */
const STORE_PAUSE_MS = 1000;

/** One endpoint's way out: takes what is due, never more at once than the endpoint bears. */
export interface Lane {
  /** There may be something to do. */
  wake(): void;
  /** Somebody wants all that waits to be tried now. */
  lift(): Promise<void>;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

export function createLane(id: string, ground: Ground): Lane {
  const { deliveries, endpoints, now } = ground;
  const breaker = createBreaker(now, CONCURRENCY);
  const settle = settleWith(ground, breaker);
  const waits = createWaits(id, ground, breaker);
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
    await waits.check();
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
    const tried = await tryOnce(ground, delivery);
    // Cut off by the relay's own end: it comes again after the start.
    if (!tried || (stopped && !tried.result.answer)) return;
    const { result, record } = tried;
    await settle(delivery, result);
    ground.onAttempt(result.error === null, result.at - record.time, delivery.attempts === 0);
  }

  return {
    wake,
    lift: () => waits.end().then(wake),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(underWay.values());
    },
  };
}

async function tryOnce(
  ground: Ground,
  { endpoint: id, offset }: Delivery,
): Promise<{ record: LogRecord; result: Result } | undefined> {
  const { log, endpoints } = ground;
  const [record] = await log.read(offset - 1, 1);
  const secrets = (await endpoints.secretsOf(id)).map(({ secret }) => secret);
  const endpoint = endpoints.get(id);
  if (!endpoint || !record) return undefined;
  return { record, result: await attempt(ground, { record, endpoint, secrets }) };
}
