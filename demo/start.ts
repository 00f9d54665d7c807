/**
 * The whole main job on one port: relay, console and a demo shop with a morning's conversations.
 * PORT, HOST and DATA_DIR come from the environment, like every other setting of the relay.
 */
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  builtMounts,
  type Config,
  createRelay,
  type Mount,
  readConfig,
  StartupError,
  stopOnSignal,
} from '@throughline/server';
import { seed } from './seed/seed.ts';

/** As strict as a page can be: the widget has to work on it. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src 'self'; require-trusted-types-for 'script'";

const dir = join(import.meta.dirname, 'site');
const headers = { 'content-security-policy': STRICT_POLICY };
const shop: Mount[] = [
  { path: '/demo', dir, headers },
  // A product's page exists in the browser only; asked for directly, the gear page shows it.
  { path: '/demo/products', dir: join(dir, 'products'), fallback: 'index.html', headers },
];

/** Pages of this machine, by every name it has, may use the demo's site. */
function originsOf({ host, port, publicUrl }: Config): string[] {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const own = addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const hosts = new Set(['localhost', '127.0.0.1', ...(isEverywhere ? own : [host])]);
  const origins = [...hosts].map(
    (name) => `http://${name.includes(':') ? `[${name}]` : name}:${port}`,
  );
  return publicUrl ? [...origins, publicUrl] : origins;
}

function announce(base: string, token: string | undefined): void {
  const lines = [
    '',
    '  Throughline is running.',
    '',
    `    Demo shop   ${base}/demo/`,
    `    Console     ${base}/console/`,
    ...(token
      ? ['', '  Make yourself the administrator, once:', `    ${base}/console/#setup=${token}`]
      : []),
    '',
    '  Ctrl C stops it; nothing that was sent gets lost.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { dataDir, createDataDir: create } = config;
  await seed({ dataDir, create, origins: originsOf(config) });
  const quiet = process.env.LOG_LEVEL ? config : { ...config, logLevel: 'warn' };
  const relay = await createRelay({
    config: quiet,
    mounts: [...builtMounts(), ...shop],
    home: '/demo/',
  });
  const token = await relay.agents.bootstrap(config.admin);
  const stopped = stopOnSignal(relay, (line) => process.stdout.write(`${line}\n`));
  announce(config.publicUrl ?? relay.url, token);
  await stopped;
}

try {
  await main();
} catch (error) {
  const text = error instanceof StartupError ? error.message : (error as Error).stack;
  process.stderr.write(`throughline: ${text}\n`);
  process.exitCode = 1;
}
