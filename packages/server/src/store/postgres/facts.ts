import type { Fact, Tx } from '../store.ts';
import { type Db, json, places } from './db.ts';

const COLUMNS = [
  'subject',
  'name',
  'source_kind',
  'source_id',
  'source_name',
  'value',
  'signed',
  'observed_at',
  'expires_at',
  'confidence',
  'visibility',
];

const PUT = `INSERT INTO fact (${COLUMNS.join(', ')}) VALUES (${places(COLUMNS)})
  ON CONFLICT (subject, name, source_kind, source_id)
  DO UPDATE SET source_name = excluded.source_name, value = excluded.value, signed = excluded.signed,
    observed_at = excluded.observed_at, expires_at = excluded.expires_at,
    confidence = excluded.confidence, visibility = excluded.visibility
  WHERE excluded.observed_at >= fact.observed_at`;

const OF = `SELECT name, value, source_kind, source_id, source_name, signed,
    observed_at AS "observedAt", expires_at AS "expiresAt", confidence, visibility
  FROM fact WHERE subject = $1 ORDER BY name, source_kind, source_id`;

type Row = Omit<Fact, 'source'> & {
  source_kind: Fact['source']['kind'];
  source_id: string;
  source_name: string | null;
};

const toFact = ({ source_kind: kind, source_id: id, source_name: name, ...rest }: Row): Fact =>
  ({ ...rest, source: { kind, id, ...(name === null ? {} : { name }) } }) as Fact;

export const facts = (db: Db): Tx['facts'] => ({
  of: async (subject) => (await db.rows<Row>(OF, [subject])).map(toFact),
  async put(subject, { source, ...fact }) {
    await db.run(PUT, [
      subject,
      fact.name,
      source.kind,
      source.id,
      source.name ?? null,
      json(fact.value),
      fact.signed,
      fact.observedAt,
      fact.expiresAt,
      fact.confidence,
      fact.visibility,
    ]);
  },
  async removeOf(subject) {
    await db.run('DELETE FROM fact WHERE subject = $1', [subject]);
  },
});
