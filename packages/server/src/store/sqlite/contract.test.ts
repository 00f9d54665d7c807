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
