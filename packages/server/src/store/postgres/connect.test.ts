import { expect, test } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { openClient, openPool } from './connect.ts';

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
