import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { eventReads } from './events.ts';
import { logMigrations, migrate } from './migrate.ts';

test('amendments of a message are looked for behind it, however long the conversation was before', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, logMigrations);
  const prepare = vi.spyOn(db, 'prepare');
  eventReads(db);
  const [sql = ''] = prepare.mock.calls
    .map(([it]) => it)
    .filter((it) => /form\.submitted/.test(it));
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({ id: 'c', message: 'm' });
  expect(plan.map(({ detail }) => detail).join()).toContain('event_seq (conversation=? AND seq>?)');
  db.close();
});
