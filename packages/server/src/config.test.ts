import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { misspelledIn, settings } from './config-names.ts';
import { StartupError } from './lib/errors.ts';

function faults(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}

test('without a word said, it is this machine, a folder beside us, and nobody trusted', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 4600,
    dataDir: resolve('./data'),
    createDataDir: true,
    publicUrl: undefined,
    trustProxy: false,
    admin: undefined,
    logLevel: 'info',
    egressAllow: [],
    streams: [],
    files: { maxBytes: 20 * 1024 * 1024, quotaBytes: 200 * 1024 * 1024, keepMetadata: false },
    limits: {
      commandsPerSecond: 10,
      startsPerMinute: 60,
      connectsPerMinute: 300,
      requestsPerMinute: 600,
      keyRequestsPerMinute: 6000,
      signInsPer15Minutes: 10,
    },
  });
});

test('an empty value is as if it were not there', () => {
  const names = [
    'HOST',
    'PORT',
    'DATA_DIR',
    'PUBLIC_URL',
    'TRUST_PROXY',
    'LOG_LEVEL',
    'EGRESS_ALLOW',
    'FILE_MAX_MB',
    'FILE_QUOTA_MB',
    'FILE_METADATA',
    'CLAMD_URL',
    'S3_BUCKET',
    'S3_ENDPOINT',
    'THROUGHLINE_ADMIN_EMAIL',
    'THROUGHLINE_ADMIN_PASSWORD',
  ];
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
});

test('every setting is read', () => {
  const env = {
    HOST: '0.0.0.0',
    PORT: '8080',
    DATA_DIR: '/var/lib/throughline',
    PUBLIC_URL: 'https://chat.example.com',
    TRUST_PROXY: '2',
    LOG_LEVEL: 'warn',
    EGRESS_ALLOW: '10.0.0.0/8, ::1',
    THROUGHLINE_ADMIN_EMAIL: 'root@example.com',
    THROUGHLINE_ADMIN_PASSWORD: 'correct horse battery',
  };
  expect(readConfig(env)).toMatchObject({
    host: '0.0.0.0',
    port: 8080,
    dataDir: '/var/lib/throughline',
    createDataDir: false,
    publicUrl: 'https://chat.example.com',
    trustProxy: 2,
    logLevel: 'warn',
    egressAllow: ['10.0.0.0/8', '::1'],
    admin: { email: 'root@example.com', password: 'correct horse battery' },
  });
});

test('[CF-03] all that is wrong is said at once', () => {
  const sentence = faults({
    PORT: 'http',
    PUBLIC_URL: 'chat',
    TRUST_PROXY: 'true',
    LOG_LEVEL: 'loud',
    EGRESS_ALLOW: 'intranet',
    THROUGHLINE_ADMIN_EMAIL: 'root',
    THROUGHLINE_ADMIN_PASSWORD: 'short',
  });
  for (const name of [
    'PORT',
    'PUBLIC_URL',
    'TRUST_PROXY',
    'LOG_LEVEL',
    'EGRESS_ALLOW',
    'THROUGHLINE_ADMIN_EMAIL',
    'THROUGHLINE_ADMIN_PASSWORD',
  ])
    expect(sentence).toContain(name);
  expect(sentence).toMatch(/^The settings are wrong: /);
});

