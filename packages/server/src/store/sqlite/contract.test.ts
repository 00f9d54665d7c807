import { expect, test } from 'vitest';
import { eventOf } from '../../../test/records.ts';
import { tempDir } from '../../../test/relay.ts';
import { describeStoreContract } from '../../../test/store-contract.ts';
import { openSqliteStore } from './index.ts';

describeStoreContract('SQLite', () => {
  const dir = tempDir();
  let store = openSqliteStore({ dataDir: dir.path });
  return {
    store,
    async reopen() {
      await store.close();
      store = openSqliteStore({ dataDir: dir.path });
      return store;
    },
    remove: () => dir[Symbol.dispose](),
  };
});

test('followers hear of a commit in its own turn, once everybody is answered: both leave in one write', async () => {
  using dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  const order: string[] = [];
  store.onCommit(() => order.push('follower'));
  const answer = async () => {
    await store.write('a', (tx) => {
      setImmediate(() => order.push('next turn'));
      return tx.events.append(eventOf());
    });
    // As many steps as there are between the store and a socket, and more.
    for (let step = 0; step < 50; step++) await null;
    order.push('answer');
  };
  await answer();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(order).toEqual(['answer', 'follower', 'next turn']);
  await store.close();
});
