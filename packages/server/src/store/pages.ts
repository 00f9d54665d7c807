import type { Awaitable } from './awaitable.ts';

/** Page after page of `limit`, from behind `first`, until one comes short. */
export async function* pages<T, P>(
  { first, limit }: { first: P; limit: number },
  read: (after: P) => Awaitable<T[]>,
  placeOf: (last: T) => P,
): AsyncGenerator<T[]> {
  for (let after = first; ; ) {
    const page = await read(after);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = placeOf(last);
  }
}
