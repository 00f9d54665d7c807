import type { DatabaseSync } from 'node:sqlite';
import type { BlueprintRow, Tx } from '../store.ts';

export function blueprints(db: DatabaseSync): Tx['blueprints'] {
  const latest = db.prepare('SELECT * FROM blueprint ORDER BY version DESC LIMIT 1');
  const insert = db.prepare(
    'INSERT INTO blueprint (version, document, published_at, by) VALUES (?, ?, ?, ?)',
  );
  return {
    latest: () => {
      const row = latest.get();
      return (
        row &&
        ({
          version: row.version,
          document: row.document,
          publishedAt: row.published_at,
          by: row.by,
        } as BlueprintRow)
      );
    },
    insert: (row) => {
      insert.run(row.version, row.document, row.publishedAt, row.by);
    },
  };
}