describe('[CF-03] a name that is no setting', () => {
  test.each([
    ['THROUGHLINE_ADMIN_PASSWORT', 'THROUGHLINE_ADMIN_PASSWORD'],
    ['THROUGHLINE_ADMIN_EMIAL', 'THROUGHLINE_ADMIN_EMAIL'],
    ['THROUGHLINE_PUBLIC_URL', 'PUBLIC_URL'],
    ['THROUGHLINE_PUBLIC_ULR', 'PUBLIC_URL'],
    ['THROUGHLINE_PORT', 'PORT'],
    ['THROUGHLINE_APIKEY', 'THROUGHLINE_API_KEY'],
  ])('and is %s is a fault that names the nearest: %s', (name, meant) => {
    expect(faults({ [name]: 'x', LOG_LEVEL: 'loud' })).toMatch(
      `${name} is no setting; did you mean ${meant}? LOG_LEVEL is "loud"`,
    );
  });

  test.each([
    ['PUBLIC_ULR', 'PUBLIC_ULR is no setting; did you mean PUBLIC_URL?'],
    ['TRUSTPROXY', 'TRUSTPROXY is no setting; did you mean TRUST_PROXY?'],
    ['LOGLEVEL', 'LOGLEVEL is no setting; did you mean LOG_LEVEL?'],
    ['FILE_MAX_MBS', 'FILE_MAX_MBS is no setting; did you mean FILE_MAX_MB?'],
    ['REDIS_STREAM_PPI', 'REDIS_STREAM_PPI is no setting; did you mean REDIS_STREAM_PII?'],
    ['THROUGHLINE_SMTP_HOST', 'THROUGHLINE_SMTP_HOST is no setting.'],
  ])('and may be somebody else’s is a warning: %s', (name, says) => {
    expect(misspelledIn({ [name]: 'x' })).toEqual({ faults: [], warnings: [says] });
    expect(readConfig({ [name]: 'x' })).toEqual(readConfig({}));
  });

  test('and is nothing like ours, empty, or set by Kubernetes for a service of our name is passed over', () => {
    const env = {
      ...{ PATH: '/bin', HOME: '/root', HOSTNAME: 'a', POST: 'x', NODE_ENV: 'production' },
      ...{ TZ: 'UTC', LC_ALL: 'C', PGHOST: 'db', AWS_REGION: 'eu', PUBLIC_ULR: '' },
      ...{ THROUGHLINE_PORT: 'tcp://10.0.0.1:4600', THROUGHLINE_SERVICE_HOST: '10.0.0.1' },
      ...{ THROUGHLINE_SERVICE_PORT_HTTP: '4600', THROUGHLINE_PORT_4600_TCP_ADDR: '10.0.0.1' },
    };
    expect(misspelledIn(env)).toEqual({ faults: [], warnings: [] });
  });

  test('all that is read is known as a setting', () => {
    const asked = new Set<string>();
    const env = new Proxy<Record<string, string>>(
      {},
      {
        get(_, name) {
          asked.add(String(name));
          return 'x';
        },
      },
    );
    expect(() => readConfig(env)).toThrow(StartupError);
    expect(asked.size).toBeGreaterThan(25);
    expect([...asked].filter((name) => !settings.includes(name))).toEqual([]);
  });
});

describe('DATABASE_URL', () => {
  const url = 'postgres://relay:secret@db.example:5432/throughline';

  test('makes PostgreSQL keep the log; lanes and polls are as usual unless said', () => {
    expect(readConfig({ DATABASE_URL: url }).postgres).toEqual({ url, lanes: 4, pollMs: 250 });
    const env = { DATABASE_URL: url, DATABASE_LANES: '8', DATABASE_POLL_MS: '1000' };
    expect(readConfig(env).postgres).toEqual({ url, lanes: 8, pollMs: 1000 });
    expect(readConfig({ DATABASE_URL: '' }).postgres).toBeUndefined();
  });
  test.each(['mysql://relay:secret@db/x', 'relay:secret', 'postgres://relay:secret@db', 'secret'])(
    'may not be %s, and is never repeated',
    (DATABASE_URL) => {
      const sentence = faults({ DATABASE_URL });
      expect(sentence).toContain('DATABASE_URL takes the address of a PostgreSQL database');
      expect(sentence.replace('postgres://relay:secret@db.example', '')).not.toContain('secret');
    },
  );
  test.each(['0', '65', 'many', '1.5'])('takes no %s lanes', (DATABASE_LANES) => {
    expect(faults({ DATABASE_URL: url, DATABASE_LANES })).toContain('DATABASE_LANES is');
  });
});

describe('PORT', () => {
  test.each(['0', '1', '65535'])('may be %s', (PORT) => {
    expect(readConfig({ PORT }).port).toBe(Number(PORT));
  });
  test.each(['-1', '65536', '4600.5', 'http', '46 00', 'NaN', 'Infinity'])(
    'may not be %s',
    (PORT) => {
      expect(faults({ PORT })).toContain(`PORT is "${PORT}"`);
    },
  );
});

describe('PUBLIC_URL', () => {
  test.each([
    ['https://chat.example.com', 'https://chat.example.com'],
    ['https://chat.example.com/', 'https://chat.example.com'],
    ['https://Chat.Example.com:443', 'https://chat.example.com'],
    ['http://localhost:4600', 'http://localhost:4600'],
  ])('%s is %s', (PUBLIC_URL, origin) => {
    expect(readConfig({ PUBLIC_URL }).publicUrl).toBe(origin);
  });
  test.each([
    'chat.example.com',
    'ftp://chat.example.com',
    'https://chat.example.com/chat',
    'https://chat.example.com/?a',
    'javascript:alert(1)',
    '/',
  ])('may not be %s', (PUBLIC_URL) => {
    expect(faults({ PUBLIC_URL })).toContain('PUBLIC_URL is');
  });
});

