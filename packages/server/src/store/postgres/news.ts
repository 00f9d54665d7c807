/** Each listener reads the log after it is told: under load one reading serves several commits. */
const GATHER_MS = 5;

/** Tells of commits: at once after a pause, otherwise of several together. */
export function createNews() {
  const listeners = new Set<(ours?: number) => void>();
  let timer: NodeJS.Timeout | undefined;
  let toldAt = 0;
  /** The newest offset of our own that nobody was told of. */
  let newest: number | undefined;

  function tell(): void {
    const ours = newest;
    [timer, newest, toldAt] = [undefined, undefined, performance.now()];
    for (const listener of listeners) listener(ours);
  }

  return {
    spread(ours?: number): void {
      newest = ours ?? newest;
      timer ??= setTimeout(tell, Math.max(0, toldAt + GATHER_MS - performance.now()));
    },
    listen(listener: (ours?: number) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => clearTimeout(timer),
  };
}
