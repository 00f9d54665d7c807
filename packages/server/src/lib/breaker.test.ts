import { describe, expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

function setUp() {
  const clock = { now: 1000 };
  const breaker = createBreaker(() => clock.now, 16);
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) breaker.failed();
  };
  const isOpen = () => breaker.opensAt > clock.now;
  return { clock, breaker, fail, isOpen };
}

describe('a breaker', () => {
  test('opens at the fifth failure in a row, then lets one try through', () => {
    const { clock, breaker, fail, isOpen } = setUp();
    fail(4);
    expect([isOpen(), breaker.capacity]).toEqual([false, 16]);
    fail(1);
    expect([isOpen(), breaker.capacity]).toEqual([true, 1]);
    clock.now += 10_000;
    expect([isOpen(), breaker.capacity]).toEqual([false, 1]);
  });

  test('forgets what failed before one that did not', () => {
    const { breaker, fail, isOpen } = setUp();
    fail(4);
    breaker.succeeded();
    fail(4);
    expect(isOpen()).toBe(false);
  });

  test('shuts after a try that works', () => {
    const { clock, breaker, fail } = setUp();
    fail(5);
    clock.now += 10_000;
    breaker.succeeded();
    expect(breaker.capacity).toBe(16);
  });

  test('stays open twice as long after each try that fails, up to five minutes', () => {
    const { clock, breaker, fail } = setUp();
    fail(5);
    const pauses = Array.from({ length: 7 }, () => {
      const pause = breaker.opensAt - clock.now;
      clock.now = breaker.opensAt;
      fail(1);
      return pause / 1000;
    });
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  test('is not opened further by what was under way when it opened', () => {
    const { clock, breaker, fail } = setUp();
    fail(15);
    expect(breaker.opensAt - clock.now).toBe(10_000);
  });

  test('is held as long as the receiver asks, never shorter than it was', () => {
    const { clock, breaker, isOpen } = setUp();
    breaker.hold(clock.now + 60_000);
    breaker.hold(clock.now + 5000);
    clock.now += 59_999;
    expect(isOpen()).toBe(true);
    clock.now += 1;
    expect(isOpen()).toBe(false);
  });

  test('is held no longer when somebody lifts it, and still lets one try through at a time', () => {
    const { clock, breaker, fail, isOpen } = setUp();
    fail(5);
    breaker.hold(clock.now + 60_000);
    breaker.lift();
    expect([isOpen(), breaker.capacity]).toEqual([false, 1]);
  });

  test('is held as long as it was when the clock is set back', () => {
    const { clock, breaker, isOpen } = setUp();
    breaker.hold(clock.now + 600);
    clock.now -= 500;
    breaker.rewind(500);
    clock.now += 599;
    expect(isOpen()).toBe(true);
    clock.now += 1;
    expect(isOpen()).toBe(false);
  });
});
