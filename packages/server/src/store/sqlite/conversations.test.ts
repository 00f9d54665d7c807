import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { conversationReads } from './conversations.ts';
import { logMigrations, migrate } from './migrate.ts';

test('what is open is found without a look at what is resolved, however much that is', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, logMigrations);
  const prepare = vi.spyOn(db, 'prepare');
  conversationReads(db).active('', 1000);
  const [sql = ''] = prepare.mock.calls
    .map(([it]) => it)
    .filter((it) => /status IN .* ORDER BY id LIMIT/.test(it));
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all('', 1000);
  expect(plan[0]?.detail).toContain('conversation_active');
  db.close();
});
