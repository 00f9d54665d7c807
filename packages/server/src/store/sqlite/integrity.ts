import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { StartupError } from '../../lib/errors.ts';

/** Checked while nobody waits for long: a hundred megabytes take about a fifth of a second. */
const CHECKED_FIRST_BYTES = 128 * 1024 * 1024;

/** What SQLite finds wrong with the file's structure; undefined where it finds nothing. */
export function findDamage(db: DatabaseSync): string | undefined {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  return found === 'ok' ? undefined : String(found);
}

export const damaged = (path: string, what: string): StartupError =>
  new StartupError(`The database ${path} is damaged (${what}); restore it from a backup.`);

interface Check {
  path: string;
  /** Told when the check went on beside the work and found damage. */
  onDamage(error: StartupError): void;
}

/**
 * A damaged file is refused as a whole: a shorter history must never pass for the complete one. A large
 * one is checked by a thread of its own while the relay works, because a start must not take longer the
 * longer a log has been kept (decision 0012). Returns the end of the check.
 */
export function checkIntegrity(db: DatabaseSync, { path, onDamage }: Check): () => void {
  if (statSync(path).size > CHECKED_FIRST_BYTES) return checkBeside({ path, onDamage });
  const damage = findDamage(db);
  if (damage) throw damaged(path, damage);
  return () => {};
}

export function checkBeside({ path, onDamage }: Check): () => void {
  const worker = new Worker(new URL('./integrity-worker.ts', import.meta.url), {
    workerData: path,
  });
  worker.unref();
  worker.on('message', (damage: string | undefined) => {
    if (damage) onDamage(damaged(path, damage));
  });
  worker.on('error', (error: Error) => onDamage(damaged(path, error.message)));
  return () => void worker.terminate();
}
