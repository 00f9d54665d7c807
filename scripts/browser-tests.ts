import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const VITEST = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');

/** The browser tests, with these arguments and in this environment; what they ended with. */
export function runBrowserTests(args: string[], env: Record<string, string>): number {
  const all = [VITEST, 'run', '--project', 'browser', ...args];
  const around = { ...process.env, ...env };
  return spawnSync(process.execPath, all, { env: around, stdio: 'inherit' }).status ?? 1;
}
