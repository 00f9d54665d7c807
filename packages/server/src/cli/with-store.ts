import type { Config } from '../config.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';

/** Works beside a running relay and without one. */
export async function withStore<T>(config: Config, use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config, { guest: true });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
