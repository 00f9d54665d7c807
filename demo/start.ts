/**
 * The whole main job on one port: relay, console and a demo shop with a morning's conversations; beside
 * it the shop's own CRM, billing and bot. PORT, HOST and DATA_DIR come from the environment, like every other
 * setting of the relay; CRM_PORT, BILLING_PORT and BOT_PORT are ten to twelve above PORT unless said otherwise.
 */
import { networkInterfaces } from 'node:os';
import { type Config, StartupError, stopOnSignal } from '@throughline/server';
import { confirmCustomers } from './seed/confirm.ts';
import { seed } from './seed/seed.ts';
import { SITE } from './seed/stories.ts';
import { createShopRelay, readSettings, sessionOf } from './shop/relay.ts';
import { keepToken } from './shop/sign-in.ts';
import { type Systems, startSystems } from './systems/systems.ts';

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

async function main(): Promise<void> {
  const config = readSettings(process.env);
  const { dataDir, port } = config;
  const ports = {
    crm: portOf('CRM_PORT', port + 10),
    billing: portOf('BILLING_PORT', port + 11),
    bot: portOf('BOT_PORT', port + 12),
  };
  const keys = await seed({ ...config, origins: originsOf(config), ports });
  keepToken(sessionOf(config), { site: SITE, key: keys.shop });
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
    const relay = await createShopRelay(config);
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
