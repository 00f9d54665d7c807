import type { Store } from './store.ts';

interface Made {
  /** What it is for: its name among the secrets. */
  owner: string;
  make(): string;
  now: number;
}

/** A secret of the relay's own: made at the first start, and the same at every later one. */
export const madeOnce = (store: Store, { owner, make, now }: Made): Promise<string> =>
  store.write(owner, async (tx) => {
    const [known] = await tx.secrets.of(owner);
    if (known) return known.secret;
    const secret = make();
    await tx.secrets.insert({ owner, secret, createdAt: now, expiresAt: null });
    return secret;
  });
