import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTurnstile } from '../lib/turnstile.ts';

/** Whom the relay was told to erase: ids alone, in a file beside the log. */
export interface Erasures {
  add(contact: string): void;
  all(): string[];
  /** One erasure after another: whoever asks for the same meanwhile finds it done. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * A backup that is put back knows nothing of who was erased since; this file does, and stays where it is. It also
 * knows whose erasure was begun when the relay was killed.
 */
export function openErasures(dataDir: string): Erasures {
  const path = join(dataDir, 'erased.txt');
  const all = (): string[] =>
    existsSync(path) ? [...new Set(readFileSync(path, 'utf8').split('\n').filter(Boolean))] : [];
  return {
    all,
    inTurn: createTurnstile(),
    add(contact) {
      // A line of its own also behind one that a crash cut short.
      if (!all().includes(contact)) appendFileSync(path, `\n${contact}\n`, { flush: true });
    },
  };
}
