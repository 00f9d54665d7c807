import { describe } from 'vitest';
import { hasPostgres, makeSchema } from '../../../test/postgres.ts';
import { describeStoreContract } from '../../../test/store-contract.ts';
import { openPostgresStore } from './index.ts';

describe.runIf(await hasPostgres())('with a server', () => {
  describeStoreContract('PostgreSQL', async () => {
    const schema = await makeSchema();
    // Nobody else writes here: what wakes listeners is our own commits.
    const open = () => openPostgresStore({ url: schema.url, pollMs: 60_000 });
    let store = await open();
    return {
      store,
      async reopen() {
        await store.close();
        store = await open();
        return store;
      },
      remove: schema.drop,
    };
  });
});
