import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { openClient, openPool } from './connect.ts';

test('nobody is notified by the database: NOTIFY takes a lock that every commit of the server goes through', () => {
  const files = globSync('**/*.{ts,sql}', { cwd: import.meta.dirname });
  expect(files).toContain('lane.ts');
  const notifying = files.filter(
    (name) =>
      !name.endsWith('.test.ts') &&
      /pg_notify|\b(NOTIFY|LISTEN)\b/.test(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')),
  );
  expect(notifying).toEqual([]);
});

test.skipIf(!(await hasPostgres()))(
  '[RS-02] on a connection of ours a statement has a limit, and so has a transaction that stands still',
  async () => {
    const { url, drop } = await makeSchema();
    const pool = openPool(url, 1);
    const { rows } = await pool.query(`SELECT current_setting('statement_timeout') AS statement,
      current_setting('idle_in_transaction_session_timeout') AS idle`);
    expect(rows).toEqual([{ statement: '15s', idle: '15s' }]);
    await pool.end();
    await drop();
  },
);

test.skipIf(!(await hasPostgres()))(
  '[P3] a connection the server ends while it is held, between two questions, does not end the process',
  async () => {
    const { url, drop } = await makeSchema();
    const pool = openPool(url, 1);
    const held = await pool.connect();
    const { rows } = await held.query('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => held.once('end', resolve));
    const other = await openClient(url);
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(held.query('SELECT 1')).rejects.toThrow();
    held.release(true);
    await Promise.all([pool.end(), other.end()]);
    await drop();
  },
);
