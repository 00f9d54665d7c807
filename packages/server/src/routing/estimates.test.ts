import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../events/log.ts';
import { createEstimates, type Estimates, type Range } from './estimates.ts';

const MINUTE_MS = 60_000;

const queued = (conversation: string, time: number, estimate?: Range) =>
  ({
    ...{ type: 'conversation.queued', conversation, time },
    data: { queue: 'support', ...(estimate && { estimate }) },
  }) as LogRecord;
const served = (conversation: string, time: number) =>
  ({
    ...{ type: 'conversation.assigned', conversation, time },
    data: { assignee: { id: 'ada', name: 'Ada' } },
  }) as LogRecord;
const resolved = (conversation: string, time: number) =>
  ({ type: 'conversation.resolved', conversation, time, data: {} }) as LogRecord;

/** One comes after the other, each as long as it takes; says when the last of them was served. */
function live(estimates: Estimates, waits: readonly number[]): number {
  let now = 0;
  for (const [i, waitMs] of waits.entries()) {
    estimates.hear(queued(`c${i}`, now));
    now += waitMs;
    estimates.hear(served(`c${i}`, now));
  }
  return now;
}

/** Waits of two to six minutes, in no order; always the same ones. */
function uneven(count: number): number[] {
  let state = 7;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 2 * MINUTE_MS + (state % (4 * MINUTE_MS));
  });
}

/** Of somebody who comes now. */
const expected = (estimates: Estimates, now: number) => estimates.expected('support', now);

describe('an estimate', () => {
  test('is not shown before thirty of those it was made for have come to something', () => {
    const estimates = createEstimates();
    expect(expected(estimates, live(estimates, uneven(40)))).toBeUndefined();
  });

  test('that has come true often enough is shown, and is about what waits are', () => {
    const estimates = createEstimates();
    const now = live(estimates, uneven(200));
    const range = expected(estimates, now);
    expect(range?.highMs).toBeGreaterThanOrEqual(2 * MINUTE_MS);
    expect(range?.highMs).toBeLessThanOrEqual(10 * MINUTE_MS);
    expect(range?.lowMs).toBeLessThan(4 * MINUTE_MS);
    expect(estimates.expected('elsewhere', now)).toBeUndefined();
    estimates.hear(queued('next', now, range));
    expect(estimates.rangeOf('next', now)).toEqual(range);
    // What has passed of it is taken off, and once it is over nothing is said any more.
    const { lowMs = 0, highMs = 0 } = range ?? {};
    const later = estimates.rangeOf('next', now + 60_000);
    expect(later).toEqual({ lowMs: Math.max(0, lowMs - 60_000), highMs: highMs - 60_000 });
    expect(estimates.rangeOf('next', now + highMs)).toBeUndefined();
  });

  test('that comes true too seldom is shown no more, also to those who wait already', () => {
    const estimates = createEstimates();
    const now = live(estimates, uneven(200));
    const told = { lowMs: 0, highMs: 2 ** 50 };
    estimates.hear(queued('patient', now, told));
    expect(estimates.rangeOf('patient', now)).toEqual(told);
    // Each wait is longer than all before it: what was expected is always too little.
    const growing = Array.from({ length: 100 }, (_, i) => MINUTE_MS * 1.2 ** (i / 3));
    const later = live(estimates, growing);
    expect(expected(estimates, later)).toBeUndefined();
    expect(estimates.rangeOf('patient', later)).toBeUndefined();
  });

  test('that the log does not have is not shown: what was shown can be looked up there', () => {
    const estimates = createEstimates();
    const now = live(estimates, uneven(200));
    estimates.hear(queued('moved by hand', now));
    expect(estimates.rangeOf('moved by hand', now)).toBeUndefined();
    expect(expected(estimates, now)).toBeDefined();
  });

  test('that was told is what is tested, as it was told', () => {
    const estimates = createEstimates();
    let now = live(estimates, uneven(200));
    expect(expected(estimates, now)).toBeDefined();
    // Told what never comes true, whatever would be expected now.
    for (let i = 0; i < 40; i++) {
      estimates.hear(queued(`told ${i}`, now, { lowMs: 0, highMs: 1 }));
      now += 3 * MINUTE_MS;
      estimates.hear(served(`told ${i}`, now));
    }
    expect(expected(estimates, now)).toBeUndefined();
  });

  test('learns nothing from who left before somebody had them', () => {
    const [first, second] = [createEstimates(), createEstimates()];
    const now = live(first, uneven(200));
    live(second, uneven(200));
    second.hear(queued('gone', now));
    second.hear(resolved('gone', now + 90 * MINUTE_MS));
    expect(expected(second, now)).toEqual(expected(first, now));
  });
});

test('[I7] the same log leads to the same estimates, whoever starts anew', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10 * MINUTE_MS), { minLength: 60, maxLength: 160 }), (waits) => {
      const [first, second] = [createEstimates(), createEstimates()];
      const now = live(first, waits);
      live(second, waits);
      const range = expected(first, now);
      expect(expected(second, now)).toEqual(range);
      if (range) expect(range.lowMs).toBeLessThanOrEqual(range.highMs);
    }),
    { numRuns: 50 },
  );
});
