import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { testConfig } from '../../test/relay.ts';
import { type Config, readConfig } from '../config.ts';
import { addressReader, ownOrigin } from './address.ts';
import { isHttps, sessionCookie, sessionToken } from './cookies.ts';
import { networkOf } from './limits.ts';

const request = (headers: Record<string, string>, peer = '203.0.113.9'): IncomingMessage =>
  ({ headers, socket: { remoteAddress: peer } }) as unknown as IncomingMessage;

const from = (trust: Config['trustProxy'], forwarded: string | undefined, peer?: string) =>
  addressReader(trust)(
    request(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, peer),
  );

describe('whose request it is', () => {
  test.each(['1.2.3.4', '1.2.3.4, 5.6.7.8', 'garbage', '', '::1', '"1.2.3.4"'])(
    '[HS-15] without a proxy of ours, X-Forwarded-For: %j says nothing',
    (forwarded) => {
      expect(from(false, forwarded)).toBe('203.0.113.9');
    },
  );

  test('[HS-15] behind proxies of ours it is the right-most hop that is not one', () => {
    expect(from(1, '6.6.6.6, 198.51.100.7')).toBe('198.51.100.7');
    expect(from(2, '6.6.6.6, 198.51.100.7, 10.0.0.2')).toBe('198.51.100.7');
    expect(from(1, undefined)).toBe('203.0.113.9');
    const { trustProxy } = readConfig({ TRUST_PROXY: '10.0.0.0/8' });
    expect(from(trustProxy, '6.6.6.6, 198.51.100.7, 10.0.0.2', '10.0.0.1')).toBe('198.51.100.7');
    expect(from(trustProxy, '10.0.0.3, 10.0.0.2', '10.0.0.1')).toBe('10.0.0.3');
  });

  test('a peer that is no proxy of ours is believed nothing', () => {
    const { trustProxy } = readConfig({ TRUST_PROXY: '10.0.0.0/8' });
    expect(from(trustProxy, '1.2.3.4')).toBe('203.0.113.9');
    expect(from(trustProxy, '1.2.3.4', '::ffff:203.0.113.9')).toBe('::ffff:203.0.113.9');
  });

  test('[HS-15] an IPv4 proxy is known in IPv6 clothes', () => {
    const { trustProxy } = readConfig({ TRUST_PROXY: '10.0.0.0/8' });
    expect(from(trustProxy, '198.51.100.7', '::ffff:10.0.0.1')).toBe('198.51.100.7');
  });
});

describe('which network an address counts for', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('[HS-14] all addresses of one /64 are one network, its neighbours are others', () => {
    const one = Array.from({ length: 50 }, (_, i) =>
      networkOf(`2001:db8:1:2:${i.toString(16)}::${i}`),
    );
    expect(new Set(one).size).toBe(1);
    expect(networkOf('2001:db8:1:3::1')).not.toBe(one[0]);
  });
});

describe('[RS-12] under which origin people reach us', () => {
  const config = (more: Partial<Config> = {}) => testConfig('/nowhere', more as object);
  const asked = { host: 'chat.example.com' };

  test('is what the settings say, whatever a request claims', () => {
    const publicUrl = 'https://chat.example.com';
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    };
    expect(ownOrigin(request(forged), config({ publicUrl, trustProxy: 1 }))).toBe(publicUrl);
  });

  test('or else the host that was asked for, over what it came in', () => {
    expect(ownOrigin(request(asked), config())).toBe('http://chat.example.com');
    expect(ownOrigin(request({}), config())).toBe('http://');
  });

  test('X-Forwarded-Proto counts behind a proxy of ours only, X-Forwarded-Host never', () => {
    const forwarded = {
      ...asked,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    };
    expect(ownOrigin(request(forwarded), config())).toBe('http://chat.example.com');
    expect(ownOrigin(request(forwarded), config({ trustProxy: 1 }))).toBe(
      'https://chat.example.com',
    );
    expect(
      ownOrigin(request({ ...asked, 'x-forwarded-proto': 'gopher' }), config({ trustProxy: 1 })),
    ).toBe('http://chat.example.com');
  });

  test('decides which cookie is ours', () => {
    const https = config({ publicUrl: 'https://chat.example.com' });
    const both = { cookie: 'throughline=plain; __Host-throughline=secure; other=x' };
    expect(isHttps(request({}), https)).toBe(true);
    expect(sessionToken(request(both), https)).toBe('secure');
    expect(sessionToken(request(both), config())).toBe('plain');
    // Somebody who can only set a plain cookie gets nowhere under https.
    expect(sessionToken(request({ cookie: 'throughline=fixed' }), https)).toBeUndefined();
    expect(sessionToken(request({}), https)).toBeUndefined();
    expect(sessionCookie(true)).toBe('__Host-throughline');
  });
});
