/**
 * What is installed with a relay: few packages, none that runs something when it is installed, none
 * below the version that mended a known hole. `--list` prints them.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  name: string;
  version: string;
  scripts?: Record<string, string>;
  gypfile?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const MOST_PACKAGES = 120;

/** The first good version of each package that was bad once, and why; also for what is built into bundles. */
const FLOORS: Record<string, readonly [version: string, why: string]> = {
  'socket.io': ['4.6.2', 'CVE-2024-38355'],
  'engine.io': ['6.6.10', 'CVE-2026-59724, CVE-2026-59725, CVE-2026-102599'],
  'socket.io-parser': ['4.2.7', 'CVE-2026-33151, CVE-2026-69185'],
  ws: ['8.21.0', 'CVE-2024-37890, CVE-2026-45736, CVE-2026-48779'],
  '@fastify/busboy': ['3.2.1', 'CVE-2026-19481, CVE-2026-19484'],
  '@fastify/multipart': ['10.1.1', 'CVE-2026-18549'],
  '@fastify/proxy-addr': ['5.1.3', 'CVE-2026-92395, CVE-2026-90711'],
  preact: ['10.28.2', 'CVE-2026-22028'],
  dompurify: ['3.4.12', 'CVE-2026-65913'],
  'markdown-it': ['14.1.1', 'CVE-2026-2327'],
};
/** SQLite comes with Node (CVE-2025-6965). */
const SQLITE_FLOOR = '3.50.2';

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];
const root = join(import.meta.dirname, '..');
const faults: string[] = [];

const read = (dir: string): Manifest =>
  JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest;

/** Where Node would find a package from a folder. */
function find(name: string, from: string): string | undefined {
  for (let dir = from; dir !== dirname(dir); dir = dirname(dir)) {
    const candidate = join(dir, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
}

/** Every package that is loaded from this one in production, by its folder; ours are only passed through. */
function collect(dir: string, found = new Map<string, Manifest>()): Map<string, Manifest> {
  const { dependencies, optionalDependencies, peerDependencies } = read(dir);
  for (const name of Object.keys({
    ...peerDependencies,
    ...optionalDependencies,
    ...dependencies,
  })) {
    const at = find(name, dir);
    if (at === undefined || found.has(at)) continue;
    found.set(at, read(at));
    collect(at, found);
  }
  return found;
}

/** Below zero where the first version is older. */
const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const parts = ['server', 'widget', 'console'].map((name) => join(root, 'packages', name));
const [relay = new Map<string, Manifest>(), ...bundles] = parts.map((dir) => collect(dir));
const theirs = [...relay.values()].filter(({ name }) => !name.startsWith('@throughline/'));
const names = [...new Set(theirs.map(({ name, version }) => `${name}@${version}`))].sort();

if (names.length > MOST_PACKAGES)
  faults.push(`the relay installs ${names.length} packages, ${MOST_PACKAGES} are allowed`);
for (const [at, { name, scripts, gypfile }] of relay)
  if (INSTALL_SCRIPTS.some((it) => scripts?.[it]) || gypfile || existsSync(join(at, 'binding.gyp')))
    faults.push(`${name} runs something when it is installed`);
for (const { name, version } of [relay, ...bundles].flatMap((tree) => [...tree.values()])) {
  const [floor, why] = FLOORS[name] ?? [];
  if (floor && compare(version, floor) < 0)
    faults.push(`${name} ${version} is below ${floor}: ${why}`);
}
const { sqlite = '' } = process.versions;
if (compare(sqlite, SQLITE_FLOOR) < 0)
  faults.push(`Node brings SQLite ${sqlite}, below ${SQLITE_FLOOR}`);

for (const fault of faults) console.error(`✗ ${fault}`);
if (process.argv.includes('--list')) console.log(names.join('\n'));
if (faults.length === 0) console.log(`${names.length} packages in production, in order`);
process.exitCode = faults.length > 0 ? 1 : 0;
