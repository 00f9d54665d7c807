import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { type FileLimits, readFiles, readS3, readScanner } from './config-files.ts';
import { misspelledIn } from './config-names.ts';
import { readPostgres, readRedis } from './config-store.ts';
import { readStreams, type StreamSettings } from './config-streams.ts';
import type { ScannerAddress } from './lib/clamd.ts';
import { StartupError } from './lib/errors.ts';
import { originIn } from './lib/origin.ts';
import type { PostgresSettings } from './store/open.ts';
import type { S3Settings } from './store/s3-blobs.ts';

export interface Config {
  host: string;
  port: number;
  dataDir: string;
  /** The default folder is made on a first start; a folder named on purpose has to be there. */
  createDataDir: boolean;
  /** Where the log is kept instead of in the data folder. */
  postgres: PostgresSettings | undefined;
  /** Where relays on one database tell each other what is not stored. */
  redisUrl: string | undefined;
  /** Where people reach this relay, without a trailing slash; links and origin checks use it. */
  publicUrl: string | undefined;
  /** How many proxies in front are ours, or their exact addresses and ranges. */
  trustProxy: number | string[] | false;
  admin: { email: string; password: string } | undefined;
  logLevel: string;
  /** Addresses and ranges of the operator's own network that webhooks may reach, over plain http too. */
  egressAllow: string[];
  /** Message brokers that get every event. */
  streams: StreamSettings[];
  files: FileLimits;
  /** Asked about every file before it is taken. */
  scanner: ScannerAddress | undefined;
  /** Where files are kept instead of in the data folder. */
  s3: S3Settings | undefined;
  /** Requests and commands a second; enough for people and programs, not for floods. */
  limits: Limits;
}

export interface Limits {
  /** Commands and queries a second, per visitor or agent; bursts of four times as many. */
  commandsPerSecond: number;
  /** New conversations a minute, per address: each is a row in front of the agents. */
  startsPerMinute: number;
  /** New connections a minute, per address (IPv6: per /64). */
  connectsPerMinute: number;
  /** HTTP requests a minute, per address. */
  requestsPerMinute: number;
  /** HTTP requests a minute, per API key. */
  keyRequestsPerMinute: number;
  /** Failed sign-ins in 15 minutes, per account; ten times as many per address. */
  signInsPer15Minutes: number;
}

export const defaultLimits: Limits = {
  commandsPerSecond: 10,
  startsPerMinute: 60,
  connectsPerMinute: 300,
  requestsPerMinute: 600,
  keyRequestsPerMinute: 6000,
  signInsPer15Minutes: 10,
};

/** For benches and storms, which are about something else. */
export const noLimits: Limits = {
  commandsPerSecond: 1e9,
  startsPerMinute: 1e9,
  connectsPerMinute: 1e9,
  requestsPerMinute: 1e9,
  keyRequestsPerMinute: 1e9,
  signInsPer15Minutes: 1e9,
};

type Env = Record<string, string | undefined>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Reads and checks the environment; all that is wrong is listed at once.
 *
 * PORT (4600), HOST (127.0.0.1), DATA_DIR (./data), PUBLIC_URL, TRUST_PROXY (hops, or addresses
 * separated by commas), LOG_LEVEL (info), EGRESS_ALLOW (addresses and ranges), THROUGHLINE_ADMIN_EMAIL
 * and THROUGHLINE_ADMIN_PASSWORD (the first administrator, instead of a one-time link); NATS_URL,
 * RABBITMQ_URL, REDIS_STREAM_URL, MQTT_URL, and for each its …_PII (none); FILE_MAX_MB (20),
 * FILE_QUOTA_MB (200 for a conversation), FILE_METADATA (remove), CLAMD_URL; S3_BUCKET with S3_ENDPOINT, S3_REGION,
 * S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (files go there instead of the data folder); DATABASE_URL
 * with DATABASE_LANES and DATABASE_POLL_MS (the log goes there), REDIS_URL (between relays on it).
 */
