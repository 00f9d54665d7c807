/** What comes first by `before`; each item once, and its place changes with it. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  /** Adds it, or finds its new place. */
  put(item: T): void;
  remove(item: T): void;
  /** All of them, in no order. */
  items(): readonly T[];
}

export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const places = new Map<T, number>();

  function set(item: T, at: number): void {
    items[at] = item;
    places.set(item, at);
  }

  function rise(item: T, from: number): number {
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = items[up] as T;
      if (!before(item, parent)) break;
      set(parent, at);
      at = up;
    }
    set(item, at);
    return at;
  }

  function sink(item: T, from: number): void {
    let at = from;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && before(items[down + 1] as T, items[down] as T)) down += 1;
      const child = items[down] as T;
      if (!before(child, item)) break;
      set(child, at);
      at = down;
    }
    set(item, at);
  }

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    put(item) {
      sink(item, rise(item, places.get(item) ?? items.length));
    },
    remove(item) {
      const at = places.get(item);
      if (at === undefined) return;
      places.delete(item);
      const last = items.pop() as T;
      if (last !== item) sink(last, rise(last, at));
    },
    items: () => items,
  };
}
