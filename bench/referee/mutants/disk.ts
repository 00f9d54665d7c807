import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '@throughline/server';

const opened: DatabaseSync[] = [];

/** Before the store is opened: whoever asks for a sync of every commit is the log's writer. */
export function watchWriters(): void {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function note(sql: string) {
    if (sql.includes('synchronous = FULL')) opened.push(this);
    return exec.call(this, sql);
  };
}

/** Before anybody brings a file: none is synced from here on. */
export async function dropFileSyncs(): Promise<void> {
  await using any = await open(import.meta.filename);
  Object.getPrototypeOf(any).sync = async () => {};
}

/** The relay looked, and found FULL; then it is switched off behind its back. */
export function withoutSync(store: Store): Store {
  for (const db of opened) db.exec('PRAGMA synchronous = OFF');
  return store;
}
