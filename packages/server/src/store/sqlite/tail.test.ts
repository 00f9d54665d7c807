import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../store.ts';
import { createTail } from './tail.ts';

const record = (offset: number) =>
  ({ offset, data: { text: `${offset}` } }) as unknown as LogRecord;
const run = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i));
const push = (tail: ReturnType<typeof createTail>, from: number, to: number) =>
  tail.push({ appended: run(from, to), redacted: [] });
const offsets = (records: LogRecord[] | undefined) => records?.map(({ offset }) => offset);

test('it answers for the run it holds, and for nothing else', () => {
  const tail = createTail();
  expect(tail.read(0, 10)).toBeUndefined();
  push(tail, 5, 8);
  expect(tail.read(3, 10)).toBeUndefined();
  expect(offsets(tail.read(4, 10))).toEqual([5, 6, 7, 8]);
  expect(offsets(tail.read(6, 1))).toEqual([7]);
  // Behind its end only the database knows what another program wrote.
  expect(tail.read(8, 10)).toBeUndefined();
  expect(tail.read(99, 10)).toBeUndefined();
});

test('[P10] a write of another program in between makes it forget what was before', () => {
  const tail = createTail();
  push(tail, 1, 3);
  push(tail, 5, 6);
  expect(tail.read(2, 10)).toBeUndefined();
  expect(tail.read(3, 10)).toBeUndefined();
  expect(offsets(tail.read(4, 10))).toEqual([5, 6]);
});

test('[P9] what was redacted is not handed out any more, in the same commit or later', () => {
  const tail = createTail();
  tail.push({ appended: run(1, 2), redacted: [2] });
  tail.push({ appended: run(3, 3), redacted: [1, 99] });
  tail.push({ appended: [], redacted: [3] });
  const gone = { redacted: true };
  expect(tail.read(0, 10)?.map(({ data }) => data)).toEqual([gone, gone, gone]);
});

test('[P10] whatever happens, it answers with the log or not at all, and stays small', () => {
  const step = fc.record({ own: fc.boolean(), size: fc.integer({ min: 1, max: 900 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, seed) => {
      const tail = createTail();
      let head = 0;
      for (const { own, size } of steps) {
        if (own) push(tail, head + 1, head + size);
        head += size;
        for (const after of [0, seed % (head + 1), head - 1, head, head - size]) {
          const found = offsets(tail.read(after, 5));
          const expected = Array.from(
            { length: Math.min(5, head - after) },
            (_, i) => after + 1 + i,
          );
          // What another program wrote is not in it, so the end of its own run may come first.
          if (found) expect(expected.slice(0, found.length)).toEqual(found);
          if (found) expect(found.length).toBeGreaterThan(0);
        }
      }
      expect(tail.read(Math.max(0, head - 6000), 10_000)?.length ?? 0).toBeLessThanOrEqual(4096);
    }),
    { seed: 31 },
  );
});
