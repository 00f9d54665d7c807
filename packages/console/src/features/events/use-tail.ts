import { useEffect, useMemo, useState } from 'preact/hooks';
import { openStream } from '../../connection/stream.ts';
import { useDesk } from '../../store/context.ts';
import { createLiveTail, type LiveTail, type TailState } from '../../store/live-tail.ts';
import type { EventFilter } from '../../store/place.ts';

/** Follows what fits the filter, from anew when it is another one. */
export function useTail(filter: EventFilter, names: readonly string[]): [TailState, LiveTail] {
  const { relay } = useDesk();
  const { types, contact, conversation } = filter;
  const wanted = types.join(',');
  const tail = useMemo(
    () =>
      createLiveTail({
        relay,
        openStream,
        names,
        filter: { types: wanted === '' ? [] : wanted.split(','), contact, conversation },
      }),
    [relay, names, wanted, contact, conversation],
  );
  const [, redraw] = useState({});
  useEffect(() => {
    const unsubscribe = tail.store.subscribe(() => redraw({}));
    const stop = tail.start();
    return () => {
      stop();
      unsubscribe();
    };
  }, [tail]);
  return [tail.store.getState(), tail];
}
