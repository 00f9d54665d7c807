/** What the browser keeps between two visits; all of it may be forbidden, full or gone. */
export interface Storage {
  read(key: string): string | null;
  /** Null removes. */
  write(key: string, value: string | null): void;
  keys(prefix: string): string[];
}

const PREFIX = 'throughline.';

/** Everything works without it, only less is remembered. */
export function createStorage(area: () => globalThis.Storage): Storage {
  const attempt = <T>(run: (storage: globalThis.Storage) => T, none: T): T => {
    try {
      return run(area());
    } catch {
      return none;
    }
  };
  return {
    read: (key) => attempt((storage) => storage.getItem(PREFIX + key), null),
    write: (key, value) =>
      attempt((storage) => {
        if (value === null) storage.removeItem(PREFIX + key);
        else storage.setItem(PREFIX + key, value);
      }, undefined),
    keys: (prefix) =>
      attempt(
        (storage) =>
          Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
            .filter((key) => key.startsWith(PREFIX + prefix))
            .map((key) => key.slice(PREFIX.length)),
        [],
      ),
  };
}
