import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { BlueprintRow, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toBlueprint = (row: Row): BlueprintRow =>
  ({
    version: row.version,
    document: row.document,
    publishedAt: row.published_at,
    by: row.by,
  }) as BlueprintRow;

export function blueprints(db: DatabaseSync): Tx['blueprints'] {
  const latest = db.prepare('SELECT * FROM blueprint ORDER BY version DESC LIMIT 1');
  const get = db.prepare('SELECT * FROM blueprint WHERE version = ?');
  const insert = db.prepare(
    'INSERT INTO blueprint (version, document, published_at, by) VALUES (?, ?, ?, ?)',
  );
  const found = (row: unknown) => (row ? toBlueprint(row as Row) : undefined);
  return {
    latest: () => found(latest.get()),
    get: (version) => found(get.get(version)),
    insert: (row) => {
      insert.run(row.version, row.document, row.publishedAt, row.by);
    },
  };
}
