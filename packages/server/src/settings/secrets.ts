import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Secret, Store, Tx } from '../store/store.ts';

/** How long a rotated secret is good beside its successor. */
const OVERLAP_MS = 24 * 3600 * 1000;

interface Owner {
  /** Whose: `endpoint:<id>`, `identity:<site>`. */
  owner: string;
  now: Clock;
}

interface Owned {
  owner: string;
  secret: string;
  now: number;
}

export const addSecret = async (tx: Tx, { owner, secret, now }: Owned): Promise<void> => {
  await tx.secrets.insert({ owner, secret, createdAt: now, expiresAt: null });
};

/**
 * Takes a new secret into use; the old one, if there is one, stays good for a day.
 * @throws AppError `wrong_status` while an earlier rotation is open
 */
export const rotateSecret = (store: Store, { owner, secret, now }: Owned): Promise<void> =>
  store.write('secrets', async (tx) => {
    await tx.secrets.removeExpired(now);
    if ((await tx.secrets.of(owner)).length > 1) throw new AppError('wrong_status');
    await tx.secrets.expire(owner, now + OVERLAP_MS);
    await addSecret(tx, { owner, secret, now });
  });

/**
 * The one that was made at a time, to tell it to whoever had it made.
 * @throws AppError `secret_told` when it is not there any more
 */
export async function secretFrom(store: Store, { owner, now }: Owner, time: number) {
  const made = (await secretsOf(store, owner, now)).find(({ createdAt }) => createdAt === time);
  if (!made) throw new AppError('secret_told');
  return made.secret;
}

/** Those that are good now, the current one first. */
export async function secretsOf(store: Store, owner: string, now: Clock): Promise<Secret[]> {
  const secrets = await store.read.secrets.of(owner);
  return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now());
}