export function readConfig(env: Env): Config {
  const { faults } = misspelledIn(env);
  const config: Config = {
    host: env.HOST || '127.0.0.1',
    port: readPort(env, faults),
    dataDir: resolve(env.DATA_DIR || './data'),
    createDataDir: !env.DATA_DIR,
    postgres: readPostgres(env, faults),
    redisUrl: readRedis(env, faults),
    publicUrl: readPublicUrl(env, faults),
    trustProxy: readTrustProxy(env, faults),
    admin: readAdmin(env, faults),
    logLevel: readLogLevel(env, faults),
    egressAllow: readEgressAllow(env, faults),
    streams: readStreams(env, faults),
    files: readFiles(env, faults),
    scanner: readScanner(env, faults),
    s3: readS3(env, faults),
    limits: defaultLimits,
  };
  if (faults.length > 0) throw new StartupError(`The settings are wrong: ${faults.join(' ')}`);
  return config;
}

function readPort(env: Env, faults: string[]): number {
  if (!env.PORT) return 4600;
  const port = Number(env.PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    faults.push(`PORT is "${env.PORT}"; it takes a whole number up to 65535.`);
  return port;
}

function readPublicUrl(env: Env, faults: string[]): string | undefined {
  const value = env.PUBLIC_URL;
  if (!value) return undefined;
  const origin = originIn(value);
  if (!origin)
    faults.push(`PUBLIC_URL is "${value}"; it takes an origin such as https://chat.example.com.`);
  return origin;
}

function readTrustProxy(env: Env, faults: string[]): Config['trustProxy'] {
  const value = env.TRUST_PROXY;
  if (!value) return false;
  if (/^[1-9]$/.test(value)) return Number(value);
  const parts = listOf(value);
  // Ranges this wide, and IPv4 ranges in IPv6 clothes, would trust everybody (CVE-2026-92395).
  if (!parts.every((part) => isRange(part, [8, 32])))
    faults.push(
      `TRUST_PROXY is "${value}"; it takes a number of hops from 1 to 9, or exact addresses and narrow ranges.`,
    );
  return parts;
}

const listOf = (value: string): string[] => value.split(',').map((part) => part.trim());

/** An address, or a range no wider than `least` bits for its family. */
function isRange(part: string, [least4, least6]: [number, number]): boolean {
  const [address = '', bits, ...more] = part.split('/');
  const version = isIP(address);
  const isMapped = version === 6 && (address.includes('.') || /^::ffff:/i.test(address));
  if (version === 0 || isMapped || more.length > 0) return false;
  const [least, most] = version === 4 ? [least4, 32] : [least6, 128];
  return bits === undefined || (/^\d+$/.test(bits) && +bits >= least && +bits <= most);
}

function readEgressAllow(env: Env, faults: string[]): string[] {
  if (!env.EGRESS_ALLOW) return [];
  const parts = listOf(env.EGRESS_ALLOW);
  if (!parts.every((part) => isRange(part, [0, 0])))
    faults.push(
      `EGRESS_ALLOW is "${env.EGRESS_ALLOW}"; it takes addresses and ranges such as 10.0.0.0/8, separated by commas.`,
    );
  return parts;
}

function readAdmin(env: Env, faults: string[]): Config['admin'] {
  const { THROUGHLINE_ADMIN_EMAIL: email, THROUGHLINE_ADMIN_PASSWORD: password } = env;
  if (!email && !password) return undefined;
  if (!email || !password) {
    faults.push('THROUGHLINE_ADMIN_EMAIL and THROUGHLINE_ADMIN_PASSWORD go together; set both.');
    return undefined;
  }
  if (!email.includes('@')) faults.push('THROUGHLINE_ADMIN_EMAIL is not an e-mail address.');
  if (password.length < 12)
    faults.push('THROUGHLINE_ADMIN_PASSWORD is too short; use at least 12 characters.');
  return { email, password };
}

function readLogLevel(env: Env, faults: string[]): string {
  const level = env.LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(level))
    faults.push(`LOG_LEVEL is "${level}"; it takes one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}
