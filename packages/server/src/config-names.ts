import { nearest } from './lib/nearest.ts';

type Env = Record<string, string | undefined>;

/** Every name that is read of an environment, by the relay or a command beside it. */
export const settings: readonly string[] = [
  ...['HOST', 'PORT', 'DATA_DIR', 'PUBLIC_URL', 'TRUST_PROXY', 'LOG_LEVEL', 'EGRESS_ALLOW'],
  ...['DATABASE_URL', 'DATABASE_LANES', 'DATABASE_POLL_MS', 'REDIS_URL'],
  ...['NATS', 'RABBITMQ', 'REDIS_STREAM', 'MQTT'].flatMap((it) => [`${it}_URL`, `${it}_PII`]),
  ...['FILE_MAX_MB', 'FILE_QUOTA_MB', 'FILE_METADATA', 'CLAMD_URL'],
  ...['S3_BUCKET', 'S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ...['THROUGHLINE_ADMIN_EMAIL', 'THROUGHLINE_ADMIN_PASSWORD'],
  ...['THROUGHLINE_API_KEY', 'THROUGHLINE_URL', 'THROUGHLINE_WEBHOOK_SECRET'],
];

const OURS = /^THROUGHLINE_/;
/** What Kubernetes sets for a service of our name, beside `THROUGHLINE_PORT=tcp://…`. */
const LINKED = /^THROUGHLINE_(SERVICE_(HOST|PORT)|PORT_\d)/;
const isLink = (name: string, value: string): boolean =>
  LINKED.test(name) || value.startsWith('tcp://');

/** So short a name may well be somebody else's. */
const SHORTEST = 8;

function meantBy(name: string): string | undefined {
  const bare = name.replace(OURS, '');
  if (settings.includes(bare)) return bare;
  return name.length < SHORTEST ? undefined : (nearest(name, settings) ?? nearest(bare, settings));
}

/**
 * Names that are no settings, and look as if they were meant to be. Those of ours that are misspelled are
 * `faults`; an environment has other people's names as well, of which some may be near ours by chance.
 */
export function misspelledIn(env: Env): { faults: string[]; warnings: string[] } {
  const [faults, warnings]: [string[], string[]] = [[], []];
  for (const [name, value = ''] of Object.entries(env)) {
    if (settings.includes(name) || value === '' || isLink(name, value)) continue;
    const meant = meantBy(name);
    if (meant)
      (OURS.test(name) ? faults : warnings).push(`${name} is no setting; did you mean ${meant}?`);
    else if (OURS.test(name)) warnings.push(`${name} is no setting.`);
  }
  return { faults, warnings };
}
