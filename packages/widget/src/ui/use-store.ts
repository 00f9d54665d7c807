import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** What a store looks like from a component. */
export interface Readable<S> {
  getState(): S;
  subscribe(listener: (state: S) => void): () => void;
}

/** Draws again when what `select` picks became another value. */
export function useStore<S, T>(store: Readable<S>, select: (state: S) => T): T {
  const [, redraw] = useState({});
  const picked = select(store.getState());
  const latest = useRef({ picked, select });
  latest.current = { picked, select };
  useLayoutEffect(() => {
    const check = () => {
      const { picked: before, select: pick } = latest.current;
      if (!Object.is(pick(store.getState()), before)) redraw({});
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return picked;
}
