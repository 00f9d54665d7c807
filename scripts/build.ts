/**
 * Builds what browsers load: the SDK (loader, panel, languages) and the console. Skips what is built
 * already from the very same sources; `--force` does not.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const at = (...parts: string[]): string => join(root, ...parts);

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Of everything a bundle is made from, the tools included. */
function fingerprint(dirs: string[]): string {
  const hash = createHash('sha256').update(readFileSync(at('pnpm-lock.yaml')));
  const tools = ['build', 'build-sdk', 'trim-socket-client'].map((name) =>
    at(`scripts/${name}.ts`),
  );
  for (const file of [...dirs.filter(existsSync).flatMap(filesBelow), ...tools])
    hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

const { version } = JSON.parse(readFileSync(at('packages/widget/package.json'), 'utf8')) as {
  version: string;
};

/** Pages may still name the files of an earlier version. */
const isEarlier = (name: string): boolean => /^\d+\.\d+\.\d+/.test(name) && name !== version;

function clear(out: string): void {
  if (!existsSync(out)) return;
  for (const name of readdirSync(out))
    if (!isEarlier(name)) rmSync(join(out, name), { recursive: true });
}

async function unlessFresh(
  out: string,
  dirs: string[],
  run: () => Promise<unknown>,
): Promise<void> {
  const stamp = join(out, '.built-from');
  const now = fingerprint(dirs);
  const isFresh = existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (isFresh && !process.argv.includes('--force')) return;
  clear(out);
  await run();
  writeFileSync(stamp, now);
}

const shared = at('packages/shared/src');
const widget = at('packages/widget');
const console = at('packages/console');
const sdk = join(widget, 'dist/sdk');

// The bundler is loaded only when there is something to build: most starts have nothing.
await unlessFresh(sdk, [shared, join(widget, 'src'), join(widget, 'chat')], async () => {
  const { buildSdk } = await import('./build-sdk.ts');
  await buildSdk(widget, sdk);
});
await unlessFresh(
  join(console, 'dist'),
  [shared, ...['src', 'public', 'preview'].map((dir) => join(console, dir))],
  async () => {
    const { build } = await import('vite');
    await build({ configFile: join(console, 'vite.config.ts'), logLevel: 'warn' });
  },
);
