/** Type-checks every part by its own settings, all at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const parts = [
  'packages/shared',
  'packages/server',
  'packages/widget',
  'packages/console',
  'demo',
  'bench',
  'scripts',
];

const codes = await Promise.all(
  parts.map(async (part) => {
    const [code] = await once(spawn('tsc', ['-p', part], { cwd: root, stdio: 'inherit' }), 'exit');
    return code;
  }),
);
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
