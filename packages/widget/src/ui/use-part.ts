import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { addStyles } from '../lib/styles.ts';

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

const styled = new WeakMap<ShadowRoot, Set<string>>();

/** A part's own styles come into the widget with it, once, before the first of it is painted. */
export function useStyles(ref: RefObject<Element | null>, css: string): void {
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    const known = styled.get(root) ?? new Set();
    if (!known.has(css)) addStyles(root, css);
    styled.set(root, known.add(css));
  });
}
