import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PORT = 4699;
const LOOK_MS = 10;
export const RELAY = `http://127.0.0.1:${PORT}`;

/** A relay on a folder, as it runs by itself, without limits. */
export const relayProcess = (dataDir: string): ChildProcess =>
  fork(join(import.meta.dirname, '../referee/relay-process.ts'), [
    JSON.stringify({ dataDir, port: PORT }),
  ]);

export async function accepting(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${RELAY}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(LOOK_MS);
  }
}

export async function end(relay: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  relay.kill(signal);
  await once(relay, 'exit');
}
