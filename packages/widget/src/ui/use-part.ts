import { useEffect, useState } from 'preact/hooks';

/** What few visits need has a file of its own, fetched when it is first wanted; undefined until it is there. */
export function usePart<T>(isWanted: boolean, load: () => Promise<T>): T | undefined {
  const [part, setPart] = useState<{ loaded: T }>();
  useEffect(() => {
    if (isWanted && !part)
      load().then(
        (loaded) => setPart({ loaded }),
        () => {},
      );
  }, [isWanted]);
  return part?.loaded;
}
