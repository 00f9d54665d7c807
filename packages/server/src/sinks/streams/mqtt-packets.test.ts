import { expect, test } from 'vitest';
import { connectPacket, createReader, publishPacket } from './mqtt-packets.ts';

const CONNACK = Buffer.from(
  '20 0f 00 00 0c 21 00 0a 13 00 1e 12 00 01 61 24 01'.replaceAll(' ', ''),
  'hex',
);
const welcome = { type: 'connack', reason: 0, receiveMaximum: 10, keepAliveSeconds: 30 };
const PUBACK = Buffer.from('40020007', 'hex');

test('what a broker says is understood in whatever pieces it comes', () => {
  const all = Buffer.concat([CONNACK, PUBACK, Buffer.from('d000', 'hex')]);
  const heard = [welcome, { type: 'puback', id: 7, reason: 0 }, { type: 'pingresp' }];
  expect(createReader()(all)).toEqual(heard);
  const read = createReader();
  expect([...all].flatMap((byte) => read(Buffer.from([byte])))).toEqual(heard);
});

test.each([
  ['a length without an end', 'ffffffffff01'],
  ['more than a publisher is told', '40ffff7f'],
  ['a property that does not exist', '20050000027f00'],
  ['an acknowledgement that is cut', '400100'],
  ['a message, which nobody asked for', '30020000'],
])('%s is no broker of ours', (_what, hex) => {
  expect(() => createReader()(Buffer.from(hex, 'hex'))).toThrow();
});

test('a refusal says why', () => {
  expect(createReader()(Buffer.from('400400078700', 'hex'))).toEqual([
    { type: 'puback', id: 7, reason: 0x87 },
  ]);
});

test('a login goes with the hello, and only what there is', () => {
  const hex = (username: string, password: string) =>
    connectPacket({ username, password }).toString('hex');
  expect(hex('', '')).toBe('100d00044d515454050200 3c000000'.replaceAll(' ', ''));
  expect(hex('me', 'ü')).toBe(
    '101500044d515454 05c2 003c 00 0000 00026d65 0002c3bc'.replaceAll(' ', ''),
  );
});

test.each([127, 128, 16_383, 16_384])('a length of %d bytes is written as it is read', (size) => {
  const empty = { topic: '', contentType: '', attributes: {}, payload: '' };
  const around = publishPacket(1, empty).length - 2;
  const packet = publishPacket(1, { ...empty, payload: 'x'.repeat(size - around) });
  expect(packet.length - size).toBe(size < 128 ? 2 : size < 16_384 ? 3 : 4);
});

test('a text longer than MQTT has is refused, not cut', () => {
  const long = { topic: 'x'.repeat(65_536), contentType: '', attributes: {}, payload: '' };
  expect(() => publishPacket(1, long)).toThrow(RangeError);
});
