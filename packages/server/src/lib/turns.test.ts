import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

const never = new AbortController().signal;

test('so many run at a time, the others in the order they came', async () => {
  const turns = createTurns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((i) =>
    turns.take(() => {
      begun.push(i);
      return new Promise<void>((done) => ends.push(done));
    }, never),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await all[2];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[3]?.();
  await Promise.all(all);
});

test('whoever waits too long gives up and takes no turn; one that fails hands its turn on', async () => {
  const turns = createTurns(1);
  const limit = new AbortController();
  const fails = Promise.withResolvers<void>();
  const first = turns.take(() => fails.promise, never);
  const second = turns.take(async () => 'second', limit.signal);
  const third = turns.take(async () => 'third', never);
  limit.abort(new Error('too long'));
  await expect(second).rejects.toThrow('too long');
  fails.reject(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  expect(await third).toBe('third');
  expect(await turns.take(async () => 'fourth', never)).toBe('fourth');
});
