/** Runs works one after another; one that fails is told to whoever asked for it, and keeps nobody waiting. */
export function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = running.then(work);
    running = done.catch(() => {});
    return done;
  };
}
