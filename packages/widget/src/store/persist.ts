import type { Entry } from '@throughline/shared/client';
import type { WidgetOptions } from '../options.ts';

/** What outlives the page. */
interface Kept {
  token?: string;
  /** What the page last said about its visitor, so that it is not told again on every page. */
  identified?: string;
  attributes?: string;
}

export interface Persist {
  /** False where nothing outlives this page. */
  readonly durable: boolean;
  /** The visitor has written here, now or on an earlier page. */
  readonly allowed: boolean;
  read(): Kept;
  /** Merges; stays in memory until `allow`. */
  keep(change: Kept): void;
  /** The visitor writes: from here on we may keep what the chat needs. */
  allow(): void;
  entries(): Entry[];
  putEntry(entry: Entry): void;
  removeEntry(id: string): void;
  draft(conversation: string): string;
  setDraft(conversation: string, text: string): void;
  /** Removes everything of this site. */
  clear(): void;
}

/** Undefined where the browser has none, or denies it. */
function openArea(kind: WidgetOptions['storage']): Storage | undefined {
  try {
    if (kind !== 'none') return kind === 'session' ? sessionStorage : localStorage;
  } catch {
    // Denied by the browser's settings.
  }
  return undefined;
}

function parse<T>(text: string | undefined): T | undefined {
  try {
    return text && JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Keeps the device token and what is unsent. Each unsent command has a key of its own, so that two
 * tabs never write over each other; a full or broken storage costs durability and nothing else.
 */
export function openPersist(site: string, kind: WidgetOptions['storage']): Persist {
  const main = `throughline:${site}`;
  const isOurs = (key: string) => key === main || key.startsWith(`${main}:`);
  const memory = new Map<string, string>();
  let area = openArea(kind);
  /** Asks the storage; one that fails is given up for good. */
  const ask = <T>(question: (storage: Storage) => T): T | undefined => {
    try {
      return area && question(area);
    } catch {
      area = undefined;
      return undefined;
    }
  };
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
  const read = () => parse<Kept>(memory.get(main)) ?? {};

  return {
    get durable() {
      return area !== undefined;
    },
    get allowed() {
      return allowed;
    },
    read,
    keep: (change) => set(main, JSON.stringify({ v: 1, ...read(), ...change })),
    allow() {
      if (allowed) return;
      allowed = true;
      // The first key says to later pages that somebody wrote here.
      memory.set(main, memory.get(main) ?? '{}');
      for (const [key, value] of memory) set(key, value);
    },
    entries() {
      load();
      return [...memory.keys()]
        .filter((key) => key.startsWith(`${main}:out:`))
        .sort()
        .flatMap((key) => parse<Entry>(memory.get(key)) ?? []);
    },
    putEntry: (entry) => set(`${main}:out:${entry.input.id}`, JSON.stringify(entry)),
    removeEntry: (id) => remove(`${main}:out:${id}`),
    draft: (conversation) => memory.get(`${main}:draft:${conversation}`) ?? '',
    setDraft: (conversation, text) => (text ? set : remove)(`${main}:draft:${conversation}`, text),
    clear() {
      load();
      for (const key of memory.keys()) remove(key);
      allowed = false;
    },
  };
}
