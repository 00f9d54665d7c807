import type { PiiLevel } from '@throughline/shared/schema';

type Env = Record<string, string | undefined>;

export type StreamKind = 'nats' | 'rabbitmq' | 'redis' | 'mqtt';

/** A message broker that gets every event. */
export interface StreamSettings {
  kind: StreamKind;
  /** With whatever name and password it takes: never to be shown. */
  url: string;
  /** What it may see of people. */
  pii: PiiLevel;
  /** How the names of all its streams, exchanges, keys and topics begin. */
  prefix: string;
}

const brokers: { kind: StreamKind; env: string; schemes: string[]; example: string }[] = [
  { kind: 'nats', env: 'NATS', schemes: ['nats:', 'tls:'], example: 'nats://host:4222' },
  { kind: 'rabbitmq', env: 'RABBITMQ', schemes: ['amqp:', 'amqps:'], example: 'amqp://host:5672' },
  {
    kind: 'redis',
    env: 'REDIS_STREAM',
    schemes: ['redis:', 'rediss:'],
    example: 'redis://host:6379',
  },
  { kind: 'mqtt', env: 'MQTT', schemes: ['mqtt:', 'mqtts:'], example: 'mqtt://host:1883' },
];

const levels: readonly string[] = ['none', 'contact', 'content'] satisfies PiiLevel[];

/** One stream for each of NATS_URL, RABBITMQ_URL, REDIS_STREAM_URL and MQTT_URL. */
export function readStreams(env: Env, faults: string[]): StreamSettings[] {
  return brokers.flatMap(({ kind, env: name, ...expected }) => {
    const pii = readLevel(env, `${name}_PII`, faults);
    const url = env[`${name}_URL`];
    if (!url) return [];
    // The address is not repeated: there may be a password in it.
    if (!isAddress(url, expected.schemes))
      faults.push(`${name}_URL is not an address; it takes one such as ${expected.example}.`);
    return [{ kind, url, pii, prefix: 'throughline' }];
  });
}

function isAddress(value: string, schemes: string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return schemes.includes(protocol) && hostname !== '';
}

function readLevel(env: Env, name: string, faults: string[]): PiiLevel {
  const level = env[name] || 'none';
  if (!levels.includes(level))
    faults.push(`${name} is "${level}"; it takes one of ${levels.join(', ')}.`);
  return level as PiiLevel;
}
