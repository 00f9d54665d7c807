import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { uuidv7 } from '@throughline/shared';
import { scopes } from '@throughline/shared/schema';
import { createKeys } from '../src/settings/keys.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import { send, until } from './relay.ts';

async function keyFor(dataDir: string): Promise<string> {
  const store = openSqliteStore({ dataDir, guest: true });
  try {
    const keys = createKeys(store, Date.now);
    const of = { name: 'CRM', pii: 'content', createdBy: 'test' } as const;
    return (await keys.create({ ...of, scopes: [...scopes] })).secret;
  } finally {
    await store.close();
  }
}

/** It says its address among what it logs. */
function urlOf(child: ChildProcess): Promise<string> {
  let out = '';
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString();
  });
  return until(() => /^http:\S+$/m.exec(out)?.[0], 'the child to listen');
}

/** A relay in a process of its own, and a program that speaks to it. */
export async function startChild(dataDir: string) {
  const env = { ...process.env, DATA_DIR: dataDir, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts')], {
    ...{ env, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  const url = await urlOf(child);
  const key = await keyFor(dataDir);
  return {
    url,
    async track(contact: string, name: string): Promise<void> {
      const headers = { 'idempotency-key': uuidv7() };
      const path = `/v1/contacts/${contact}/events`;
      const body = { name, properties: {} };
      const answer = await send(`${url}${path}`, { key, method: 'POST', body, headers });
      if (answer.status !== 201) throw new Error(answer.text);
    },
    /** Waits until a contact was told something. */
    async told(contact: string, text: string): Promise<void> {
      const isTold = async (): Promise<boolean> =>
        (await send(`${url}/v1/events?limit=500`, { key })).text.includes(text);
      await until(isTold, `${contact} is told`);
    },
    async kill(): Promise<void> {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
