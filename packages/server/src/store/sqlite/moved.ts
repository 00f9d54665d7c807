import { DatabaseSync } from 'node:sqlite';
import { StartupError } from '../../lib/errors.ts';

/** A log that went somewhere else under its own identity must not be written here as well. */
export function markMoved(path: string, to: string): void {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    db.exec('PRAGMA synchronous = FULL');
    db.prepare(`INSERT OR REPLACE INTO meta (name, value) VALUES ('moved_to', ?)`).run(to);
  } finally {
    db.close();
  }
}

export function checkMoved(db: DatabaseSync, path: string): void {
  const to = db.prepare(`SELECT value FROM meta WHERE name = 'moved_to'`).get()?.value;
  if (to !== undefined) throw movedTo(path, String(to));
}

const movedTo = (from: string, to: string): StartupError =>
  new StartupError(
    `The log in ${from} has moved to ${to}; start the relay there. If the move did not come to its end, run throughline migrate-store again.`,
  );
