import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** A Redis of a test's own: it can be killed, and comes back at the same port. */
export interface OwnRedis extends AsyncDisposable {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  ask(...command: string[]): Promise<unknown>;
  /** Forgets everything. */
  flush(): Promise<void>;
}

const HOW = 'no redis-server to start; install Redis to run these tests';

/** False where there is none, and says so; never skipped where CI is set. */
export function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0;
  if (!found && process.env.CI) throw new Error(HOW);
  if (!found) process.stderr.write(`skipped: ${HOW}\n`);
  return found;
}

async function ask(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  return client.sendCommand(command).finally(() => client.destroy());
}

export async function ownRedis(): Promise<OwnRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'throughline-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  async function kill(): Promise<void> {
    const [running] = [child];
    child = undefined;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }
  return {
    url,
    kill,
    async start() {
      if (child) return;
      const args = ['--port', String(port), '--save', '', '--dir', dir];
      child = spawn('redis-server', args, { stdio: 'ignore' });
      const answers = () => ask(url, 'PING').catch(() => undefined);
      await until(async () => (await answers()) === 'PONG', 'Redis');
    },
    ask: (...command) => ask(url, ...command),
    flush: async () => void (await ask(url, 'FLUSHALL')),
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
