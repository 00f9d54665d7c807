type Listener = (payload: never) => void;

/** Typed events with one owner; `on` hands back its own undo. */
export interface Emitter<Events> {
  on<K extends keyof Events>(name: K, listener: (payload: Events[K]) => void): () => void;
  once<K extends keyof Events>(name: K, listener: (payload: Events[K]) => void): () => void;
  off<K extends keyof Events>(name: K, listener: (payload: Events[K]) => void): void;
  emit<K extends keyof Events>(name: K, payload: Events[K]): void;
  clear(): void;
}

/** A listener that throws is a page's mistake, told on its console; it does not stop the others. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<Listener>>();
  const emitter: Emitter<Events> = {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as Listener));
      return () => emitter.off(name, listener);
    },
    once(name, listener) {
      const undo = emitter.on(name, (payload) => {
        undo();
        listener(payload);
      });
      return undo;
    },
    off(name, listener) {
      listeners.get(name)?.delete(listener as Listener);
    },
    emit(name, payload) {
      for (const listener of [...(listeners.get(name) ?? [])])
        try {
          listener(payload as never);
        } catch (error) {
          globalThis.reportError?.(error);
        }
    },
    clear: () => listeners.clear(),
  };
  return emitter;
}
