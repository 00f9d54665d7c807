import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, round } from './figures.ts';

const root = join(import.meta.dirname, '..');
const PORT = 4698;

async function started(run: ChildProcess): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    if (run.exitCode !== null) throw new Error('the start failed');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measure(dataDir: string): Promise<number> {
  const startMs = performance.now();
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(PORT) };
  // The same two steps as the script `start`, without the package manager around them.
  const command = 'node scripts/build.ts && exec node demo/start.ts';
  const run = spawn('sh', ['-c', command], { cwd: root, env, stdio: 'ignore' });
  await started(run);
  const seconds = (performance.now() - startMs) / 1000;
  run.kill('SIGTERM');
  await once(run, 'exit');
  return seconds;
}

/** What a person waits for after `start`: the first time on this folder, and every time after. */
export const start: Bench = async (report) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-start-'));
  const unit = 's';
  const first = round(await measure(dataDir));
  report({
    metric: 'first_start_s',
    value: first,
    unit,
    setting: 'bundles built, new data folder, with the demo seeded',
  });
  const later = round(await measure(dataDir));
  report({
    metric: 'later_start_s',
    value: later,
    unit,
    goal: 5,
    setting: 'bundles built, data folder in use',
  });
  rmSync(dataDir, { recursive: true, force: true });
};
