/** Lets so many works run at a time; the others wait in the order they came. */
export interface Turns {
  /** Runs `work` when it is its turn; rejects with the signal's reason if that comes first. */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createTurns(max: number): Turns {
  let busy = 0;
  const waiting = new Set<() => void>();

  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', give);
        waiting.delete(begin);
        resolve();
      };
      const give = () => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      waiting.add(begin);
      signal.addEventListener('abort', give, { once: true });
    });
  }

  return {
    async take(work, signal) {
      signal.throwIfAborted();
      // Whoever ends hands the turn on: it is not free in between.
      if (busy >= max) await wait(signal);
      else busy += 1;
      try {
        return await work();
      } finally {
        const [next] = waiting;
        if (next) next();
        else busy -= 1;
      }
    },
  };
}
