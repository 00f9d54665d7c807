import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecure, TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { StreamKind } from '../src/config-streams.ts';
import { connects } from '../src/sinks/streams/index.ts';
import { createAuthority, type Pair, selfSigned, trust } from './certificate.ts';
import { until } from './relay.ts';

const HOST = 'localhost';
const authority = createAuthority();

/** A broker that only listens: what reached it over TLS. */
async function listen(kind: StreamKind, pair: Pair) {
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const hear = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', (bytes: Buffer) => heard.push(bytes));
  };
  // NATS greets in the clear and goes on over TLS.
  const server =
    kind === 'nats'
      ? createServer((socket) => {
          sockets.add(socket.on('error', () => {}));
          socket.write('INFO {"version":"2.11.0","proto":1,"tls_required":true}\r\n');
          hear(new TLSSocket(socket, { isServer: true, ...pair }));
        })
      : createSecure(pair, hear);
  server.listen(0, HOST);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    text: () => Buffer.concat(heard).toString('latin1'),
  };
}

/** Connects until the test is over; why it failed. */
function connect(kind: StreamKind, url: string): Promise<string> {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const { signal } = ending;
  return connects[kind]({ url, prefix: 'test', signal }).then(
    () => 'connected',
    (error: Error & { code?: string }) => `${error.code} ${error.message}`,
  );
}

describe.each([
  ['nats', 'tls', 'CONNECT {'],
  ['rabbitmq', 'amqps', 'AMQP'],
  ['redis', 'rediss', '*'],
  ['mqtt', 'mqtts', '\x10'],
] as const)('%s under %s://', (kind, scheme, hello) => {
  test('talks over TLS to whom somebody trusted vouches for', async () => {
    trust(authority);
    const broker = await listen(kind, authority.issue({ host: HOST }));
    void connect(kind, `${scheme}://user:secret@${HOST}:${broker.port}`);
    await until(() => broker.text() !== '', 'the first words');
    expect(broker.text().startsWith(hello)).toBe(true);
  });

  test.each([
    ['vouches only for itself', selfSigned({ host: HOST }), /self-signed certificate/],
    ['is of another host', authority.issue({ host: 'x.example' }), /does not match/],
    ['is over', authority.issue({ host: HOST, end: new Date(0) }), /certificate has expired/],
  ])('says nothing to one whose certificate %s, and why', async (_what, pair, reason) => {
    trust(authority);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const broker = await listen(kind, pair);
    expect(await connect(kind, `${scheme}://user:secret@${HOST}:${broker.port}`)).toMatch(reason);
    expect(broker.text()).toBe('');
  });
});

test('nats under tls:// says nothing to a server that does not offer it', async () => {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('INFO {"version":"2.11.0","proto":1}\r\n');
    socket.on('data', (bytes: Buffer) => heard.push(bytes));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `tls://user:secret@${HOST}:${(server.address() as AddressInfo).port}`;
  expect(await connect('nats', url)).toMatch(/does not support 'tls'/);
  expect(Buffer.concat(heard).toString()).toBe('');
});
