import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeap } from './heap.ts';

type Item = { rank: number };

const first = (items: Iterable<Item>): number | undefined =>
  [...items].map(({ rank }) => rank).sort((a, b) => a - b)[0];

test('whatever is put, changed and removed, the first is first', () => {
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
        expect(heap.peek()?.rank).toBe(first(model));
        expect(heap.size).toBe(model.size);
      }
    }),
  );
});
