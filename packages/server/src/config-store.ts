import type { PostgresSettings } from './store/open.ts';

type Env = Record<string, string | undefined>;

/** DATABASE_URL, DATABASE_LANES (4) and DATABASE_POLL_MS (250); without the first, the embedded store. */
export function readPostgres(env: Env, faults: string[]): PostgresSettings | undefined {
  const { DATABASE_URL: url } = env;
  if (!url) return undefined;
  // Never shown: it holds a password.
  if (!isAddress(url))
    faults.push(
      'DATABASE_URL takes the address of a PostgreSQL database, such as postgres://relay:secret@db.example:5432/throughline.',
    );
  return {
    url,
    lanes: readNumber('DATABASE_LANES', { env, faults, usual: 4, most: 64 }),
    pollMs: readNumber('DATABASE_POLL_MS', { env, faults, usual: 250, most: 60_000 }),
  };
}

/** REDIS_URL; without it relays on one database find what others did in the log alone. */
export function readRedis({ REDIS_URL: url, DATABASE_URL }: Env, faults: string[]) {
  if (!url) return undefined;
  const isGood = URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
  if (!isGood)
    faults.push(
      'REDIS_URL takes the address of a Redis server, such as redis://cache.example:6379.',
    );
  if (!DATABASE_URL)
    faults.push('REDIS_URL is of no use without DATABASE_URL; set both, or neither.');
  return url;
}

function isAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, pathname } = new URL(url);
  return /^postgres(ql)?:$/.test(protocol) && pathname.length > 1;
}

interface Asked {
  env: Env;
  faults: string[];
  usual: number;
  most: number;
}

function readNumber(name: string, { env, faults, usual, most }: Asked): number {
  const value = env[name];
  if (!value) return usual;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > most)
    faults.push(`${name} is "${value}"; it takes a whole number from 1 to ${most}.`);
  return number;
}
