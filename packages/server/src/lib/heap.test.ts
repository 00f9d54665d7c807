import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from './heap.ts';

type Item = { rank: number };

const ranks = (items: Iterable<Item>): number[] =>
  [...items].map(({ rank }) => rank).sort((a, b) => a - b);

test('whatever is put, changed and removed, the first is first, and so are the first few', () => {
  const command = fc.record({
    do: fc.constantFrom('put', 'change', 'remove'),
    which: fc.nat(30),
    rank: fc.nat(50),
  });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const all = Array.from({ length: 31 }, (): Item => ({ rank: 0 }));
      const model = new Set<Item>();
      const heap = createHeap<Item>((a, b) => a.rank < b.rank);
      for (const { do: act, which, rank } of commands) {
        const item = all[which] as Item;
        if (act === 'remove') {
          heap.remove(item);
          model.delete(item);
        } else if (act === 'put' || model.has(item)) {
          item.rank = rank;
          heap.put(item);
          model.add(item);
        }
        expect(heap.peek()?.rank).toBe(ranks(model)[0]);
        expect(heap.first(5).map((it) => it.rank)).toEqual(ranks(model).slice(0, 5));
        expect(heap.size).toBe(model.size);
      }
    }),
  );
});
