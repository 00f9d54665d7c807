import type { Undo } from '@throughline/shared/client';

interface PageHandlers {
  /** The page is looked at again, or the network is back: what we hold may be old (complaint 3). */
  back(): void;
  /** The browser says the network is gone. */
  down(): void;
}

/** A browser may freeze a tab and wake it without a word to its sockets; these are the words it gives. */
export function watchPage({ back, down }: PageHandlers): Undo {
  const stop = new AbortController();
  const { signal } = stop;
  const backIfVisible = () => {
    if (!document.hidden) back();
  };
  document.addEventListener('visibilitychange', backIfVisible, { signal });
  for (const name of ['pageshow', 'focus', 'online'])
    window.addEventListener(name, backIfVisible, { signal });
  window.addEventListener('offline', down, { signal });
  return () => stop.abort();
}
