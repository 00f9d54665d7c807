import type { Delivery, EndpointState } from '../../events/deliveries.ts';
import { type Breaker, FAILURES_MAX } from '../../lib/breaker.ts';
import type { Answer } from '../../lib/post.ts';
import { type Result, textOf } from './attempt.ts';
import type { Ground } from './ground.ts';
import { retryAfterMs, retryDelayMs } from './schedule.ts';

/** An endpoint that only failed for so long is switched off. */
const FAILING_MS = 5 * 24 * 3600 * 1000;

type Deps = Pick<Ground, 'deliveries' | 'notices' | 'log' | 'now' | 'random'>;

/** Nothing, where what was sent was erased while it was under way: it may say what that was. */
async function answered(
  { log }: Pick<Ground, 'log'>,
  { offset }: Delivery,
  answer: Answer,
): Promise<string | null> {
  const [record] = answer.body.length > 0 ? await log.read(offset - 1, 1) : [];
  return record && 'redacted' in record.data ? null : textOf(answer);
}

/** Writes down what came of a try, and draws the consequences for its endpoint. */
export function settleWith(
  { deliveries, notices, log, now, random }: Deps,
  breaker: Breaker,
): (delivery: Delivery, result: Result) => Promise<void> {
  function verdict(delivery: Delivery, { answer, error }: Result, heldMs: number): Delivery {
    const tried = { ...delivery, attempts: delivery.attempts + 1 };
    if (error === null) return { ...tried, state: 'delivered' };
    // An endpoint that is gone is switched off; what waits for it goes on when it is switched on again.
    if (answer?.status === 410) return { ...delivery, nextAt: now() };
    const isRefused = answer?.headers['webhook-delivery'] === 'abort-message';
    const delayMs = retryDelayMs(tried.attempts, random);
    if (isRefused || delayMs === undefined) return { ...tried, state: 'dead' };
    return { ...tried, nextAt: now() + Math.max(delayMs, heldMs) };
  }

  async function disable(state: EndpointState, reason: 'gone' | 'failing'): Promise<void> {
    const { endpoint } = state;
    if ((await deliveries.state(endpoint)).disabled !== null) return;
    await deliveries.saveState({ ...state, disabled: reason });
    await notices.degraded({ endpoint, state: 'disabled', reason });
  }

  async function judge(
    { before, after }: { before: EndpointState; after: EndpointState },
    status: number | undefined,
  ): Promise<void> {
    const { endpoint, failures, failingSince } = after;
    const isSpent = now() - (failingSince ?? now()) >= FAILING_MS;
    if (status === 410) await disable(after, 'gone');
    else if (isSpent) await disable(after, 'failing');
    else if (failures === FAILURES_MAX && before.failures < failures)
      await notices.degraded({ endpoint, state: 'failing' });
    else if (failures === 0 && before.failures >= FAILURES_MAX)
      await notices.degraded({ endpoint, state: 'recovered' });
  }

  return async (delivery, result) => {
    const { at, durationMs, request, answer, error } = result;
    const heldMs = error === null ? 0 : retryAfterMs(answer?.headers['retry-after'], now());
    if (error === null) breaker.succeeded();
    else breaker.failed();
    if (heldMs > 0) breaker.hold(now() + heldMs);
    const change = await deliveries.settle(verdict(delivery, result, heldMs), {
      endpoint: delivery.endpoint,
      offset: delivery.offset,
      at,
      durationMs,
      status: answer?.status ?? null,
      error,
      request,
      response: answer ? await answered({ log }, delivery, answer) : null,
    });
    await judge(change, answer?.status);
  };
}
