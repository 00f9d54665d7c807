import { describe, expect, test } from 'vitest';
import { readStreams } from './config-streams.ts';

function read(env: Record<string, string>) {
  const faults: string[] = [];
  return { streams: readStreams(env, faults), faults };
}

const URLS = {
  NATS_URL: 'nats://localhost:4222',
  RABBITMQ_URL: 'amqps://root:secret@rabbit.internal/events',
  REDIS_STREAM_URL: 'redis://localhost',
  MQTT_URL: 'mqtts://[::1]:8883',
};

test('every broker named is a stream, and sees nothing of people unless told', () => {
  expect(read({ ...URLS, MQTT_PII: 'content', NATS_PII: 'contact', RABBITMQ_PII: '' })).toEqual({
    streams: [
      { kind: 'nats', url: URLS.NATS_URL, pii: 'contact', prefix: 'throughline' },
      { kind: 'rabbitmq', url: URLS.RABBITMQ_URL, pii: 'none', prefix: 'throughline' },
      { kind: 'redis', url: URLS.REDIS_STREAM_URL, pii: 'none', prefix: 'throughline' },
      { kind: 'mqtt', url: URLS.MQTT_URL, pii: 'content', prefix: 'throughline' },
    ],
    faults: [],
  });
});

test('none is named, or an empty one: there is no stream', () => {
  const empty = Object.fromEntries(Object.keys(URLS).map((name) => [name, '']));
  expect(read({})).toEqual({ streams: [], faults: [] });
  expect(read(empty)).toEqual({ streams: [], faults: [] });
});

describe.each(Object.keys(URLS))('%s', (name) => {
  test.each(['localhost', 'http://localhost', 'nats:', '://', 'amqp://', 'redis:6379'])(
    'may not be %s',
    (value) => {
      expect(read({ [name]: value }).faults).toEqual([
        expect.stringMatching(`^${name} is not an address; it takes one such as `),
      ]);
    },
  );

  test('is not shown when it is wrong: a password may stand in it', () => {
    const { faults } = read({ [name]: 'http://root:CANARY@localhost' });
    expect(faults.join()).not.toContain('CANARY');
  });
});

test('a level is one there is; all that is wrong is said', () => {
  const { faults } = read({ NATS_PII: 'all', MQTT_PII: 'Content', REDIS_STREAM_URL: 'redis' });
  expect(faults).toEqual([
    'NATS_PII is "all"; it takes one of none, contact, content.',
    'REDIS_STREAM_URL is not an address; it takes one such as redis://host:6379.',
    'MQTT_PII is "Content"; it takes one of none, contact, content.',
  ]);
});
