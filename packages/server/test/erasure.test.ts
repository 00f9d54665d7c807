import { randomUUIDv7 } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stranger } from '../src/contacts/commands.ts';
import { createConversations } from '../src/conversations/commands.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import { tempDir } from './relay.ts';

test('[P9] words that are deleted are in no file any more once the relay has stopped', async () => {
  using dir = tempDir();
  const store = openSqliteStore({ dataDir: dir.path });
  const conversations = createConversations(store, Date.now);
  const who = { kind: 'visitor' as const, id: randomUUIDv7(), site: 'shop' };
  const conversation = randomUUIDv7();
  const newcomer = { contact: stranger(who.id, who.site, Date.now()), tokenHash: who.id };
  await conversations.start(who, { id: randomUUIDv7(), conversation }, newcomer);
  const gone: string[] = [];
  for (let n = 0; n < 60; n += 1) {
    const message = randomUUIDv7();
    const text = `secret ${n} of many ${'and long '.repeat(20 + (n % 7) * 9)}`;
    await conversations.run(who, 'message:send', { id: message, conversation, text });
    if (n % 3 > 0) continue;
    const about = { id: randomUUIDv7(), conversation, message };
    expect(await conversations.run(who, 'message:delete', about)).toMatchObject({ ok: true });
    gone.push(`secret ${n} of many`);
  }
  await store.close();
  const files = readdirSync(dir.path).map((name) => readFileSync(join(dir.path, name), 'latin1'));
  expect(gone.filter((text) => files.some((file) => file.includes(text)))).toEqual([]);
  expect(files.some((file) => file.includes('secret 1 of many'))).toBe(true);
});
