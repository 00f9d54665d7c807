/** What comes first by `before`; each item once, and its place changes with it. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  /** Adds it, or finds its new place. */
  put(item: T): void;
  remove(item: T): void;
  /** The first of them, in their order. */
  first(most: number): T[];
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
    first(most) {
      const found: T[] = [];
      // Whoever is next stands right below one that is found.
      const edge = items.length > 0 ? [0] : [];
      while (found.length < most && edge.length > 0) {
        const at = edge.reduce((a, b) => (before(items[b] as T, items[a] as T) ? b : a));
        found.push(items[at] as T);
        const below = [2 * at + 1, 2 * at + 2].filter((it) => it < items.length);
        edge.splice(edge.indexOf(at), 1, ...below);
      }
      return found;
    },
    items: () => items,
  };
}
