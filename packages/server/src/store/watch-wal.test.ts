import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { tempDir } from '../../test/relay.ts';
import { createMetrics } from '../lib/metrics.ts';
import { openSqliteStore } from './sqlite/index.ts';
import { watchWal } from './watch-wal.ts';

afterEach(() => void vi.useRealTimers());

test('a write-ahead log that stays above four times what is kept of it is told once, and its end', () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const say = (kind: string) => (about: object) => void said.push(kind + JSON.stringify(about));
  const size = { bytes: 401, keptBytes: 100 };
  const log = { warn: say('warn'), info: say('info') };
  const stop = watchWal({ wal: () => size }, { metrics: createMetrics(), log });
  vi.advanceTimersByTime(45_000);
  size.bytes = 400;
  vi.advanceTimersByTime(15_000);
  size.bytes = 401;
  vi.advanceTimersByTime(45_000);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(600_000);
  expect(said).toEqual(['warn{"bytes":401}']);
  size.bytes = 100;
  vi.advanceTimersByTime(600_000);
  expect(said).toEqual(['warn{"bytes":401}', 'info{"bytes":100}']);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('its length is a metric: it grows while somebody reads without an end', async () => {
  using dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  const metrics = createMetrics();
  const stop = watchWal(store, { metrics, log: { warn: () => {}, info: () => {} } });
  const gauge = async () => {
    const { values } = (await metrics.registry
      .getSingleMetric('throughline_sqlite_wal_bytes')
      ?.get()) ?? {
      values: [],
    };
    return values[0]?.value ?? 0;
  };
  const reader = new DatabaseSync(join(dir.path, 'throughline.db'), { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM event');
  const document = 'x'.repeat(1_000_000);
  for (let version = 1; version <= 80; version++)
    await store.write('b', (tx) =>
      tx.blueprints.insert({ version, document, publishedAt: 1, by: 'test' }),
    );
  // All of it is still there: past where it is written back otherwise.
  expect(await gauge()).toBeGreaterThan(80_000_000);
  reader.close();
  await store.write('b', (tx) =>
    tx.blueprints.insert({ version: 81, document, publishedAt: 1, by: 'test' }),
  );
  await store.write('b', (tx) =>
    tx.blueprints.insert({ version: 82, document, publishedAt: 1, by: 'test' }),
  );
  expect(await gauge()).toBeLessThan(80_000_000);
  stop();
  await store.close();
});
