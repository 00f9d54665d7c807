import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Contact, Reads, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toContact = (row: Row): Contact =>
  ({
    id: row.id,
    site: row.site,
    externalId: row.external_id,
    verified: row.verified === 1,
    name: row.name,
    email: row.email,
    context: JSON.parse(row.context as string),
    blocked: row.blocked === 1,
    mergedInto: row.merged_into,
    erasure: row.erasure,
    createdAt: row.created_at,
  }) as Contact;

export function contactReads(db: DatabaseSync): Reads['contacts'] {
  const get = db.prepare('SELECT * FROM contact WHERE id = ?');
  const ofDevice = db.prepare('SELECT contact FROM device WHERE token_hash = ? AND site = ?');
  const isBlocked = db.prepare('SELECT 1 FROM contact WHERE id = ? AND blocked = 1');
  const mayEnter = db.prepare(
    `SELECT 1 FROM device JOIN contact ON contact.id = device.contact
     WHERE device.token_hash = ? AND contact.blocked = 0`,
  );
  const pushOf = db.prepare(
    'SELECT token_hash AS tokenHash, push FROM device WHERE contact = ? AND push IS NOT NULL',
  );
  const byExternalId = db.prepare(
    `SELECT * FROM contact
     WHERE site = ? AND external_id = ? AND verified = 1
     ORDER BY merged_into IS NULL DESC LIMIT 1`,
  );
  const partsOf = db.prepare(
    `WITH RECURSIVE part(id) AS (SELECT id FROM contact WHERE merged_into = ? UNION ALL
       SELECT contact.id FROM contact JOIN part ON contact.merged_into = part.id)
     SELECT id FROM part`,
  );
  const erasing = db.prepare(`SELECT id FROM contact WHERE erasure = 'begun'`);
  const found = (row: unknown) => (row ? toContact(row as Row) : undefined);
  return {
    get: (id) => found(get.get(id)),
    ofDevice: (tokenHash, site) => ofDevice.get(tokenHash, site)?.contact as string | undefined,
    isBlocked: (id) => isBlocked.get(id) !== undefined,
    devices: (hashes) => new Set(hashes.filter((hash) => mayEnter.get(hash))),
    pushOf: (contact) => pushOf.all(contact) as unknown as { tokenHash: string; push: string }[],
    byExternalId: (site, externalId) => found(byExternalId.get(site, externalId)),
    erasing: () => erasing.all().map((row) => String(row.id)),
    partsOf: (id) => partsOf.all(id).map((row) => String(row.id)),
  };
}

export function contactWrites(db: DatabaseSync): Omit<Tx['contacts'], keyof Reads['contacts']> {
  const insert = db.prepare(
    `INSERT INTO contact (site, external_id, verified, name, email, context, blocked, merged_into,
       erasure, id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const insertDevice = db.prepare(
    `INSERT INTO device (token_hash, site, contact, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (token_hash) DO NOTHING`,
  );
  const save = db.prepare(
    `UPDATE contact SET site = ?, external_id = ?, verified = ?, name = ?, email = ?, context = ?,
       blocked = ?, merged_into = ?, erasure = ? WHERE id = ?`,
  );
  const moveDevices = db.prepare('UPDATE device SET contact = ? WHERE contact = ?');
  const setPush = db.prepare('UPDATE device SET push = ? WHERE token_hash = ? RETURNING site');
  const freePush = db.prepare(
    `UPDATE device SET push = NULL
     WHERE push IS NOT NULL AND site = ? AND json_extract(push, '$.endpoint') = json_extract(?, '$.endpoint')
       AND token_hash <> ?`,
  );
  const removeDevice = db.prepare('DELETE FROM device WHERE token_hash = ?');
  const removeDevicesOf = db.prepare('DELETE FROM device WHERE contact = ?');
  const bind = (c: Contact): SQLInputValue[] => [
    c.site,
    c.externalId,
    c.verified ? 1 : 0,
    c.name,
    c.email,
    JSON.stringify(c.context),
    c.blocked ? 1 : 0,
    c.mergedInto,
    c.erasure,
    c.id,
  ];
  return {
    insert: (c) => Number(insert.run(...bind(c), c.createdAt).changes) > 0,
    addDevice: (tokenHash, { id, site, createdAt }) => {
      insertDevice.run(tokenHash, site, id, createdAt);
    },
    save: (c) => {
      save.run(...bind(c));
    },
    moveDevices: (from, into) => {
      moveDevices.run(into, from);
    },
    setPush(tokenHash, push) {
      const found = setPush.get(push, tokenHash);
      if (found && push) freePush.run(found.site as string, push, tokenHash);
      return found !== undefined;
    },
    removeDevice: (tokenHash) => {
      removeDevice.run(tokenHash);
    },
    removeDevicesOf: (contact) => {
      removeDevicesOf.run(contact);
    },
  };
}
