import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../../test/relay.ts';
import type { Tx } from '../store.ts';
import { createLane } from './lane.ts';

/** A lane on a table of its own, and what its hooks were told. */
function setUp(wrap: (db: DatabaseSync) => DatabaseSync = (db) => db) {
  const dir = tempDir();
  const path = join(dir.path, 'lane.db');
  const db = new DatabaseSync(path, { timeout: 50 });
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY, blob TEXT) STRICT');
  const insert = db.prepare('INSERT INTO t (n, blob) VALUES (?, ?)');
  const told = { commits: 0, undone: 0, fatal: [] as unknown[], runs: 0 };
  const tx = {} as Tx;
  const lane = createLane(
    wrap(db),
    (change) => {
      tx.cursors = {
        get: () => 0,
        set: (_name, n) => {
          told.runs += 1;
          insert.run(n, 'x'.repeat(n > 1000 ? 200_000 : 1));
          change.redacted.push(n);
        },
      };
      return tx;
    },
    {
      committed: () => {
        told.commits += 1;
      },
      undone: () => {
        told.undone += 1;
      },
      fatal: (error) => told.fatal.push(error),
    },
  );
  onTestFinished(() => {
    if (db.isOpen) db.close();
    dir[Symbol.dispose]();
  });
  const put = (n: number) => lane.submit((it) => it.cursors.set('', n));
  const rows = () =>
    db
      .prepare('SELECT n FROM t ORDER BY n')
      .all()
      .map(({ n }) => n);
  return { db, path, lane, told, put, rows };
}

/** A database whose COMMIT fails with these result codes, one after another, and then works. */
const failing = (codes: number[]) => (db: DatabaseSync) =>
  new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name === 'prepare')
        return (sql: string) => {
          const statement = target.prepare(sql);
          if (sql !== 'COMMIT') return statement;
          return {
            get() {
              const errcode = codes.shift();
              if (errcode === undefined) return statement.get();
              throw Object.assign(new Error('on purpose'), { errcode });
            },
          };
        };
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

const outcomes = async (works: Promise<unknown>[]) =>
  (await Promise.allSettled(works)).map((it) =>
    it.status === 'fulfilled' ? 'ok' : ((it.reason as { code?: string }).code ?? 'thrown'),
  );

test('what arrives in one turn shares a commit', async () => {
  const { put, told, rows } = setUp();
  expect(await outcomes([1, 2, 3].map(put))).toEqual(['ok', 'ok', 'ok']);
  expect(told.commits).toBe(1);
  expect(rows()).toEqual([1, 2, 3]);
});

test('a crowd is committed in pieces, so that the first need not wait for the last', async () => {
  const { put, told } = setUp();
  const order: number[] = [];
  const crowd = Array.from({ length: 5000 }, (_, i) =>
    put(-i).then(() => order.push(told.commits)),
  );
  await Promise.all(crowd);
  expect(told.commits).toBeGreaterThan(1);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order[0]).toBeLessThan(told.commits);
});

test('[P7] a bad work fails alone, however many it shares its commit with', async () => {
  const { put, told, rows } = setUp();
  const works = [1, 2, 2, 3].map(put);
  expect(await outcomes(works)).toEqual(['ok', 'ok', 'storage_unavailable', 'ok']);
  expect(rows()).toEqual([1, 2, 3]);
  expect(told.fatal).toEqual([]);
});

test('[P3] a database that may not grow: refused, and what fits is kept', async () => {
  const { db, put, rows } = setUp();
  db.exec('PRAGMA max_page_count = 20');
  const works = [1, 2000, 2, 3000].map(put);
  expect(await outcomes(works)).toEqual(['ok', 'storage_unavailable', 'ok', 'storage_unavailable']);
  expect(rows()).toEqual([1, 2]);
  db.exec('PRAGMA max_page_count = 10000');
  expect(await outcomes([put(2000)])).toEqual(['ok']);
});

test('[P3] a commit that failed for lack of room is not answered, and tried again one by one', async () => {
  const { put, told, rows } = setUp(failing([13]));
  expect(await outcomes([put(1), put(2)])).toEqual(['ok', 'ok']);
  expect(told).toMatchObject({ undone: 1, runs: 4, fatal: [] });
  expect(rows()).toEqual([1, 2]);
});

test.each([10, 10 | (4 << 8), 11])(
  '[P3] after an I/O error at commit (%i) nothing is tried again: nobody knows what reached the disk',
  async (errcode) => {
    const { put, told, rows } = setUp(failing([errcode]));
    expect(await outcomes([put(1), put(2)])).toEqual([
      'storage_unavailable',
      'storage_unavailable',
    ]);
    expect(told).toMatchObject({ undone: 1, runs: 2, commits: 0 });
    expect(told.fatal).toHaveLength(1);
    expect(rows()).toEqual([]);
  },
);

test('while another program holds the lock, all fail together instead of waiting one by one', async () => {
  const { path, put, told, rows } = setUp();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const works = [1, 2, 3].map(put);
  expect(await outcomes(works)).toEqual(Array(3).fill('storage_unavailable'));
  expect(told.runs).toBe(0);
  other.exec('ROLLBACK');
  other.close();
  expect(await outcomes([put(1)])).toEqual(['ok']);
  expect(rows()).toEqual([1]);
});

test('a last row number beyond 2^53 neither undoes a commit nor prevents the next one', async () => {
  const { db, put, rows, lane, told } = setUp();
  const huge = db.prepare(`INSERT INTO t (n, blob) VALUES (${2n ** 53n + 1n}, '')`);
  huge.setReadBigInts(true);
  await lane.submit(() => void huge.run());
  expect(await outcomes([put(1), put(2)])).toEqual(['ok', 'ok']);
  expect(told.undone).toBe(0);
  expect(() => rows()).toThrow(/too large/);
});

test('an error that is not the engine’s is handed on as it is', async () => {
  const { lane } = setUp();
  const error = new TypeError('on purpose');
  await expect(lane.submit(() => Promise.reject(error))).rejects.toBe(error);
});
