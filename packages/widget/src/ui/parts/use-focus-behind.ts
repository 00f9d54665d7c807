import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Whoever has sent something goes on at what stands in its place: the button they pressed is gone. */
export function useFocusBehind(isDone: boolean): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const wasDone = useRef(isDone);
  useLayoutEffect(() => {
    if (isDone && !wasDone.current) ref.current?.focus({ preventScroll: true });
    wasDone.current = isDone;
  }, [isDone]);
  return ref;
}
