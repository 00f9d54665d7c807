import * as original from 'engine.io-parser';
import { describe, expect, test } from 'vitest';
import { decodePacket, encodePacket, protocol } from './engine-parser.ts';

const TEXTS = ['', 'hello', '2["event",{"a":1}]', '{"sid":"x"}', 'ünï ☂', '\n'];
const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'] as const;

const encoded = (encode: typeof encodePacket, packet: Parameters<typeof encodePacket>[0]) => {
  let text = '';
  encode(packet, false, (result) => {
    text = result;
  });
  return text;
};

describe('speaks like the original', () => {
  test.each(TYPES)('%s', (type) => {
    for (const data of TEXTS) {
      const ours = encoded(encodePacket, { type, data });
      expect(ours).toBe(encoded(original.encodePacket as never, { type, data }));
      expect(decodePacket(ours)).toEqual(original.decodePacket(ours));
    }
  });

  test.each(['', '9', 'x', ' ', '7abc', 'b64'])('refuses %j', (text) => {
    expect(decodePacket(text)).toEqual({ type: 'error', data: 'parser error' });
  });

  test('and the same version', () => expect(protocol).toBe(original.protocol));
});
