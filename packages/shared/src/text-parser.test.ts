import fc from 'fast-check';
import * as original from 'socket.io-parser';
import { describe, expect, test } from 'vitest';
import { Decoder, Encoder, type Packet, PacketType, protocol } from './text-parser.ts';

/** What a parser makes of a frame: a packet, or nothing because it threw or waits for more. */
function decode(decoder: Decoder | original.Decoder, frame: unknown): Packet | undefined {
  let found: Packet | undefined;
  (decoder as Decoder).on('decoded', (packet) => {
    found = packet;
  });
  try {
    decoder.add(frame);
  } catch {
    return undefined;
  }
  return found;
}

const ours = (frame: unknown) => decode(new Decoder(), frame);
const theirs = (frame: unknown) => decode(new original.Decoder(), frame);

const name = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((it) => !/^(connect|disconnect|newL|removeL)/.test(it));
const nsp = fc.constantFrom('/', '/visitor', '/agent', '/a b', '/ä');
const id = fc.nat({ max: 2 ** 31 });
const object = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue(), { maxKeys: 4 });
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ type: fc.constant(PacketType.CONNECT), nsp, data: object }),
  fc.record({ type: fc.constant(PacketType.DISCONNECT), nsp }),
  fc.record(
    { type: fc.constant(PacketType.EVENT), nsp, id, data: fc.tuple(name, fc.jsonValue()) },
    { requiredKeys: ['type', 'nsp', 'data'] },
  ),
  fc.record({
    type: fc.constant(PacketType.ACK),
    nsp,
    id,
    data: fc.array(fc.jsonValue(), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant(PacketType.CONNECT_ERROR), nsp, data: object }),
);

test('it speaks the protocol it stands in for', () => {
  expect(protocol).toBe(original.protocol);
  for (const [key, type] of Object.entries(PacketType))
    expect(type).toBe(original.PacketType[key as keyof typeof PacketType]);
});

test('it writes what the original writes, and reads what the original reads', () => {
  fc.assert(
    fc.property(packet, (it) => {
      const [frame = ''] = new Encoder().encode(it);
      expect([frame]).toEqual(new original.Encoder().encode(it as original.Packet));
      expect(ours(frame)).toEqual(theirs(frame));
      expect(ours(frame)).toBeDefined();
    }),
    { seed: 61, numRuns: 1000 },
  );
});

test('it never reads what the original refuses, and never reads it otherwise', () => {
  const sign = fc.constantFrom(
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    '/',
    '-',
    '0',
    '9',
    ':',
    ' ',
    'e',
    '\u0000',
    '🙂',
  );
  fc.assert(
    fc.property(packet, fc.nat(), fc.nat({ max: 6 }), sign, (it, ...[place, length, more]) => {
      const [frame = ''] = new Encoder().encode(it);
      const at = place % (frame.length + 1);
      for (const damaged of [
        frame.slice(0, at) + more + frame.slice(at),
        frame.slice(0, at) + frame.slice(at + length),
        frame.slice(0, at),
      ]) {
        const found = ours(damaged);
        if (found) expect(found).toEqual(theirs(damaged));
      }
    }),
    { seed: 62, numRuns: 2000 },
  );
});

describe('[P28] what is not one whole packet is refused', () => {
  test.each([
    ['nothing', ''],
    ['binary', Buffer.from('2["x"]')],
    ['an object', { type: 2 }],
    ['an unknown type', '7["x"]'],
    ['a type of binary events', '51-["x",{"_placeholder":true,"num":0}]'],
    ['a type of binary acks', '61-1["x",{"_placeholder":true,"num":0}]'],
    ['binary parts on a text packet', '21-["x"]'],
    ['half of JSON', '2["x"'],
    ['more behind it', '2["x"]extra'],
    ['an event without a name', '2[]'],
    ['an event with a number for a name', '2[1]'],
    ['an event that is none', '2{"x":1}'],
    ['an event without anything', '2'],
    ['an ack that is none', '3{"x":1}'],
    ['a hello that is a list', '0[]'],
    ['a hello that is null', '0null'],
    ['a hello that is a word', '0"x"'],
    ['a goodbye with something in it', '1{}'],
    ['a number no number holds', `2${'9'.repeat(16)}["x"]`],
    ...[
      'connect',
      'connect_error',
      'disconnect',
      'disconnecting',
      'newListener',
      'removeListener',
    ].map((it): [string, string] => [`the name ${it}`, `2["${it}"]`]),
  ])('%s', (_what, frame) => {
    const decoder = new Decoder();
    let told = 0;
    decoder.on('decoded', () => {
      told += 1;
    });
    expect(() => decoder.add(frame)).toThrow();
    expect(told).toBe(0);
  });

  test('long nonsense is refused as quickly as short', () => {
    for (const frame of [
      `2/${'/'.repeat(60_000)}`,
      `2/${'a'.repeat(60_000)}[`,
      '2'.repeat(60_000),
      `2${'['.repeat(60_000)}`,
    ])
      expect(ours(frame)).toBeUndefined();
  });
});
