/** An event that is not acknowledged for so long is published again. */
const ANSWER_MS = 10_000;

/** Waits for a broker, but not for ever, and not beyond the end. */
export function answerOf<T>(work: Promise<T>, ended: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const end = () => reject(new Error('the stream is closed'));
  const timer = setTimeout(() => reject(new Error('no answer')), ANSWER_MS);
  ended.addEventListener('abort', end);
  if (ended.aborted) end();
  work.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    ended.removeEventListener('abort', end);
  });
}
