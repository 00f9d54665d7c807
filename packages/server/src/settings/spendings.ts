import type { Clock } from '../lib/clock.ts';
import type { Spending, Store } from '../store/store.ts';

export type Amount = Pick<Spending, 'tokens' | 'microUsd'>;

/** What may be spent under a key until it is forgotten. */
export interface Purse extends Amount {
  key: string;
  until: number;
}

/** What bots spend on models, together, over restarts too. */
export interface Spendings {
  /** Takes it from all of the purses, or from none where one of them has not so much left. */
  take(purses: Purse[], amount: Amount): Promise<boolean>;
  /** Gives back what was not used, or takes what was used beyond it. */
  settle(purses: Purse[], difference: Amount): Promise<void>;
}

export function createSpendings(store: Store, now: Clock): Spendings {
  return {
    take: (purses, { tokens, microUsd }) =>
      store.write('spendings', async (tx) => {
        await tx.spendings.removeExpired(now());
        for (const purse of purses) {
          const spent = await tx.spendings.of(purse.key);
          if (spent.tokens + tokens > purse.tokens) return false;
          if (spent.microUsd + microUsd > purse.microUsd) return false;
        }
        for (const { key, until } of purses)
          await tx.spendings.add({ key, tokens, microUsd, until });
        return true;
      }),
    settle: (purses, difference) =>
      store.write('spendings', async (tx) => {
        for (const { key, until } of purses) await tx.spendings.add({ key, ...difference, until });
      }),
  };
}
