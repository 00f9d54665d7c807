import { connect as tcp } from 'node:net';
import { uuidv7 } from '@throughline/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { ORIGIN, sleep, startRelay, type TestRelay, until, type VisitorPeer } from './relay.ts';
import { bytes, openRaw, type RawSocket, VISITOR, visitRaw } from './wire.ts';

/** A connection to the relay, what has come on it, and whether the relay has ended it. */
function dial() {
  const { hostname, port } = new URL(relay.url);
  const socket = tcp({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  socket.on('error', () => {});
  return { socket, answer: () => answer, isOver: () => socket.closed };
}

/** One relay under attack, and a neighbour who must not notice. */
let relay: TestRelay;
let neighbour: VisitorPeer;
let conversation: string;
let before: number;

beforeAll(async () => {
  relay = await startRelay();
  neighbour = await relay.visitor();
  conversation = await neighbour.start();
});
afterAll(() => relay[Symbol.asyncDispose]());

beforeEach(async () => {
  before = await relay.store.read.events.head();
  relay.logLines.length = 0;
});

afterEach(async () => {
  // Whatever came in: nothing was written, nothing unexpected happened, and the neighbour goes on.
  expect(await relay.store.read.events.head()).toBe(before);
  expect(relay.logLines.join('')).not.toMatch(/unexpected error|"level":(50|60)/);
  expect(neighbour.closed()).toBeUndefined();
  expect(await neighbour.ask('conversation:history', { conversation, before: 9 })).toMatchObject({
    ok: true,
  });
  expect((await relay.fetch('/livez')).status).toBe(200);
});

const hello = `40/visitor,${JSON.stringify(VISITOR)}`;
const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
const short = (frame: unknown) => String(frame).slice(0, 50);

/** Still there: it answers what comes next. */
async function expectOpen(raw: RawSocket): Promise<void> {
  raw.send('42/visitor,77["nothing",{}]');
  expect(await raw.next(/^43\/visitor,77/)).toContain('unknown_command');
  raw.ws.terminate();
}

describe('[EV-01] [EV-02] [EV-03] [EV-05] frames that are no packets close their socket', () => {
  const frames: (string | Buffer)[] = [
    '4',
    '42',
    '42[',
    '42{}',
    '42/visitor',
    '42/visitor,',
    '42/visitor,[',
    '42/visitor,{}',
    '42/visitor,[]',
    '42/visitor,[1]',
    '42/visitor,[null,{}]',
    '42/visitor,[["message:send"],{}]',
    '42/visitor,["x"',
    '42/visitor,1["nothing",{}]extra',
    '42/visitor,1.5["x",{}]',
    '42/visitor,-1["x",{}]',
    '42/visitor,12345678901234567890["nothing",{}]',
    '43/visitor,99999999999999999999[]',
    '44/visitor,{}',
    '47/visitor,["x"]',
    '49',
    '4a',
    '9',
    '',
    '\u0000',
    // Names that mean something to the library itself.
    '42/visitor,["connect"]',
    '42/visitor,["connect_error",{}]',
    '42/visitor,["disconnect"]',
    '42/visitor,["disconnecting"]',
    '42/visitor,["newListener",{}]',
    '42/visitor,["removeListener",{}]',
    // Binary parts: announced, numbered wrongly, too many, or never sent. We need none.
    '451-["x",{"_placeholder":true,"num":99}]',
    '451-/visitor,["x",{"_placeholder":true,"num":0}]',
    '451-/visitor,["x",{"_placeholder":true,"num":99}]',
    '451-/visitor,["x",{"_placeholder":true,"num":"0"}]',
    '451-/visitor,["x",{"_placeholder":true,"num":-1}]',
    '451-/visitor,["x",{"_placeholder":true,"num":"__proto__"}]',
    '450-/visitor,["x",{}]',
    '45-/visitor,["x"]',
    '4510000-/visitor,["x"]',
    '45999999999-',
    '45999999999-/visitor,["x"]',
    '461-/visitor,1["x"]',
    'bAAAA',
    'b4AAA',
    Buffer.from('42/visitor,["x"]'),
    Buffer.alloc(0),
    // Other namespaces, or the same once more.
    '41',
    '40/visitor',
    '40/visitor,{}',
    hello,
    '42["nothing",{}]',
    '42/other,["x",{}]',
    '42/agent,["note:add",{}]',
    '2',
    '2probe',
  ];

  test.each(frames.map((frame) => [short(frame), frame] as const))('%j', async (_short, frame) => {
    const raw = await visitRaw(relay.url);
    raw.send(frame);
    await raw.end();
  });
});

describe('[EV-01] [EV-06] frames that are packets are answered or passed over', () => {
  const answered: [string, string][] = [
    ['42/visitor,1["nothing",{}]', 'unknown_command'],
    ['42/visitor,1["error",{}]', 'unknown_command'],
    ['42/visitor,1["__proto__",{}]', 'unknown_command'],
    ['42/visitor,1["constructor",{}]', 'unknown_command'],
    ['42/visitor,1["message:send"]', 'bad_type'],
    ['42/visitor,1["message:send",1e999]', 'bad_type'],
    ['42/visitor,1["message:send",-0]', 'bad_type'],
    ['42/visitor,1["message:send",{"id":1,"id":2}]', 'bad_type'],
    ['42/visitor,1["message:send",{"_placeholder":true,"num":0}]', 'bad_type'],
    [`42/visitor,1["message:send",${deep(30_000)}]`, 'bad_type'],
    [
      `42/visitor,1["message:send",{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join()}}]`,
      'bad_type',
    ],
    [
      `42/visitor,1["contact:update",{"id":"${uuidv7()}","attributes":{"__proto__":{"x":1}}}]`,
      'unknown_field',
    ],
    [
      `42/visitor,1["message:send",{"id":"${uuidv7()}","conversation":"${uuidv7()}","text":"${'*'.repeat(9000)}x","time":1}]`,
      'unknown_field',
    ],
    [
      `42/visitor,1["message:send",{"id":"${uuidv7()}","conversation":"${uuidv7()}","text":"\\ud800"}]`,
      'bad_text',
    ],
    [
      `42/visitor,1["message:send",{"id":"${uuidv7()}","conversation":"${uuidv7()}","text":"\\u0000"}]`,
      'bad_text',
    ],
    [`42/visitor,1["${'x'.repeat(60_000)}",{}]`, 'unknown_command'],
  ];
  test.each(answered.map(([frame, code]) => [short(frame), frame, code] as const))(
    '%j',
    async (...[, frame, code]) => {
      const raw = await visitRaw(relay.url);
      raw.send(frame);
      expect(await raw.next(/^43\/visitor,1/)).toContain(`"code":"${code}"`);
      await expectOpen(raw);
    },
  );

  test.each([
    '43/visitor,1[]',
    '43/visitor,[]',
    '43/visitor,1["__proto__"]',
    '42/visitor,["nothing",{}]',
    '42/visitor,["message:send",{}]',
    '3',
    '3probe',
    '6',
    '5',
    '1',
    '0',
  ])('%j, without a word', async (frame) => {
    const raw = await visitRaw(relay.url);
    raw.send(frame);
    await expectOpen(raw);
  });
});

describe('frames and sizes', () => {
  test.each([
    ['one byte too many', () => `42/visitor,["x","${'y'.repeat(65_536 - 18)}"]`],
    ['1 MB', () => `42/visitor,["x","${'y'.repeat(1_048_576)}"]`],
    ['1 MB of hello', () => `40/visitor,{"protocol":1,"site":"${'y'.repeat(1_048_576)}"}`],
  ])('[EV-04] %s: closed with 1009', async (_what, frame) => {
    const raw = await visitRaw(relay.url);
    raw.send(frame());
    expect([1006, 1009]).toContain(await raw.end());
  });

  test('as large as allowed is read', async () => {
    const raw = await visitRaw(relay.url);
    const frame = (n: number) => `42/visitor,1["nothing","${'y'.repeat(n)}"]`;
    raw.send(frame(65_536 - frame(0).length));
    expect(await raw.next(/^43\/visitor,1/)).toContain('unknown_command');
    raw.ws.terminate();
  });

  /** A client’s frame, masked with zeros. */
  const piece = (opcode: number, end: boolean, payload: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from([(end ? 0x80 : 0) | opcode, 0x80 | payload.length, 0, 0, 0, 0]),
      payload,
    ]);
  const rawTcp = (raw: RawSocket) =>
    (raw.ws as unknown as { _socket: { write(data: Buffer): boolean } })._socket;

  test('[EV-04] 70 000 pieces of one byte are one frame, and too long', async () => {
    const raw = await visitRaw(relay.url);
    const one = piece(0, false, Buffer.from('x'));
    rawTcp(raw).write(
      Buffer.concat([
        piece(1, false, Buffer.from('4')),
        ...Array.from({ length: 70_000 }, () => one),
      ]),
    );
    expect([1006, 1008, 1009]).toContain(await raw.end());
  });

  test('[EV-04] pieces that never end hold nobody up', async () => {
    const raw = await visitRaw(relay.url);
    rawTcp(raw).write(piece(1, false, Buffer.from('42/visitor,["x"')));
    for (let i = 0; i < 20; i++) rawTcp(raw).write(piece(0, false, Buffer.from(' '.repeat(100))));
    await neighbour.ask('nothing', {});
    expect(raw.closed()).toBeUndefined();
    raw.ws.terminate();
  });

  test.each([
    ['text that is no UTF-8', piece(1, true, Buffer.from([0x34, 0x32, 0xff, 0xfe])), [1006, 1007]],
    ['an unknown opcode', piece(3, true, Buffer.from('x')), [1002, 1006]],
    ['a reserved bit', Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), [1002, 1006]],
    ['no mask', Buffer.from([0x81, 0x01, 0x34]), [1002, 1006]],
    ['a ping of 126 bytes', Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), [1002, 1006]],
    ['a close with half a code', piece(8, true, Buffer.from([3])), [1002, 1006]],
    [
      'a length of 2^63',
      Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
      [1006, 1009],
    ],
  ])('%s', async (_what, data, codes) => {
    const raw = await visitRaw(relay.url);
    rawTcp(raw).write(data);
    expect(codes).toContain(await raw.end());
  });

  test('[HS-13] compression is offered and not taken', async () => {
    const ws = new WebSocket(
      `${relay.url.replace('http', 'ws')}/v1/socket/?EIO=4&transport=websocket`,
      {
        headers: { origin: ORIGIN },
        perMessageDeflate: { clientMaxWindowBits: 15 },
      },
    );
    await until(() => ws.readyState === WebSocket.OPEN);
    expect(ws.extensions).toBe('');
    ws.terminate();
  });
});

