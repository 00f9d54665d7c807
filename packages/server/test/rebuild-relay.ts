import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { scopes } from '@throughline/shared/schema';
import { createAgents } from '../src/settings/agents.ts';
import { openBlueprint } from '../src/settings/blueprint.ts';
import { createKeys } from '../src/settings/keys.ts';
import { createSessions, type NewSession } from '../src/settings/sessions.ts';
import { createSites } from '../src/settings/sites.ts';
import { openSqliteStore } from '../src/store/sqlite/index.ts';
import { freePort } from './free-port.ts';
import type { ChildSpec } from './rebuild-child.ts';
import { type Answer, type Fetch, send, site, sleep } from './relay.ts';

/** A relay in a process of its own, that can be killed. */
export interface Mortal {
  url: string;
  dataDir: string;
  key: string;
  sessions: NewSession[];
  /** Where the log ended before the first start. */
  head: number;
  start(): Promise<void>;
  /** Without a chance to finish anything. */
  kill(): Promise<void>;
  /** Repeats a request until a living relay has answered it. */
  insist(path: string, more?: Fetch): Promise<Answer>;
}

const AGENTS = 3;

/** A site, agents and a key, before the first start. */
async function furnish(dataDir: string): Promise<Pick<Mortal, 'key' | 'sessions' | 'head'>> {
  const store = openSqliteStore({ dataDir });
  await createSites(await openBlueprint(store, Date.now)).put(site(), 'test');
  const agents = createAgents(store, Date.now);
  const sessions: NewSession[] = [];
  for (let i = 0; i < AGENTS; i += 1) {
    const about = { email: `agent-${i}@example.com`, name: `Agent ${i}`, role: 'agent' as const };
    const { agent } = await agents.invite(about);
    sessions.push(await createSessions(store, Date.now).open(agent));
  }
  const about = { name: 'CRM', scopes: [...scopes], pii: 'content' as const, createdBy: 'test' };
  const { secret: key } = await createKeys(store, Date.now).create(about);
  const head = await store.read.events.head();
  await store.close();
  return { key, sessions, head };
}

export async function createMortal(spec: Omit<ChildSpec, 'port'>): Promise<Mortal> {
  const port = await freePort();
  const furnished = await furnish(spec.dataDir);
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  return {
    ...furnished,
    url,
    dataDir: spec.dataDir,
    async start() {
      const env = { ...process.env, NODE_OPTIONS: '', RELAY: JSON.stringify({ ...spec, port }) };
      child = fork(join(import.meta.dirname, 'rebuild-child.ts'), { env, execArgv: [] });
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the relay ended with ${code} before it was ready`);
      });
      await Promise.race([once(child, 'message'), ended]);
      ended.catch(() => {});
    },
    async kill() {
      const isAlive = child?.exitCode === null && child.signalCode === null;
      const exit = child && isAlive ? once(child, 'exit') : undefined;
      child?.kill('SIGKILL');
      await exit;
    },
    async insist(path, more) {
      for (;;) {
        const answer = await send(`${url}/v1${path}`, { key: furnished.key, ...more }).catch(
          () => undefined,
        );
        if (answer && answer.status < 500) return answer;
        // Programs that answer each other are stopped with 508, and stay stopped.
        if (answer?.status === 508) return answer;
        await sleep(30);
      }
    },
  };
}
