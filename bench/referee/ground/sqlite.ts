import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '@throughline/server';
import type { Logged } from '../history.ts';
import type { Ground } from './ground.ts';

const LOG = `SELECT e.log_offset AS place, c.id AS conv, e.id AS key, e.type, e.seq, e.pub,
    e.actor ->> '$.kind' AS "by", e.actor ->> '$.id' AS who, e.data ->> '$.text' AS text,
    CASE WHEN e.type = 'message.created' THEN NULL ELSE e.data END AS data
  FROM event e LEFT JOIN conversation c ON c.no = e.conversation ORDER BY e.log_offset`;

type Row = Record<string, unknown>;

/** A row of either database as a record. */
export const toLogged = (row: Row): Logged => ({
  ...(row as unknown as Logged),
  text: (row.text as string | null) ?? undefined,
  data: typeof row.data === 'string' ? JSON.parse(row.data) : undefined,
});

export function createSqliteGround(): Ground {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-storm-'));
  const backupDir = mkdtempSync(join(tmpdir(), 'throughline-storm-backup-'));
  const file = (name = 'throughline.db') => join(dataDir, name);
  const backup = join(backupDir, 'throughline.db');

  function within<T>(name: string, use: (db: DatabaseSync) => T, readOnly = true): T {
    const db = new DatabaseSync(file(name), { readOnly, timeout: 5000 });
    try {
      return use(db);
    } finally {
      db.close();
    }
  }
  const all = (name: string, sql: string): Row[] =>
    within(name, (db) =>
      db
        .prepare(sql)
        .all()
        .map((row) => ({ ...row })),
    );

  return {
    spec: { dataDir },
    open: async () => openSqliteStore({ dataDir }),
    heads: async () =>
      new Map(
        all('throughline.db', 'SELECT id, pub, seq FROM conversation').map(({ id, pub, seq }) => [
          String(id),
          { pub: Number(pub), seq: Number(seq) },
        ]),
      ),
    readLog: async () => all('throughline.db', LOG).map(toLogged),
    async deliveries() {
      const sql = `SELECT log_offset AS place, state FROM delivery WHERE state <> 'delivered'`;
      const rows = all('deliveries.db', sql);
      const dead = rows.filter(({ state }) => state === 'dead').map(({ place }) => Number(place));
      return { pending: rows.length - dead.length, dead: new Set(dead) };
    },
    async remains(pattern) {
      const files = readdirSync(dataDir, { recursive: true, withFileTypes: true });
      return files.flatMap((entry) => {
        if (!entry.isFile()) return [];
        const path = join(entry.parentPath, entry.name);
        const where = relative(dataDir, path);
        const found = readFileSync(path, 'latin1').match(pattern) ?? [];
        return [...new Set(found)].map((text) => ({ text, where }));
      });
    },
    backUp: async () => {
      rmSync(backup, { force: true });
      // Not only of this storm: reading the write-ahead log writes beside it.
      within('throughline.db', (db) => db.prepare('VACUUM INTO ?').run(backup), false);
    },
    async putBack({ keepEpoch }) {
      if (!existsSync(backup)) throw new Error('there is no backup to put back');
      for (const end of ['', '-wal', '-shm']) rmSync(`${file()}${end}`, { force: true });
      copyFileSync(backup, file());
      const made = randomBytes(8).toString('base64url');
      return within(
        'throughline.db',
        (db) => {
          if (!keepEpoch) db.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(made);
          return String(db.prepare(`SELECT value FROM meta WHERE name = 'epoch'`).get()?.value);
        },
        false,
      );
    },
    dropIdIndex: async () =>
      within('throughline.db', (db) => db.exec('DROP INDEX event_id'), false),
    remove: async () => {
      for (const dir of [dataDir, backupDir]) rmSync(dir, { recursive: true, force: true });
    },
  };
}
