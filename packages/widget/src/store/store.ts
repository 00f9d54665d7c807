import { createStore, type StoreApi } from 'zustand/vanilla';
import { type Conversation, initialState, type State } from './state.ts';

export type WidgetStore = StoreApi<State>;

export const createWidgetStore = (): WidgetStore => createStore<State>(() => initialState);

/** Replaces one conversation by what `change` makes of it; undefined leaves everything as it is. */
export function changeConversation(
  store: WidgetStore,
  id: string,
  change: (known: Conversation | undefined) => Conversation | undefined,
): void {
  store.setState((state) => {
    const after = change(state.conversations[id]);
    return after ? { conversations: { ...state.conversations, [id]: after } } : state;
  });
}
