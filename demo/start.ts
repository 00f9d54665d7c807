/**
 * The whole main job on one port: relay, console and a demo shop with a morning's conversations; beside
 * it the shop's own CRM, billing and bot. PORT, HOST and DATA_DIR come from the environment, like every other
 * setting of the relay; CRM_PORT, BILLING_PORT and BOT_PORT are ten to twelve above PORT unless said otherwise.
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
import { confirmCustomers } from './seed/confirm.ts';
import { seed } from './seed/seed.ts';
import { SITE } from './seed/stories.ts';
import { keepToken } from './shop/sign-in.ts';
import { type Systems, startSystems } from './systems/systems.ts';

/** As strict as a page can be: the widget has to work on it. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src 'self'; require-trusted-types-for 'script'";

const dir = join(import.meta.dirname, 'site');
const headers = { 'content-security-policy': STRICT_POLICY };
const shopOf = (session: string): Mount[] => [
  { path: '/demo', dir, headers },
  // A product's page exists in the browser only; asked for directly, the gear page shows it.
  // A policy of the worker's own would forbid it to import.
  { path: '/demo/push', dir: join(dir, 'push') },
  { path: '/demo/session', dir: session },
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

/** Where programs of this machine reach the relay. */
function localUrl({ host, port }: Config): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  return `http://${everywhere[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;
}

function portOf(setting: 'CRM_PORT' | 'BILLING_PORT' | 'BOT_PORT', usual: number): number {
  const value = process.env[setting];
  const port = value ? Number(value) : usual;
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartupError(`${setting} is "${value || port}"; it takes a whole number up to 65535.`);
}

function announce(base: string, { crm, billing }: Systems, token: string | undefined): void {
  const lines = [
    '',
    '  Throughline is running.',
    '',
    `    Demo shop   ${base}/demo/`,
    `    Console     ${base}/console/`,
    `    CRM         ${crm}/`,
    `    Billing     ${billing}/`,
    ...(token
      ? ['', '  Make yourself the administrator, once:', `    ${base}/console/#setup=${token}`]
      : []),
    '',
    '  Ctrl C stops it; nothing that was sent gets lost.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The settings of the environment; the demo's relay may also deliver to programs of this machine. */
function readSettings(): Config {
  const config = readConfig(process.env);
  const logLevel = process.env.LOG_LEVEL ? config.logLevel : 'warn';
  return { ...config, logLevel, egressAllow: [...config.egressAllow, '127.0.0.0/8'] };
}

async function main(): Promise<void> {
  const config = readSettings();
  const { dataDir, createDataDir: create, port } = config;
  const ports = {
    crm: portOf('CRM_PORT', port + 10),
    billing: portOf('BILLING_PORT', port + 11),
    bot: portOf('BOT_PORT', port + 12),
  };
  const keys = await seed({ dataDir, create, origins: originsOf(config), ports });
  const session = join(dataDir, 'systems/shop');
  keepToken(session, { site: SITE, key: keys.shop });
  const relayUrl = localUrl(config);
  // First, so that what the relay delivers at its start finds somebody.
  const systems = await startSystems({
    dataDir,
    keys,
    relay: relayUrl,
    site: SITE,
    ports,
  });
  try {
    const mounts = [...builtMounts(), ...shopOf(session)];
    const relay = await createRelay({ config, mounts, home: '/demo/' });
    const stopped = stopOnSignal(relay, (line) => process.stdout.write(`${line}\n`));
    try {
      const token = await relay.agents.bootstrap(config.admin);
      await confirmCustomers({ url: relayUrl, key: keys.crm });
      announce(config.publicUrl ?? relay.url, systems, token);
    } catch (error) {
      await relay.stop();
      throw error;
    }
    await stopped;
  } finally {
    await systems.close();
  }
}

try {
  await main();
} catch (error) {
  const text = error instanceof StartupError ? error.message : (error as Error).stack;
  process.stderr.write(`throughline: ${text}\n`);
  process.exitCode = 1;
}
