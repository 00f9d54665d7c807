import type { Entry } from '@throughline/shared/client';
import type { WidgetOptions } from '../options.ts';

/** What outlives the page. */
interface Kept {
  token?: string;
  /** Whose tokens of the business's backend were shown with it. */
  who?: string;
  /** What the page last said about its visitor, so that it is not told again on every page. */
  identified?: string;
  attributes?: string;
  /** Where the visitor wants to be answered. */
  email?: string;
}

export interface Persist {
  /** False where nothing outlives this page. */
  readonly durable: boolean;
  /** What is kept here, every tab of this browser finds. */
  readonly isShared: boolean;
  /** The visitor has written here, now or on an earlier page. */
  readonly allowed: boolean;
  read(): Kept;
  /** Merges; stays in memory until `allow`. */
  keep(change: Kept): void;
  /** The visitor writes: from here on we may keep what the chat needs. Tells what `takeOver` does. */
  allow(): boolean;
  /**
   * One browser is one visitor, whichever tab wrote or logged out first. Takes over whom another tab
   * has stored; true when that is somebody else than before, or nobody.
   */
  takeOver(): boolean;
  /** Tells that another tab made this browser somebody else; hands back its undo. */
  onTakeOver(listener: () => void): () => void;
  entries(): Entry[];
  putEntry(entry: Entry): void;
  removeEntry(id: string): void;
  /** A short text under a name: a draft, a choice, how far a page was told. Empty where nobody kept it. */
  note(key: string): string;
  setNote(key: string, text: string): void;
  /** Removes everything of this site. */
  clear(): void;
  /** From here on elsewhere, once it is allowed anew. */
  keepIn(kind: WidgetOptions['storage']): void;
}

/** The browser's storage; without one, or once it fails, every question stays without an answer. */
function openArea(kind: WidgetOptions['storage']) {
  let area: Storage | undefined;
  function keepIn(kind: WidgetOptions['storage']): false {
    area = undefined;
    try {
      if (kind !== 'none') area = kind === 'session' ? sessionStorage : localStorage;
    } catch {
      // Denied by the browser's settings.
    }
    return false;
  }
  keepIn(kind);
  return {
    keepIn,
    isThere: () => area !== undefined,
    isShared: () => area !== undefined && area === localStorage,
    ask<T>(question: (storage: Storage) => T): T | undefined {
      try {
        return area && question(area);
      } catch {
        area = undefined;
        return undefined;
      }
    },
  };
}

/** Tells which key another tab changed; null: all of them. */
function onStorage(memory: Map<string, string>, tell: (key: string | null) => unknown): () => void {
  const heard = ({ key, oldValue, newValue }: StorageEvent) => {
    // Sent there, and nobody has gone on with it here: it would go once more.
    if (newValue === null && memory.get(key as string) === oldValue) memory.delete(key as string);
    tell(key);
  };
  globalThis.addEventListener?.('storage', heard);
  return () => globalThis.removeEventListener?.('storage', heard);
}

function parse<T>(text: string | undefined): T | undefined {
  try {
    return text && JSON.parse(text);
  } catch {
    return undefined;
  }
}

const entriesIn = (memory: Map<string, string>, prefix: string): Entry[] =>
  [...memory.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort()
    .flatMap((key) => parse<Entry>(memory.get(key)) ?? []);

/**
 * Keeps the device token and what is unsent. Each unsent command has a key of its own, so that two
 * tabs never write over each other; a full or broken storage costs durability and nothing else.
 */
export function openPersist(site: string, kind: WidgetOptions['storage']): Persist {
  const main = `throughline:${site}`;
  const isOurs = (key: string) => key === main || key.startsWith(`${main}:`);
  const memory = new Map<string, string>();
  const { ask, isThere, isShared, keepIn } = openArea(kind);
  /** Other tabs write too: what they added since is ours as well. */
  const load = () =>
    ask((storage) => {
      for (const key of Object.keys(storage).filter(isOurs))
        if (!memory.has(key)) memory.set(key, storage.getItem(key) ?? '');
    });
  load();
  let allowed = memory.has(main);

  const set = (key: string, value: string) => {
    memory.set(key, value);
    if (allowed) ask((storage) => storage.setItem(key, value));
  };
  const remove = (key: string) => {
    memory.delete(key);
    ask((storage) => storage.removeItem(key));
  };
  const read = (): Kept => parse(memory.get(main)) ?? {};

  /** Of the same visitor, what another tab has told since is taken over as well. */
  function takeOver(): boolean {
    const stored = ask((storage) => storage.getItem(main));
    const own = read().token;
    // Logged out in another tab, or somebody else by now: what is not stored was that visitor's.
    const isGone = stored === null && allowed;
    const token = parse<Kept>(stored ?? '')?.token;
    if (!isGone && !token) return false;
    if (isGone || (allowed && own && token !== own)) memory.clear();
    allowed = !isGone;
    if (stored) load();
    if (stored) memory.set(main, stored);
    return isGone || token !== own;
  }

  return {
    get durable() {
      return isThere();
    },
    get isShared() {
      return isShared();
    },
    get allowed() {
      return allowed;
    },
    read,
    keep: (change) => set(main, JSON.stringify({ v: 1, ...read(), ...change })),
    takeOver,
    onTakeOver: (listener) =>
      onStorage(memory, (key) => (key ?? main) === main && takeOver() && listener()),
    keepIn: (kind) => {
      allowed = keepIn(kind);
    },
    allow() {
      if (allowed) return false;
      const isOther = takeOver();
      allowed = true;
      // The first key says to later pages that somebody wrote here.
      memory.set(main, memory.get(main) ?? '{}');
      for (const [key, value] of memory) set(key, value);
      return isOther;
    },
    entries() {
      load();
      return entriesIn(memory, `${main}:out:`);
    },
    putEntry: (entry) => set(`${main}:out:${entry.input.id}`, JSON.stringify(entry)),
    removeEntry: (id) => remove(`${main}:out:${id}`),
    note: (key) => memory.get(`${main}:${key}`) ?? '',
    setNote: (key, text) => (text ? set : remove)(`${main}:${key}`, text),
    clear() {
      load();
      for (const key of memory.keys()) remove(key);
      allowed = false;
    },
  };
}
