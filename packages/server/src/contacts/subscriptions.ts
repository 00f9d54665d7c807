import { createECDH } from 'node:crypto';
import type { PushSubscription } from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import { live } from '../store/contact.ts';
import { madeOnce } from '../store/made-once.ts';
import type { Store } from '../store/store.ts';

/** What the relay signs with before a browser's push service (VAPID, RFC 8292); base64url. */
interface PushKeys {
  publicKey: string;
  privateKey: string;
}

export interface Subscriptions {
  keys: PushKeys;
  /**
   * Where this browser wants to be told of replies; null: nowhere.
   * @throws AppError `wrong_status` while nothing was written with it
   */
  set(tokenHash: string, subscription: PushSubscription | null): Promise<void>;
  /** Those of every browser of a contact, or of whom the contact became part of; who is blocked has none. */
  of(contact: string): Promise<(PushSubscription & { tokenHash: string })[]>;
}

const OWNER = 'push';

function makeKeys(): string {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const [publicKey, privateKey] = [pair.getPublicKey('base64url'), pair.getPrivateKey('base64url')];
  return JSON.stringify({ publicKey, privateKey } satisfies PushKeys);
}

/** One pair for the life of the log: another one would make every subscription worthless. */
const keysOf = async (store: Store, now: () => number): Promise<PushKeys> =>
  JSON.parse(await madeOnce(store, { owner: OWNER, make: makeKeys, now: now() }));

export async function openSubscriptions(store: Store, now: () => number): Promise<Subscriptions> {
  const keys = await keysOf(store, now);
  return {
    keys,
    set: (tokenHash, subscription) =>
      store.write(OWNER, async (tx) => {
        const push = subscription && JSON.stringify(subscription);
        if (!(await tx.contacts.setPush(tokenHash, push)) && push)
          throw new AppError('wrong_status');
      }),
    async of(contact) {
      const now = await live(store.read, contact);
      const rows = now?.blocked ? [] : await store.read.contacts.pushOf(now?.id ?? contact);
      return rows.map(({ tokenHash, push }) => ({ ...JSON.parse(push), tokenHash }));
    },
  };
}
