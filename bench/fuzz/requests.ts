import { uuidv7 } from '@throughline/shared';
import type { Random } from '../referee/random.ts';
import { bend, damage, idOf } from './mutations.ts';
import type { Door } from './relay-process.ts';

interface Known {
  /** `get /v1/conversations/{id}` and all the others, as the relay describes itself. */
  operations: readonly (readonly [method: string, path: string])[];
  door: Door;
  conversation: string;
}

const BODIES: object[] = [
  { conversation: uuidv7(), text: 'Hello', site: 'shop', contact: uuidv7() },
  { name: 'CRM', scopes: ['events:read'], url: 'https://10.0.0.1/', types: ['message.*'] },
  { email: 'nobody@example.com', password: '' },
  { externalId: 'u-1', site: 'shop', name: 'Grace', attributes: { plan: 'pro' } },
  { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  { classes: [], queues: [], version: 3, assignee: null, expectedEpoch: 1, tags: ['a'] },
];
const OTHER_PATHS = [
  ...['/', '/livez', '/readyz', '/metrics', '/mcp', '/files/', '/files/main.ts', '/files/x/y'],
  ...['/files/../../package.json', '/files/..%2f..%2fpackage.json', '/.env', '//evil.example/'],
  ...['/v1/socket/?EIO=4&transport=websocket', '/v1/socket/?EIO=4&transport=polling&sid=__proto__'],
  ...['*', 'http://evil.example/v1/session', '/v1/events?limit=-1&after=x', '/%', '/\\'],
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT'];
const HEADERS = [
  ...['X-HTTP-Method-Override: DELETE', 'X-Forwarded-For: 1.2.3.4, ::1', 'X-Forwarded-Host: evil'],
  ...['Content-Encoding: gzip', 'Expect: 100-continue', 'Range: bytes=0-', 'Range: bytes=9-1,-'],
  ...['Upgrade: websocket\r\nConnection: Upgrade', 'Upgrade: h2c', 'Cookie: throughline=x; ;;='],
  ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13'],
  ...['Idempotency-Key: x', 'If-None-Match: *', 'Last-Event-ID: 9e99', 'Origin: null', 'Te: x'],
  `X-Long: ${'y'.repeat(20_000)}`,
  Array.from({ length: 200 }, (_, i) => `X-${i}: y`).join('\r\n'),
  ...[' folded: x', 'No colon', 'X-\0: x', 'X: \x01', ': x', 'Host: twice'],
];

/** How the body says where it ends; most of them lie. */
const LENGTHS: ((body: string) => string)[] = [
  (body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  (body) => `Content-Length: ${Buffer.byteLength(body) + 7}\r\n\r\n${body}`,
  (body) => `Content-Length: 3\r\n\r\n${body}`,
  (body) => `Content-Length: -1\r\n\r\n${body}`,
  (body) => `Content-Length: 99999999999\r\n\r\n${body}`,
  (body) => `Content-Length: 2\r\nContent-Length: 3\r\n\r\n${body}`,
  (body) => `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${body}`,
  (body) => `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  (body) => `Transfer-Encoding: chunked\r\n\r\nffffffff\r\n${body}`,
  (body) => `Transfer-Encoding: chunked, identity\r\n\r\n${body}`,
  (body) => `\r\n${body}`,
];

/** A path with something in place of each parameter. */
function address(random: Random, { operations, conversation }: Known): [string, string] {
  if (random.chance(0.15)) return [random.pick(METHODS), random.pick(OTHER_PATHS)];
  const [method, path] = random.pick(operations);
  const fills = [
    conversation,
    idOf(random),
    'shop',
    '__proto__',
    '%00',
    '..%2f',
    '1',
    'x'.repeat(200),
  ];
  const filled = path.replace(/\{\w+\}/g, () => random.pick(fills));
  const query = random.chance(0.2)
    ? `?${random.pick(['limit', 'after', 'q', '__proto__', 'x[]'])}=`
    : '';
  return [method.toUpperCase(), query ? filled + query + random.pick(fills) : filled];
}

/** One request as bytes: from nearly right to anything at all. */
export function request(random: Random, known: Known): Buffer {
  const [method, path] = address(random, known);
  const body = JSON.stringify(bend(random.pick(BODIES), random));
  const isSignedIn = random.chance(0.7);
  const lines = [
    `${random.chance(0.1) ? random.pick(METHODS) : method} ${path} HTTP/1.1`,
    'Host: relay.example',
    `Content-Type: ${random.chance(0.9) ? 'application/json' : random.pick(['text/plain', 'x', ''])}`,
    ...(isSignedIn ? [`Authorization: Bearer ${known.door.key}`] : []),
    ...(random.chance(0.3) ? [random.pick(HEADERS)] : []),
  ];
  const isPlain = method === 'GET' || method === 'DELETE' || method === 'HEAD';
  const [right = () => ''] = LENGTHS;
  const end = random.chance(0.6) ? right : random.pick(LENGTHS);
  const text = `${lines.join('\r\n')}\r\n${isPlain && end === right ? '\r\n' : end(body)}`;
  return Buffer.from(random.chance(0.4) ? damage(text, random) : text);
}
