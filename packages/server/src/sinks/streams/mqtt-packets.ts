/**
 * What a publisher needs of MQTT 5 (OASIS, 2019-03-07): numbers in brackets are sections. Written here
 * because the library for all of MQTT brings 46 packages (decision 0030).
 */

const CONNECT = 0x10;
/** At least once (QoS 1). */
const PUBLISH = 0x32;
const PING = 0xc0;
const KEEP_ALIVE_SECONDS = 60;
/** A broker has little to say to somebody who only publishes. */
const PACKET_BYTES = 64 * 1024;

export interface Login {
  username: string;
  password: string;
}

export interface Publication {
  topic: string;
  contentType: string;
  attributes: Record<string, string>;
  payload: string;
}

/** What a broker says. */
export type Heard =
  | { type: 'connack'; reason: number; receiveMaximum: number; keepAliveSeconds: number }
  | { type: 'puback'; id: number; reason: number }
  | { type: 'disconnect'; reason: number }
  | { type: 'pingresp' };

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

const bytes = (value: string): Buffer => {
  const text = Buffer.from(value);
  if (text.length > 65_535) throw new RangeError('a text of MQTT has 65 535 bytes at most');
  return Buffer.concat([u16(text.length), text]);
};

/** Seven bits at a time (1.5.5). */
function varint(value: number): Buffer {
  const out: number[] = [];
  for (let left = value; ; left >>= 7) {
    if (left < 128) return Buffer.from([...out, left]);
    out.push((left & 127) | 128);
  }
}

const sized = (part: Buffer): Buffer => Buffer.concat([varint(part.length), part]);

const packet = (head: number, ...parts: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([head]), sized(Buffer.concat(parts))]);

/** A new session without a will; the broker chooses a name for us (3.1). */
export function connectPacket({ username, password }: Login): Buffer {
  const flags = 0x02 | (username ? 0x80 : 0) | (password ? 0x40 : 0);
  return packet(
    CONNECT,
    ...[bytes('MQTT'), Buffer.from([5, flags]), u16(KEEP_ALIVE_SECONDS)],
    ...[sized(Buffer.alloc(0)), bytes('')],
    ...[username, password].filter(Boolean).map(bytes),
  );
}

/** Payload format, content type and user properties (3.3.2.3). */
export function publishPacket(id: number, publication: Publication): Buffer {
  const { topic, contentType, attributes, payload } = publication;
  const properties = [
    ...[Buffer.from([0x01, 1]), Buffer.from([0x03]), bytes(contentType)],
    ...Object.entries(attributes).flatMap(([name, value]) => [
      ...[Buffer.from([0x26]), bytes(name), bytes(value)],
    ]),
  ];
  const text = Buffer.from(payload);
  return packet(PUBLISH, bytes(topic), u16(id), sized(Buffer.concat(properties)), text);
}

export const pingPacket = (): Buffer => packet(PING);

/** The number at a place and where it ends; null while there is more to come. */
function readVarint(from: Buffer, at: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = from[at + i];
    if (byte === undefined) return null;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return { value, end: at + i + 1 };
  }
  throw new Error('the broker does not speak MQTT');
}

/** How long each property of an acknowledged connection is; 0: a text says it itself (2.2.2.2). */
const PROPERTY_BYTES = new Map(
  Object.entries({
    1: [36, 37, 40, 41, 42],
    2: [19, 33, 34],
    4: [17, 39],
    0: [18, 21, 22, 26, 28, 31, 38],
  }).flatMap(([size, ids]) => ids.map((id) => [id, Number(size)] as const)),
);
const SERVER_KEEP_ALIVE = 0x13;
const RECEIVE_MAXIMUM = 0x21;
const USER_PROPERTY = 0x26;

/** The numbers of two bytes among an acknowledgement's properties. */
function readProperties(body: Buffer, at: number): Map<number, number> {
  const found = new Map<number, number>();
  const size = readVarint(body, at);
  for (let i = size?.end ?? body.length; i < body.length; ) {
    const id = body.readUInt8(i++);
    const length = PROPERTY_BYTES.get(id);
    if (length === undefined) throw new Error('the broker does not speak MQTT 5');
    if (length === 2) found.set(id, body.readUInt16BE(i));
    i += length || 2 + body.readUInt16BE(i);
    if (id === USER_PROPERTY) i += 2 + body.readUInt16BE(i);
  }
  return found;
}

function understand(type: number, body: Buffer): Heard {
  if (type === 2) {
    const properties = readProperties(body, 2);
    return {
      type: 'connack',
      reason: body.readUInt8(1),
      receiveMaximum: properties.get(RECEIVE_MAXIMUM) ?? 65_535,
      keepAliveSeconds: properties.get(SERVER_KEEP_ALIVE) ?? KEEP_ALIVE_SECONDS,
    };
  }
  if (type === 4) return { type: 'puback', id: body.readUInt16BE(0), reason: body[2] ?? 0 };
  if (type === 13) return { type: 'pingresp' };
  if (type === 14) return { type: 'disconnect', reason: body[0] ?? 0 };
  throw new Error(`the broker says something a publisher has no use for (${type})`);
}

/** The first whole packet and where it ends; null while there is more to come. */
function readPacket(from: Buffer): { heard: Heard; end: number } | null {
  const size = from.length > 1 ? readVarint(from, 1) : null;
  if (size === null) return null;
  if (size.value > PACKET_BYTES) throw new Error('the broker says too much at once');
  const end = size.end + size.value;
  if (from.length < end) return null;
  return { heard: understand(from.readUInt8() >> 4, from.subarray(size.end, end)), end };
}

/**
 * Reads whatever arrived, in whatever pieces.
 * @returns what is whole by now
 */
export function createReader(): (chunk: Buffer) => Heard[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const heard: Heard[] = [];
    for (let found = readPacket(rest); found; found = readPacket(rest)) {
      heard.push(found.heard);
      rest = rest.subarray(found.end);
    }
    return heard;
  };
}
