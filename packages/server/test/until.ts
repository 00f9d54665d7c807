export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Waits until `probe` says something; polls, because the other side is another process or socket. */
export async function until<T>(
  probe: () => T | Promise<T>,
  what = 'the condition',
  waitMs = 10_000,
): Promise<NonNullable<T>> {
  const endMs = Date.now() + waitMs;
  for (;;) {
    const found = await probe();
    if (found) return found as NonNullable<T>;
    if (Date.now() > endMs) throw new Error(`${what} did not come true within ${waitMs} ms`);
    await sleep(5);
  }
}
