/**
 * What happened, as one list in the order of one monotonic clock. A send is one logical operation
 * however often it was repeated: `invoke` when asked for, `ok` or `fail` when settled; without either
 * it may or may not have happened.
 */
type Entry =
  | {
      f: 'send';
      type: 'invoke' | 'ok' | 'fail';
      proc: string;
      conv: string;
      key: string;
      text?: string;
      at?: number | null;
    }
  /** A message came to an observer's screen; `at` by the observer's own count. */
  | { f: 'deliver'; proc: string; conv: string; key: string; at: number; text: string }
  /** An answer to a recovery. */
  | {
      f: 'resume';
      proc: string;
      conv: string;
      cursor: number | null;
      state: 'recovered' | 'reset';
      reason: string | undefined;
      got: number[];
      end: boolean;
      head: number;
    }
  /** A screen went dark: its view ends here, and need not be complete. */
  | { f: 'close'; proc: string }
  | { f: 'nemesis'; what: string };

export type Recorded = Entry & { i: number; t: number };

export interface History {
  readonly entries: readonly Recorded[];
  add(entry: Entry): void;
}

export function createHistory(): History {
  const entries: Recorded[] = [];
  return {
    entries,
    add: (entry) => void entries.push({ ...entry, i: entries.length, t: performance.now() }),
  };
}

/** A record of the log, read by nobody's code but the referee's. */
export interface Logged {
  conv: string;
  key: string;
  type: string;
  seq: number;
  pub: number | null;
  by: 'visitor' | 'agent' | 'bot' | 'system';
  text: string | undefined;
}
