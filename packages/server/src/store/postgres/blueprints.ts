import type { BlueprintRow, Tx } from '../store.ts';
import type { Db } from './db.ts';

const SELECT = 'SELECT version, document, published_at AS "publishedAt", by FROM blueprint';

export const blueprints = (db: Db): Tx['blueprints'] => ({
  latest: () => db.row<BlueprintRow>(`${SELECT} ORDER BY version DESC LIMIT 1`),
  get: (version) => db.row<BlueprintRow>(`${SELECT} WHERE version = $1`, [version]),
  async insert({ version, document, publishedAt, by }) {
    await db.run(
      'INSERT INTO blueprint (version, document, published_at, by) VALUES ($1, $2, $3, $4)',
      [version, document, publishedAt, by],
    );
  },
});
