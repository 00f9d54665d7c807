import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Contact, Reads, Tx } from '../store.ts';

type Row = Record<string, SQLInputValue>;

const toContact = (row: Row): Contact =>
  ({
    id: row.id,
    site: row.site,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    attributes: JSON.parse(row.attributes as string),
    context: JSON.parse(row.context as string),
    createdAt: row.created_at,
  }) as Contact;

export function contactReads(db: DatabaseSync): Reads['contacts'] {
  const get = db.prepare('SELECT * FROM contact WHERE id = ?');
  const ofDevice = db.prepare('SELECT contact FROM device WHERE token_hash = ? AND site = ?');
  return {
    get: (id) => {
      const row = get.get(id);
      return row && toContact(row as Row);
    },
    ofDevice: (tokenHash, site) => ofDevice.get(tokenHash, site)?.contact as string | undefined,
  };
}

export function contactWrites(db: DatabaseSync): Omit<Tx['contacts'], keyof Reads['contacts']> {
  const insert = db.prepare(
    `INSERT INTO contact (id, site, external_id, name, email, attributes, context, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const insertDevice = db.prepare(
    `INSERT INTO device (token_hash, site, contact, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (token_hash) DO NOTHING`,
  );
  const save = db.prepare(
    `UPDATE contact SET external_id = ?, name = ?, email = ?, attributes = ?, context = ?
     WHERE id = ?`,
  );
  return {
    ensure: (c, tokenHash) => {
      insert.run(
        c.id,
        c.site,
        c.externalId,
        c.name,
        c.email,
        JSON.stringify(c.attributes),
        JSON.stringify(c.context),
        c.createdAt,
      );
      insertDevice.run(tokenHash, c.site, c.id, c.createdAt);
    },
    save: (c) => {
      save.run(
        c.externalId,
        c.name,
        c.email,
        JSON.stringify(c.attributes),
        JSON.stringify(c.context),
        c.id,
      );
    },
  };
}