describe('hellos', () => {
  test.each([
    ['an array', '40/visitor,[]'],
    ['a word', '40/visitor,"x"'],
    ['null', '40/visitor,null'],
    ['half of one', '40/visitor,{"protocol":1'],
    ['a comma', '40,'],
  ])('[HS-18] %s closes the socket', async (_what, frame) => {
    const raw = await openRaw(relay.url);
    raw.send(frame);
    await raw.end();
  });

  test.each([
    ['a number', '40/visitor,7', 'bad_type'],
    ['nothing', '40/visitor,', 'bad_type'],
    ['too deep', `40/visitor,{"protocol":1,"site":${deep(20_000)}}`, 'bad_type'],
    [
      'a prototype',
      '40/visitor,{"__proto__":{"protocol":1},"protocol":1,"site":"shop"}',
      'unknown_field',
    ],
    [
      'a room of its choice',
      '40/visitor,{"protocol":1,"site":"shop","room":"agents"}',
      'unknown_field',
    ],
    [
      'a session to resume',
      '40/visitor,{"protocol":1,"site":"shop","pid":"x","offset":"y"}',
      'unknown_field',
    ],
    [
      'an agent’s, from a visitor’s page',
      '40/agent,{"protocol":1,"csrf":"x"}',
      'origin_not_allowed',
    ],
  ])('[HS-18] [EV-17] %s is refused with a code', async (...[, frame, code]) => {
    const raw = await openRaw(relay.url);
    raw.send(frame);
    expect(await raw.next(/^44/)).toContain(`"code":"${code}"`);
    raw.ws.terminate();
  });

  test.each([
    '40/admin,',
    '40/',
    '40//,',
    '40/__proto__,',
    '40/constructor,',
    '40/visitor/,',
    '40/VISITOR,',
    '40',
    `40/${'x'.repeat(10_000)},`,
    '40/visitor?token=CANARY,{"protocol":1}',
  ])('[HS-17] to nowhere: %.30s', async (frame) => {
    const raw = await openRaw(relay.url);
    raw.send(frame);
    expect(await raw.next(/^44/)).toMatch(/"message":"[Ii]nvalid.namespace"/);
    raw.ws.terminate();
  });

  test('[HS-17] to many places end the connection: one of them would have done', async () => {
    const raw = await openRaw(relay.url);
    for (let i = 0; i < 1000; i++) raw.send(`40/n${i},`);
    await raw.end();
    expect(raw.frames.filter((frame) => frame.startsWith('44')).length).toBeLessThanOrEqual(4);
  });

  test('after leaving find the connection closed: nobody goes round and round', async () => {
    const raw = await visitRaw(relay.url);
    raw.send('41/visitor,');
    await raw.end();
  });

  test('with a cookie that is none are asked about a few times and no more', async () => {
    const raw = await openRaw(relay.url, {
      headers: { origin: relay.url, cookie: 'throughline=none' },
    });
    for (let i = 0; i < 50; i++) raw.send('40/agent,{"protocol":1,"csrf":"x"}');
    await raw.end();
    expect(raw.frames.filter((frame) => frame.startsWith('44')).length).toBeLessThanOrEqual(4);
  });

  test('a visitor who wants to be an agent on the same connection is refused, and the relay lives', async () => {
    const raw = await visitRaw(relay.url);
    raw.send('40/agent,{"protocol":1,"csrf":"x"}');
    expect(await raw.next(/^44\/agent/)).toContain('"code":"forbidden"');
    await expectOpen(raw);
  });

  test('two hellos in one breath are one visitor', async () => {
    for (let i = 0; i < 20; i++) {
      const raw = await openRaw(relay.url);
      for (let n = 0; n < 5; n++) raw.send(hello);
      await until(() => raw.closed() || raw.frames.some((frame) => frame.includes('"welcome"')));
      await sleep(2);
      expect(raw.frames.filter((frame) => frame.includes('"welcome"')).length).toBeLessThanOrEqual(
        1,
      );
      raw.ws.terminate();
    }
  });

  test('an agent’s and a visitor’s in one breath are one of them', async () => {
    const { session } = await relay.hire();
    const headers = { origin: relay.url, cookie: `throughline=${session.token}` };
    for (let i = 0; i < 10; i++) {
      const raw = await openRaw(relay.url, { headers });
      raw.send(`40/agent,${JSON.stringify({ protocol: 1, csrf: session.session.csrf })}`);
      raw.send(hello);
      await raw.next(/"welcome"/);
      await raw.next(/^44\//);
      expect(raw.frames.filter((frame) => frame.includes('"welcome"'))).toHaveLength(1);
      raw.ws.terminate();
    }
    before = await relay.store.read.events.head();
  });
});

describe('upgrades', () => {
  test.each([
    'EIO=4',
    'EIO=4&transport=polling',
    'EIO=4&transport=webtransport',
    'EIO=4&transport=__proto__',
    'EIO=4&transport=constructor',
    'EIO=4&transport=websocket&sid=__proto__',
    'EIO=4&transport=websocket&sid=constructor',
    'EIO=4&transport=websocket&sid=hasOwnProperty',
    'EIO=4&transport=websocket&sid=x&sid=y',
    'EIO=3&transport=websocket',
    'EIO=99&transport=websocket',
    'EIO=__proto__&transport=websocket',
    'transport=websocket',
    'EIO=4&EIO=3&transport=websocket',
    '',
  ])('[HS-07] [HS-08] %j is refused', async (query) => {
    const outcome = await openRaw(relay.url, { query }).then(
      async (raw) => {
        await raw.end();
        return 'closed';
      },
      () => 'refused',
    );
    expect(['closed', 'refused']).toContain(outcome);
  });

  /** A visitor, and the name engine.io gave its connection. */
  async function visitNamed() {
    const raw = await visitRaw(relay.url);
    const { sid } = JSON.parse(raw.frames[0]?.slice(1) ?? '{}') as { sid: string };
    return { raw, sid };
  }

  test.each(['sid', 's%69d'])('the %s of another socket is of no use', async (name) => {
    const { raw, sid } = await visitNamed();
    const query = `EIO=4&transport=websocket&${name}=${sid}`;
    const headers = { origin: 'https://evil.example' };
    const thief = await openRaw(relay.url, { query, headers }).catch(() => undefined);
    if (thief) {
      for (const frame of ['2probe', '5', '42/visitor,5["conversation:list",{}]'])
        thief.send(frame);
      await thief.end();
      expect(thief.frames.join()).not.toContain('43/visitor,5');
    }
    await expectOpen(raw);
  });

  test.each(['GET', 'POST', 'DELETE'])('a plain %s with it is answered at once', async (method) => {
    const { raw, sid } = await visitNamed();
    const request = `${method} /v1/socket/?EIO=4&transport=websocket&sid=${sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
    expect(await bytes(relay.url, request)).toMatch(/^HTTP\/1\.1 400/);
    await expectOpen(raw);
  });

  const head = (more: string, path = '/v1/socket/?EIO=4&transport=websocket') =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: ${ORIGIN}\r\n${more}\r\n`;
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

  test.each([
    ['no key', head('Sec-WebSocket-Version: 13\r\n')],
    ['a key that is none', head('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n')],
    [
      'a version that is none',
      head('Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'),
    ],
    ['another protocol', head(key).replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['POST', head(key).replace('GET', 'POST')],
    [
      '1 000 headers',
      head(
        `${key}${Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'y'.repeat(20)}\r\n`).join('')}`,
      ),
    ],
    ['a subprotocol of 50 KB', head(`${key}Sec-WebSocket-Protocol: ${'a,'.repeat(25_000)}b\r\n`)],
    ['an origin with a line break', head(`${key}Origin: https://shop.example\x01\r\n`)],
  ])('[HS-09] [HS-12] [HS-13] with %s: an error, or the end', async (_what, text) => {
    const answer = await bytes(relay.url, text, { waitMs: 100 });
    expect(answer).not.toMatch(/^HTTP\/1\.1 101/);
    expect(answer).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
  });

  test.each([
    ['to us', head(key)],
    ['to somewhere else', head(key, '/elsewhere')],
    ['to a file', head(key, '/console/')],
    ['half of one', head(key).slice(0, 80)],
    ['with more behind it', `${head(key)}garbage`],
  ])('[HS-09] that are reset half-way, %s, hurt nobody', async (_what, text) => {
    for (let i = 0; i < 5; i++) await bytes(relay.url, text, { reset: true, waitMs: 500 });
    await sleep(50);
  });

  test.each([
    ['GET', 'GET /v1/socket/ HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['GET with a transport', 'GET /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'POST of binary',
      'POST /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nabc',
    ],
    [
      'POST of 100 MB',
      'POST /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\nabc',
    ],
    ['DELETE', 'DELETE /v1/socket/?EIO=4&transport=polling&sid=x HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'OPTIONS',
      'OPTIONS /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n',
    ],
  ])(
    '[HS-09] [HS-10] [HS-11] plain HTTP on the socket’s address, %s: an error',
    async (_what, text) => {
      const answer = await bytes(relay.url, text, { waitMs: 100 });
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect(answer).not.toMatch(/access-control-allow-origin/i);
    },
  );

  test('[HS-09] an upgrade to nowhere is refused and let go, also behind a request that was answered', async () => {
    const before = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const text of [head(key, '/elsewhere'), `${before}${head(key, '/elsewhere')}`]) {
      const { socket, answer, isOver } = dial();
      socket.write(text);
      await until(isOver, 'the end of the connection');
      expect(answer()).toMatch(/HTTP\/1\.1 404 Not Found\r\nconnection: close\r\n/);
    }
  });

  test('[HS-11] a body that drips where nothing is read is answered, and cut off', async () => {
    const { socket, answer, isOver } = dial();
    socket.write(
      'POST /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const drip = setInterval(() => socket.writable && socket.write('1\r\na\r\n'), 50);
    await until(isOver, 'the end of the connection').finally(() => clearInterval(drip));
    expect(answer()).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  test.each([
    [
      '1 000 headers',
      Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'y'.repeat(20)}\r\n`).join(''),
    ],
    ['64 KB in one', `X: ${'y'.repeat(65_536)}\r\n`],
  ])('[HS-12] %s are too many', async (_what, more) => {
    expect(await bytes(relay.url, head(`${key}${more}`))).toMatch(/^HTTP\/1\.1 431/);
  });

  test.each([
    'permessage-deflate; client_max_window_bits=15; server_no_context_takeover',
    'permessage-deflate;'.repeat(500),
    'x; '.repeat(3000),
    '"',
  ])('[HS-13] the extension %.40j is none of ours', async (extension) => {
    const text = head(`${key}Sec-WebSocket-Extensions: ${extension}\r\n`);
    const answer = await bytes(relay.url, text, { waitMs: 200 });
    expect(answer).not.toMatch(/^sec-websocket-extensions/im);
  });

  test('[HS-24] [ID-06] a token in the address is not taken, and not written down', async () => {
    const first = await relay.visitor();
    await first.start();
    before = await relay.store.read.events.head();
    const query = `EIO=4&transport=websocket&token=${first.token}`;
    const raw = await openRaw(relay.url, { query });
    raw.send(hello);
    const welcome = await raw.next(/"welcome"/);
    expect(welcome).not.toContain(first.contact);
    expect(relay.logLines.join('')).not.toContain(first.token);
    raw.ws.terminate();
  });
});

test('[HS-10] ten thousand binary posts where polling would be are answered, and leave nothing open', {
  timeout: 120_000,
}, async () => {
  const handles = async () => {
    const { text } = await relay.fetch('/metrics');
    return Number(/^nodejs_active_resources_total (\d+)/m.exec(text)?.[1]);
  };
  const start = await handles();
  const post =
    'POST /v1/socket/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nabc';
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => bytes(relay.url, post, { waitMs: 10_000 })),
    );
    expect(answers.filter((answer) => /^HTTP\/1\.1 4\d\d/.test(answer))).toHaveLength(100);
  }
  await until(async () => (await handles()) <= start + 4, 'the sockets to be gone');
});

test('a thousand connections that come and go leave no socket behind', async () => {
  const open = async () => {
    const { text } = await relay.fetch('/metrics');
    return Number(/^nodejs_active_resources\{type="TCPSocketWrap"\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const start = await open();
  for (let round = 0; round < 10; round++)
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const raw = await openRaw(relay.url);
        if (i % 3) raw.send(hello);
        if (i % 3 === 2) raw.send('42/visitor,["x"');
        raw.ws.terminate();
      }),
    );
  const { hostname, port } = new URL(relay.url);
  const half = Array.from({ length: 20 }, () => tcp({ host: hostname, port: Number(port) }));
  for (const socket of half) socket.on('error', () => {}).write('GET /livez HT');
  for (const socket of half) socket.destroy();
  await until(async () => (await open()) <= start + 4, 'the sockets to be gone');
});
