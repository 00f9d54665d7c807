import { closeSync, openSync, writeSync } from 'node:fs';

/** `ok` was done; `fail` was refused for good, without effect; neither: it may or may not have happened. */
type Outcome = 'invoke' | 'ok' | 'fail';

/**
 * What happened, one record for each call and each return, in the order of one monotonic clock. A send
 * is one logical operation however often it was repeated. What was not answered (a timeout, a cut, a
 * killed relay) leaves its `invoke` alone: it counts as unknown and never as failed.
 */
type Entry =
  | {
      f: 'send';
      type: Outcome;
      proc: string;
      conv: string;
      key: string;
      text?: string;
      /** What it carries. */
      file?: string;
      at?: number | null;
    }
  /** A message came to an observer's screen; `at` by the observer's own count. */
  | {
      f: 'deliver';
      proc: string;
      conv: string;
      key: string;
      at: number;
      text: string;
      epoch: string;
    }
  /** An answer to a recovery. */
  | {
      f: 'resume';
      proc: string;
      conv: string;
      epoch: string;
      cursor: number | null;
      state: 'recovered' | 'reset';
      reason: string | undefined;
      got: number[];
      end: boolean;
      head: number;
    }
  /** What a screen shows from top to bottom: at the end, and of a browser whenever it has changed. */
  | { f: 'screen'; proc: string; conv: string; keys: string[] }
  /** A screen went dark: its view ends here, and need not be complete. */
  | { f: 'close'; proc: string }
  | {
      f: 'assign';
      type: Outcome;
      proc: string;
      conv: string;
      key: string;
      expected: number;
    }
  /** Somebody has read up to there, or says so. */
  | { f: 'receipt'; type: Outcome; proc: string; conv: string; key: string; at: number }
  /** A message is to be gone, with its words. */
  | {
      f: 'erase';
      type: Outcome;
      proc: string;
      conv: string;
      key: string;
      message: string;
      text: string;
    }
  /** A file is there, the relay says. */
  | { f: 'upload'; proc: string; conv: string; file: string; hash: string }
  /** What came when it was asked for; null: nothing. */
  | { f: 'fetch'; proc: string; file: string; hash: string | null }
  /** A delivery at the webhook endpoint, by the event's id; `status` is what it was answered. */
  | { f: 'hook_recv'; key: string; conv: string | null; place: number; status: number }
  /** An event of the stream. */
  | { f: 'stream_recv'; key: string; conv: string | null; place: number }
  /** A bot was asked, and what it said. */
  | { f: 'bot_reply'; conv: string; key: string; text: string }
  /** A mark of somebody's own that reached an observer, once for each. */
  | { f: 'canary'; proc: string; of: string }
  /** A frame got lost on its way to a screen, on purpose. */
  | { f: 'lost'; proc: string; conv: string; at: number }
  /** The log goes on from a backup. */
  | { f: 'restore'; epoch: string }
  /** A relay's life begins, and how it is to end. */
  | { f: 'life'; end: string }
  /** A relay does from now on what one does for all; nobody said so for that long before. */
  | { f: 'lead'; node: number; afterMs: number }
  /** `missed`: it has struck nothing, and why. */
  | { f: 'nemesis'; what: string; phase: 'begin' | 'end'; missed?: string }
  /** A relay has ended; a `kill -9` by its signal. */
  | { f: 'ended'; signal: string | null }
  /**
   * Everybody writes at a pace any relay can keep that is well: before the first fault, and once all have
   * healed. One record at the beginning of a stretch, with no turns, and one at its end, with what a sync
   * takes of the referee's own.
   */
  | { f: 'pace'; when: 'before' | 'after'; turns: number; syncMs: number };

export type Recorded = Entry & { i: number; t: number };
export type Of<F extends Entry['f']> = Extract<Recorded, { f: F }>;

export interface History {
  readonly entries: readonly Recorded[];
  /** Messages acknowledged so far. */
  readonly answers: number;
  /** Hands back the record: what only becomes known later is filled in there. */
  add(entry: Entry): Recorded;
}

export function createHistory(): History {
  const entries: Recorded[] = [];
  let answers = 0;
  return {
    entries,
    get answers() {
      return answers;
    },
    add(entry) {
      if (entry.f === 'send' && entry.type === 'ok') answers += 1;
      const t = Math.round(performance.now() * 1000) / 1000;
      const record = { i: entries.length, t, ...entry };
      entries.push(record);
      return record;
    },
  };
}

/** As JSON Lines: `t` in milliseconds of the run's own clock. */
export function writeHistory(path: string, entries: readonly Recorded[]): void {
  const file = openSync(path, 'w');
  for (let i = 0; i < entries.length; i += 1000)
    writeSync(
      file,
      entries
        .slice(i, i + 1000)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(''),
    );
  closeSync(file);
}

/** A record of the log, read by nobody's code but the referee's. */
export interface Logged {
  /** Place in the log. */
  place: number;
  conv: string | null;
  key: string;
  type: string;
  seq: number | null;
  pub: number | null;
  by: 'visitor' | 'agent' | 'bot' | 'system';
  /** Of the author. */
  who: string;
  text: string | undefined;
  /** Of what is no message. */
  data: Record<string, unknown> | undefined;
}
