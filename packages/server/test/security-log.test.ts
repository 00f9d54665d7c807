import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { connect, ORIGIN, refusal, SITE, startRelay, type TestRelay } from './relay.ts';
import { bytes, visitRaw } from './wire.ts';

interface Line {
  level: number;
  msg: string;
  code: string;
}

const told = ({ logLines }: TestRelay): object[] =>
  logLines
    .map((line): Line => JSON.parse(line))
    .filter(({ msg }) => msg.startsWith('security:'))
    .map(({ level, msg, ...rest }) => {
      expect(level).toBe(40);
      const { time: _, ...line } = rest as { time?: string };
      return line;
    });

const line = (code: string, at: string, more: object = {}) => ({
  ...{ code, network: '127.0.0.1', at, suppressed: 0 },
  ...more,
});

const email = 'canary@example.com';
const password = 'CANARY battery staple';

describe('[CF-09] one line of the security log tells', () => {
  test('of a refused handshake, with the site where it is one of ours', async () => {
    await using relay = await startRelay();
    const site = SITE;
    await refusal(relay.visitor({ origin: 'https://evil.example', token: 'CANARY' }));
    await refusal(relay.visitor({ origin: 'https://evil.example', token: 'CANARY' }));
    await refusal(relay.visitor({ site: 'CANARY', origin: ORIGIN }));
    const auth = { protocol: 1, csrf: 'CANARY'.padEnd(43, '-') };
    const headers = { origin: relay.url, cookie: 'throughline=CANARY' };
    await refusal(connect(relay.url, { namespace: '/agent', auth, headers }));
    await bytes(relay.url, 'GET /v1/socket/?EIO=99&x=CANARY HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(told(relay)).toEqual([
      line('origin_not_allowed', '/visitor', { site }),
      line('unknown_site', '/visitor'),
      line('unauthorized', '/agent'),
      line('bad_type', 'connect'),
    ]);
    expect(relay.logLines.join()).not.toContain('CANARY');
  });

  test('of too many connections of a network', async () => {
    await using relay = await startRelay({ config: { limits: { connectsPerMinute: 1 } } });
    await relay.visitor();
    for (let i = 0; i < 3; i++) await expect(relay.visitor()).rejects.toBeDefined();
    expect(told(relay)).toEqual([line('rate_limited', 'connect')]);
  });

  test('of guessed passwords, and of where a form of another site signs somebody in', async () => {
    await using relay = await startRelay({ config: { limits: { signInsPer15Minutes: 2 } } });
    const guess = (headers = {}) =>
      relay.fetch('/v1/session', { method: 'POST', body: { email, password }, headers });
    for (let i = 0; i < 4; i++) await guess();
    await guess({ origin: 'https://CANARY.example' });
    const at = 'POST /v1/session';
    expect(told(relay)).toEqual(
      ['bad_credentials', 'rate_limited', 'csrf_failed'].map((code) => line(code, at)),
    );
    expect(relay.logLines.join().toLowerCase()).not.toContain('canary');
  });

  test('of an agent without the proof, one who may not, a key that is none, and a key in an address', async () => {
    await using relay = await startRelay();
    const { session } = await relay.hire();
    const headers = { 'x-csrf-token': 'CANARY' };
    await relay.fetch('/v1/session', { method: 'DELETE', as: session, headers });
    await relay.fetch('/v1/keys', { as: session });
    await relay.fetch('/v1/events', { key: 'CANARY' });
    await relay.fetch(`/v1/events?key=${await relay.key()}`);
    await relay.fetch('/v1/session');
    expect(told(relay)).toEqual([
      line('csrf_failed', 'DELETE /v1/session'),
      line('forbidden', 'GET /v1/keys'),
      line('bad_key', 'GET /v1/events'),
      line('key_in_address', 'GET /v1/events'),
    ]);
  });

  test('[EV-18] of a visitor who commands like an agent, and of a packet that is none', async () => {
    await using relay = await startRelay();
    const visitor = await relay.visitor();
    await visitor.ask('note:add', { id: uuidv7(), text: 'CANARY' });
    await visitor.ask('note:add', { id: uuidv7(), text: 'CANARY' });
    await visitor.ask('CANARY', 'CANARY');
    await visitor.ask('conversation:start', { CANARY: 'CANARY' });
    const raw = await visitRaw(relay.url);
    raw.send('42/visitor,["CANARY');
    await raw.end();
    const site = SITE;
    expect(told(relay)).toEqual([
      line('forbidden', 'note:add', { site }),
      line('unknown_command', 'unknown', { site }),
      line('bad_type', 'conversation:start', { site }),
      line('bad_json', 'unknown', { site }),
    ]);
    expect(relay.logLines.join()).not.toContain('CANARY');
    const { text } = await relay.fetch('/metrics');
    expect(text).toContain('throughline_security_refusals_total{code="forbidden"} 2');
  });

  test('behind a proxy of ours, of the network it came from', async () => {
    await using relay = await startRelay({ config: { trustProxy: 1 } });
    const headers = { 'x-forwarded-for': '198.51.100.1, 2001:db8:0:7::99' };
    const network = '2001:db8:0:7::/64';
    await relay.fetch('/v1/events', { key: 'CANARY', headers });
    await refusal(relay.visitor({ site: 'nowhere', origin: ORIGIN, headers }));
    const visitor = await relay.visitor({ headers });
    await visitor.ask('note:add');
    expect(told(relay)).toEqual([
      line('bad_key', 'GET /v1/events', { network }),
      line('unknown_site', '/visitor', { network }),
      line('forbidden', 'note:add', { network, site: SITE }),
    ]);
  });
});
