import { join } from 'node:path';
import {
  builtMounts,
  type Config,
  createRelay,
  type Mount,
  type Relay,
  readConfig,
} from '@throughline/server';

/** As strict as a page can be: the widget has to work on it. */
const STRICT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws:; img-src 'self'; require-trusted-types-for 'script'";

const dir = join(import.meta.dirname, '../site');
const headers = { 'content-security-policy': STRICT_POLICY };

/** Where the shop keeps what its pages get of who is signed in. */
export const sessionOf = ({ dataDir }: Config): string => join(dataDir, 'systems/shop');

const pagesOf = (session: string): Mount[] => [
  { path: '/demo', dir, headers },
  // A product's page exists in the browser only; asked for directly, the gear page shows it.
  // A policy of the worker's own would forbid it to import.
  { path: '/demo/push', dir: join(dir, 'push') },
  { path: '/demo/session', dir: session },
  { path: '/demo/products', dir: join(dir, 'products'), fallback: 'index.html', headers },
];

/** Settings from the environment; the demo's relay may also deliver to programs of this machine. */
export function readSettings(env: NodeJS.ProcessEnv): Config {
  const config = readConfig(env);
  const logLevel = env.LOG_LEVEL ? config.logLevel : 'warn';
  return { ...config, logLevel, egressAllow: [...config.egressAllow, '127.0.0.0/8'] };
}

/** A relay that shows the shop's pages beside its own. */
export const createShopRelay = (config: Config): Promise<Relay> =>
  createRelay({
    config,
    mounts: [...builtMounts(), ...pagesOf(sessionOf(config))],
    home: '/demo/',
  });