describe('TRUST_PROXY', () => {
  test.each([
    ['1', 1],
    ['9', 9],
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, 192.168.0.0/16', ['10.0.0.0/8', '192.168.0.0/16']],
    ['::1', ['::1']],
    ['fd00::/32', ['fd00::/32']],
    ['2001:db8::1/128', ['2001:db8::1/128']],
  ])('may be %s', (TRUST_PROXY, expected) => {
    expect(readConfig({ TRUST_PROXY }).trustProxy).toEqual(expected);
  });

  test.each([
    'true',
    'yes',
    '0',
    '10',
    '-1',
    '1.5',
    '*',
    'loopback',
    'proxy.example.com',
    // Ranges that would trust everybody, or every address of one kind.
    '0.0.0.0/0',
    '10.0.0.0/7',
    '::/0',
    '2000::/3',
    'fd00::/31',
    // IPv4 in IPv6 clothes (CVE-2026-92395).
    '::ffff:10.0.0.0/8',
    '::ffff:10.0.0.1',
    '::ffff:0a00:0001',
    '::FFFF:10.0.0.1/104',
    // What only looks like an address.
    '999.1.1.1',
    '10.0.0',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.1/8/8',
    '10.0.0.1/eight',
    '10.0.0.1/0x10',
    '::1/129',
    ':::',
    '10.0.0.1,',
    ',',
    '10.0.0.1;10.0.0.2',
  ])('[CF-04] may not be %s', (TRUST_PROXY) => {
    expect(faults({ TRUST_PROXY })).toContain(`TRUST_PROXY is "${TRUST_PROXY}"`);
  });
});

describe('the first administrator', () => {
  const email = 'root@example.com';
  const password = 'correct horse battery';
  test.each([
    [{ THROUGHLINE_ADMIN_EMAIL: email }, 'go together'],
    [{ THROUGHLINE_ADMIN_PASSWORD: password }, 'go together'],
    [{ THROUGHLINE_ADMIN_EMAIL: 'root', THROUGHLINE_ADMIN_PASSWORD: password }, 'not an e-mail'],
    [{ THROUGHLINE_ADMIN_EMAIL: email, THROUGHLINE_ADMIN_PASSWORD: 'elevenchars' }, 'too short'],
  ])('[CF-01] %o: %s', (env, says) => {
    expect(faults(env as Record<string, string>)).toContain(says);
  });

  test('[P28] a fault never shows the password', () => {
    const env = { THROUGHLINE_ADMIN_EMAIL: 'root', THROUGHLINE_ADMIN_PASSWORD: 'CANARY' };
    expect(faults(env)).not.toContain('CANARY');
  });
});

const bucket = {
  S3_BUCKET: 'chat-files',
  S3_ENDPOINT: 'https://s3.eu-central-1.amazonaws.com/',
  S3_REGION: 'eu-central-1',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'CANARY',
};

test('files go to a bucket where one is named', () => {
  expect(readConfig({}).s3).toBeUndefined();
  expect(readConfig(bucket).s3).toEqual({
    endpoint: 'https://s3.eu-central-1.amazonaws.com',
    bucket: 'chat-files',
    region: 'eu-central-1',
    accessKeyId: 'key',
    secretAccessKey: 'CANARY',
  });
  expect(readConfig({ ...bucket, S3_REGION: '' }).s3?.region).toBe('us-east-1');
});

test.each([
  ['S3_BUCKET', 'Chat/Files'],
  ['S3_BUCKET', ''],
  ['S3_ENDPOINT', ''],
  ['S3_ENDPOINT', 'https://s3.example/chat-files'],
  ['S3_ENDPOINT', 'https://user:pass@s3.example'],
  ['S3_ACCESS_KEY_ID', ''],
  ['S3_SECRET_ACCESS_KEY', ''],
])('a bucket whose %s is "%s" stops the start, and no secret is shown', (name, value) => {
  expect(() => readConfig({ ...bucket, [name]: value })).toThrow(name);
  expect(() => readConfig({ ...bucket, [name]: value })).not.toThrow('CANARY');
});

test('sizes of files are whole megabytes, and all that is wrong is listed', () => {
  const env = { FILE_MAX_MB: '5', FILE_QUOTA_MB: '50', FILE_METADATA: 'keep' };
  const files = { maxBytes: 5_242_880, quotaBytes: 52_428_800, keepMetadata: true };
  expect(readConfig(env).files).toEqual(files);
  const wrong = { FILE_MAX_MB: '0', FILE_QUOTA_MB: '1.5', FILE_METADATA: 'some' };
  for (const name of Object.keys(wrong)) expect(() => readConfig(wrong)).toThrow(name);
});

test('files are looked at by the scanner that is named', () => {
  const scanner = (CLAMD_URL: string) => readConfig({ CLAMD_URL }).scanner;
  expect(readConfig({}).scanner).toBeUndefined();
  expect(scanner('tcp://clamd')).toEqual({ host: 'clamd', port: 3310 });
  expect(scanner('tcp://[::1]:3311')).toEqual({ host: '::1', port: 3311 });
  for (const wrong of ['clamd:3310', 'http://clamd', 'tcp://', 'tcp://clamd/x', '/run/clamd.sock'])
    expect(() => scanner(wrong)).toThrow('CLAMD_URL');
});
