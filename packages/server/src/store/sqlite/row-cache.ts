import type { Conversation } from '../store.ts';

const KEPT = 10_000;

/**
 * Rows the writer has seen, so that a busy conversation is not read back for every message. The lock on
 * the folder makes this process the only one that writes them. Whatever is undone empties it.
 */
export function createRowCache() {
  const rows = new Map<string, Conversation>();
  return {
    get: (id: string): Conversation | undefined => rows.get(id),
    put(row: Conversation): void {
      // The oldest entry goes; re-inserting keeps what is in use at the young end.
      rows.delete(row.id);
      rows.set(row.id, row);
      if (rows.size > KEPT) for (const id of rows.keys()) return void rows.delete(id);
    },
    clear: (): void => rows.clear(),
  };
}

export type RowCache = ReturnType<typeof createRowCache>;
