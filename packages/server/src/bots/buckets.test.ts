import { expect, test } from 'vitest';
import { createBuckets } from './buckets.ts';

test('[F13] turns in one conversation come at once up to a number, and then one after another', () => {
  let time = 0;
  const buckets = createBuckets(() => time);
  const take = (id = 'c') => buckets.take(id);
  expect(Array.from({ length: 20 }, () => take()).every(Boolean)).toBe(true);
  expect(take()).toBe(false);
  expect(take('other')).toBe(true);
  time += 3000;
  expect([take(), take()]).toEqual([true, false]);
  buckets.forget('c');
  expect(take()).toBe(true);
});
