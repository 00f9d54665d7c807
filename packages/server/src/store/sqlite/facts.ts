import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Fact, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toFact = (row: Row): Fact =>
  ({
    name: row.name,
    value: JSON.parse(row.value as string),
    source: {
      kind: row.source_kind,
      id: row.source_id,
      ...(row.source_name === null ? {} : { name: row.source_name }),
    },
    signed: row.signed === 1,
    observedAt: row.observed_at,
    expiresAt: row.expires_at,
    confidence: row.confidence,
    visibility: row.visibility,
  }) as Fact;

export function facts(db: DatabaseSync): Tx['facts'] {
  const of = db.prepare(
    'SELECT * FROM fact WHERE subject = ? ORDER BY name, source_kind, source_id',
  );
  const put = db.prepare(
    `INSERT INTO fact (subject, name, source_kind, source_id, source_name, value, signed,
       observed_at, expires_at, confidence, visibility)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (subject, name, source_kind, source_id)
     DO UPDATE SET source_name = excluded.source_name, value = excluded.value,
       signed = excluded.signed, observed_at = excluded.observed_at,
       expires_at = excluded.expires_at, confidence = excluded.confidence,
       visibility = excluded.visibility
     WHERE excluded.observed_at >= fact.observed_at`,
  );
  const removeOf = db.prepare('DELETE FROM fact WHERE subject = ?');
  return {
    of: (subject) => of.all(subject).map((row) => toFact(row as Row)),
    put: (subject, fact) => {
      const { source } = fact;
      put.run(
        subject,
        fact.name,
        source.kind,
        source.id,
        source.name ?? null,
        JSON.stringify(fact.value),
        fact.signed ? 1 : 0,
        fact.observedAt,
        fact.expiresAt,
        fact.confidence,
        fact.visibility,
      );
    },
    removeOf: (subject) => {
      removeOf.run(subject);
    },
  };
}
