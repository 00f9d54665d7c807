import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { hashToken, newToken } from '../lib/secrets.ts';
import type { ApiKey, Store, Tx } from '../store/store.ts';

export type { ApiKey } from '../store/store.ts';

/** Ours and secret, for people and for scanners that look for what should not have been published. */
const PREFIX = 'tl_sk_';
const OVERLAP_MS = 24 * 3600 * 1000;
/** When a key was last used is written down this often at most. */
const USED_MS = 60_000;

export interface Keys {
  list(): Promise<ApiKey[]>;
  /**
   * The secret is told here and never again, for only its hash is kept: whoever asks again under the
   * same id hears that there is such a key.
   * @throws AppError `secret_told`, `idempotency_conflict` where the id stands for another key
   */
  create(about: Wanted & { id?: string }): Promise<Issued>;
  /**
   * A new secret; the old one stays good for a day.
   * @throws AppError `wrong_status` while an earlier rotation is open, `not_found`
   */
  rotate(id: string): Promise<Issued>;
  /** @throws AppError `not_found` */
  revoke(id: string): Promise<void>;
  /** Whose secret this is, while it is good. */
  whoHas(secret: string): Promise<ApiKey | undefined>;
  /** Whether the key may still be used. */
  isGood(id: string): Promise<boolean>;
}

type Wanted = Pick<ApiKey, 'name' | 'scopes' | 'pii' | 'createdBy'>;

interface Issued {
  key: ApiKey;
  secret: string;
}

/** Whether the text of an address carries a key, where every log on its way would keep it. */
export const isSecretIn = (address: string): boolean => address.includes(PREFIX);

export function createKeys(store: Store, now: Clock): Keys {
  const change = (id: string, apply: (key: ApiKey) => ApiKey): Promise<ApiKey> =>
    store.write('keys', async (tx) => {
      const changed = apply(await existing(tx, id));
      await tx.keys.save(changed);
      return changed;
    });

  async function noteUse(key: ApiKey): Promise<void> {
    const usedAt = now();
    if (usedAt - (key.usedAt ?? 0) < USED_MS) return;
    await change(key.id, (known) => ({ ...known, usedAt }));
  }

  return {
    list: async () => store.read.keys.list(),

    async create(about) {
      const secret = PREFIX + newToken();
      const key: ApiKey = { id: randomUUIDv7(), ...blank(secret, now()), ...about };
      await store.write('keys', async (tx) => {
        const known = await tx.keys.get(key.id);
        if (!known) return tx.keys.insert(key);
        throw new AppError(isAlike(known, key) ? 'secret_told' : 'idempotency_conflict');
      });
      return { key, secret };
    },

    async rotate(id) {
      const secret = PREFIX + newToken();
      const key = await change(id, (known) => {
        if ((known.previousUntil ?? 0) > now()) throw new AppError('wrong_status');
        const previous = { previousHash: known.hash, previousUntil: now() + OVERLAP_MS };
        return { ...known, ...previous, hash: hashToken(secret) };
      });
      return { key, secret };
    },

    revoke: async (id) => void (await change(id, (known) => ({ ...known, revoked: true }))),

    isGood: async (id) => (await store.read.keys.get(id))?.revoked === false,

    async whoHas(secret) {
      if (!secret.startsWith(PREFIX)) return undefined;
      const hash = hashToken(secret);
      const key = await store.read.keys.byHash(hash);
      if (!key || key.revoked) return undefined;
      if (key.hash !== hash && (key.previousUntil ?? 0) <= now()) return undefined;
      // Not worth a failed request: it says when, and nothing else.
      void noteUse(key).catch(() => {});
      return key;
    },
  };
}

const isAlike = (a: Wanted, b: Wanted): boolean =>
  a.name === b.name &&
  a.pii === b.pii &&
  a.createdBy === b.createdBy &&
  isDeepStrictEqual(a.scopes, b.scopes);

const blank = (secret: string, createdAt: number) => ({
  hash: hashToken(secret),
  previousHash: null,
  previousUntil: null,
  createdAt,
  usedAt: null,
  revoked: false,
});

async function existing(tx: Tx, id: string): Promise<ApiKey> {
  const found = await tx.keys.get(id);
  if (!found || found.revoked) throw new AppError('not_found');
  return found;
}
