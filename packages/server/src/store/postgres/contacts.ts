import type { Contact, Reads, Tx } from '../store.ts';
import { type Db, json, places, type Value } from './db.ts';

const SELECT = `SELECT id, site, external_id AS "externalId", verified, name, email, context, blocked,
  merged_into AS "mergedInto", erasure, created_at AS "createdAt" FROM contact`;

export const contactReads = (db: Db): Reads['contacts'] => ({
  get: (id) => db.row<Contact>(`${SELECT} WHERE id = $1 ${db.hold}`, [id]),
  async ofDevice(tokenHash, site) {
    const sql = 'SELECT contact FROM device WHERE token_hash = $1 AND site = $2';
    return (await db.row<{ contact: string }>(sql, [tokenHash, site]))?.contact;
  },
  async isBlocked(id) {
    const sql = 'SELECT id FROM contact WHERE id = $1 AND blocked';
    return (await db.row(sql, [id])) !== undefined;
  },
  async devices(hashes) {
    const sql = `SELECT token_hash AS hash FROM device JOIN contact ON contact.id = device.contact
      WHERE token_hash = ANY($1) AND NOT blocked`;
    return new Set((await db.rows<{ hash: string }>(sql, [hashes])).map(({ hash }) => hash));
  },
  pushOf: (contact) =>
    db.rows(
      `SELECT token_hash AS "tokenHash", push::text AS push FROM device
       WHERE contact = $1 AND push IS NOT NULL`,
      [contact],
    ),
  byExternalId: (site, externalId) =>
    db.row<Contact>(
      `${SELECT} WHERE site = $1 AND external_id = $2 AND verified
       ORDER BY merged_into IS NULL DESC LIMIT 1 ${db.hold}`,
      [site, externalId],
    ),
  async erasing() {
    const found = await db.rows<{ id: string }>(
      `SELECT id FROM contact WHERE erasure = 'begun'`,
      [],
    );
    return found.map((row) => row.id);
  },
  async partsOf(id) {
    const found = await db.rows<{ id: string }>(
      `WITH RECURSIVE part(id) AS (SELECT id FROM contact WHERE merged_into = $1 UNION ALL
         SELECT contact.id FROM contact JOIN part ON contact.merged_into = part.id)
       SELECT id FROM part`,
      [id],
    );
    return found.map((row) => row.id);
  },
});

const COLUMNS = [
  ...['site', 'external_id', 'verified', 'name', 'email'],
  ...['context', 'blocked', 'merged_into', 'erasure'],
];

const bind = (c: Contact): Value[] => [
  c.site,
  c.externalId,
  c.verified,
  c.name,
  c.email,
  json(c.context),
  c.blocked,
  c.mergedInto,
  c.erasure,
];

const INSERT = `INSERT INTO contact (${COLUMNS.join(', ')}, id, created_at)
  VALUES (${places(COLUMNS)}, $10, $11) ON CONFLICT (id) DO NOTHING`;
const SAVE = `UPDATE contact SET (${COLUMNS.join(', ')}) = (${places(COLUMNS)}) WHERE id = $10`;

export const contactWrites = (db: Db): Omit<Tx['contacts'], keyof Reads['contacts']> => ({
  insert: async (c) => (await db.run(INSERT, [...bind(c), c.id, c.createdAt])) > 0,
  async save(c) {
    await db.run(SAVE, [...bind(c), c.id]);
  },
  async addDevice(tokenHash, { id, site, createdAt }) {
    await db.run(
      `INSERT INTO device (token_hash, site, contact, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (token_hash) DO NOTHING`,
      [tokenHash, site, id, createdAt],
    );
  },
  async moveDevices(from, into) {
    await db.run('UPDATE device SET contact = $1 WHERE contact = $2', [into, from]);
  },
  async setPush(tokenHash, push) {
    const found = await db.row<{ site: string }>(
      'UPDATE device SET push = $1 WHERE token_hash = $2 RETURNING site',
      [push, tokenHash],
    );
    if (found && push) await freePush(db, { site: found.site, push, tokenHash });
    return found !== undefined;
  },
  async removeDevice(tokenHash) {
    await db.run('DELETE FROM device WHERE token_hash = $1', [tokenHash]);
  },
  async removeDevicesOf(contact) {
    await db.run('DELETE FROM device WHERE contact = $1', [contact]);
  },
});

const freePush = (db: Db, at: { site: string; push: string; tokenHash: string }) =>
  db.run(
    `UPDATE device SET push = NULL WHERE push IS NOT NULL AND site = $1
     AND push ->> 'endpoint' = $2::json ->> 'endpoint' AND token_hash <> $3`,
    [at.site, at.push, at.tokenHash],
  );
