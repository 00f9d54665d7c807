import { randomUUIDv7 } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { hashToken, newToken } from '../lib/secrets.ts';
import { type Act, doneBefore, noteDone } from '../store/audit.ts';
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
   * A new secret, told here and never again; the old one stays good for a day.
   * @throws AppError `wrong_status` while an earlier rotation is open, `not_found`, `secret_told`
   */
  rotate(id: string, act: Act): Promise<Issued>;
  /** @throws AppError `not_found` */
  revoke(id: string, act: Act): Promise<void>;
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
  async function change(tx: Tx, id: string, apply: (key: ApiKey) => ApiKey): Promise<ApiKey> {
    const changed = apply(await existing(tx, id));
    await tx.keys.save(changed);
    return changed;
  }

  /** Does it once, and says so; undefined: it was done before. */
  const changeOnce = (
    { id, act, action }: { id: string; act: Act; action: 'key.rotated' | 'key.revoked' },
    apply: (key: ApiKey) => ApiKey,
  ): Promise<ApiKey | undefined> =>
    store.write('keys', async (tx) => {
      const said = { action, target: { kind: 'key' as const, id } };
      if (await doneBefore(tx, act, said)) return undefined;
      const changed = await change(tx, id, apply);
      await noteDone(tx, { ...act, time: now() }, said);
      return changed;
    });

  async function noteUse({ id, usedAt: before }: ApiKey): Promise<void> {
    const usedAt = now();
    if (usedAt - (before ?? 0) < USED_MS) return;
    await store.write('keys', (tx) => change(tx, id, (known) => ({ ...known, usedAt })));
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

    async rotate(id, act) {
      const secret = PREFIX + newToken();
      const key = await changeOnce({ id, act, action: 'key.rotated' }, (known) => {
        if ((known.previousUntil ?? 0) > now()) throw new AppError('wrong_status');
        const previous = { previousHash: known.hash, previousUntil: now() + OVERLAP_MS };
        return { ...known, ...previous, hash: hashToken(secret) };
      });
      if (!key) throw new AppError('secret_told');
      return { key, secret };
    },

    async revoke(id, act) {
      const action = 'key.revoked';
      await changeOnce({ id, act, action }, (known) => ({ ...known, revoked: true }));
    },

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
