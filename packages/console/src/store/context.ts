import { createContext } from 'preact';
import { useContext, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Desk } from './desk.ts';
import type { State } from './state.ts';

const DeskContext = createContext<Desk | undefined>(undefined);

export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('unable to find the desk; render inside DeskProvider');
  return desk;
}

/** Redraws when what `select` picks is another value; it should pick, not build. */
export function useStore<T>(select: (state: State) => T): T {
  const { store } = useDesk();
  const picked = select(store.getState());
  const [, redraw] = useState({});
  const shown = useRef({ select, picked });
  shown.current = { select, picked };
  useLayoutEffect(() => {
    const look = () => {
      const { select, picked } = shown.current;
      if (!Object.is(select(store.getState()), picked)) redraw({});
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return picked;
}
