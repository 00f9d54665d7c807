import type { Random } from '../referee/random.ts';
import { bend, damage, idOf } from './mutations.ts';

type Asked = readonly [name: string, body: (id: string, conversation: string) => object];

/** What a widget says, before anything is done to it. */
const ASKED: readonly Asked[] = [
  ['conversation:start', (id) => ({ id, conversation: id })],
  ['conversation:list', () => ({})],
  ['conversation:resume', (_, conversation) => ({ conversation, cursor: null })],
  ['conversation:history', (_, conversation) => ({ conversation, before: 9, limit: 5 })],
  [
    'conversation:describe',
    (id, conversation) => ({ id, conversation, attributes: { order: 'A-17' } }),
  ],
  [
    'conversation:assign',
    (id, conversation) => ({ id, conversation, assignee: id, expectedEpoch: 1 }),
  ],
  ['message:send', (id, conversation) => ({ id, conversation, text: 'Where is my parcel?' })],
  ['message:edit', (id, conversation) => ({ id, conversation, message: id, text: 'Here' })],
  ['message:read', (id, conversation) => ({ id, conversation, upTo: 3 })],
  ['contact:identify', (id) => ({ id, name: 'Grace', email: 'grace@example.com' })],
  ['event:track', (id) => ({ id, name: 'cart', properties: { items: 2 } })],
  ['typing:set', (_, conversation) => ({ conversation, on: true })],
  ['delivered:set', (_, conversation) => ({ heads: [{ conversation, pub: 4 }] })],
  ['context:set', () => ({ language: 'fr', page: { url: 'https://shop.example', title: 'x' } })],
  ['error', () => ({})],
  ['__proto__', () => ({})],
];

/** A packet that asks for something and gets an answer, however bent the question is. */
export function question(random: Random, conversation: string, ack: number): string {
  const [name, body] = random.pick(ASKED);
  const right = body(idOf(random), conversation);
  return `42/visitor,${ack}${JSON.stringify([name, random.chance(0.7) ? bend(right, random) : right])}`;
}

interface Frame {
  opcode?: number;
  /** The first four bits: whether it is the last, and three that are reserved. */
  head?: number;
  isMasked?: boolean;
  /** The length it says it has. */
  says?: number | bigint;
}

const LAST = 8;

/** A WebSocket frame (RFC 6455, 5.2), with as many lies as are asked for. */
export function frame(payload: Buffer | string, how: Frame = {}): Buffer {
  const bytes = Buffer.from(payload as string);
  const { opcode = 1, head = LAST, isMasked = true, says = bytes.length } = how;
  const mask = isMasked ? 0x80 : 0;
  const start = [(head << 4) | opcode];
  const long = Buffer.alloc(typeof says === 'bigint' ? 8 : says > 125 ? 2 : 0);
  if (typeof says === 'bigint') long.writeBigUInt64BE(says);
  else if (says > 125) long.writeUInt16BE(says & 0xffff);
  start.push(mask | (typeof says === 'bigint' ? 127 : says > 125 ? 126 : says));
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([Buffer.from(start), long, Buffer.alloc(isMasked ? 4 : 0), bytes]);
}

/** One text in several pieces, with a ping between them: one message all the same. */
export function pieces(text: string, random: Random): Buffer[] {
  const bytes = Buffer.from(text);
  const cuts = Array.from({ length: random.between(1, 4) }, () => random.between(0, bytes.length));
  const ends = [...cuts.sort((a, b) => a - b), bytes.length];
  return ends.flatMap((end, i) => {
    const head = i === ends.length - 1 ? LAST : 0;
    const piece = frame(bytes.subarray(ends[i - 1] ?? 0, end), { opcode: i === 0 ? 1 : 0, head });
    return i > 0 && random.chance(0.3) ? [frame('', { opcode: 9 }), piece] : [piece];
  });
}

const noise = (random: Random, most: number): Buffer =>
  Buffer.from(Array.from({ length: random.between(0, most) }, () => random.between(0, 255)));

const PACKETS = [
  '0',
  '1',
  '2',
  '2probe',
  '3',
  '4',
  '5',
  '6',
  '40',
  '41',
  '43',
  '44',
  '45',
  '46',
  'b4',
];
const ATTACHMENTS = [
  '451-/visitor,["x",{"_placeholder":true,"num":99}]',
  '451-/visitor,["x",{"_placeholder":true,"num":"__proto__"}]',
  '451-["x",{"_placeholder":true,"num":-1}]',
  '45999999999-',
  '4510000-/visitor,["x"]',
  '461-/visitor,7[{"_placeholder":true,"num":0}]',
];

/** What ends a connection, or may: each says in what it lies. */
const attacks: Record<string, (text: string, random: Random) => Buffer[]> = {
  damaged: (text, random) => [frame(damage(text, random))],
  opcode: (text, random) => [frame(text, { opcode: random.between(0, 15) })],
  reserved: (text, random) => [frame(text, { head: random.between(0, 15) })],
  unmasked: (text) => [frame(text, { isMasked: false })],
  longer: (text, random) => [frame(text, { says: text.length + random.between(1, 60_000) })],
  shorter: (text, random) => [frame(text, { says: random.between(0, 20) })],
  endless: (text, random) => [frame(text, { says: 2n ** BigInt(random.between(16, 63)) })],
  large: (text, random) => [frame(text, { says: BigInt(random.pick([65_536, 65_537, 1e6])) })],
  continued: (text) => [frame(text, { opcode: 0 })],
  interleaved: (text) => [frame(text, { head: 0 }), frame(text)],
  crumbs: (_text, random) => [
    frame('4', { head: 0 }),
    ...Array.from({ length: random.between(1, 30) }, () => frame('x', { opcode: 0, head: 0 })),
  ],
  control: (text, random) => [
    frame(text.padEnd(130), { opcode: random.between(8, 10), head: random.between(0, 15) }),
  ],
  close: (_text, random) => [frame(noise(random, 20), { opcode: 8 })],
  binary: (text, random) => [frame(random.chance(0.5) ? text : noise(random, 200), { opcode: 2 })],
  'no utf-8': (text, random) => [frame(Buffer.concat([Buffer.from(text), noise(random, 9)]))],
  packet: (text, random) => [frame(random.pick(PACKETS) + text.slice(random.between(0, 12)))],
  attachment: (_text, random) => [
    frame(damage(random.pick(ATTACHMENTS), random)),
    frame(noise(random, 50), { opcode: 2 }),
  ],
  place: (text, random) => [frame(text.replace('/visitor', `/${damage('visitor', random)}`))],
  deep: (_text, random) => [frame(`42/visitor,1["x",${'['.repeat(random.between(1, 60_000))}`)],
  noise: (_text, random) => [noise(random, 300)],
};

/** A frame or two of which nobody knows what they lead to, and the kind of attack. */
export function attack(text: string, random: Random): { kind: string; frames: Buffer[] } {
  const kind = random.pick(Object.keys(attacks));
  return { kind, frames: attacks[kind]?.(text, random) ?? [] };
}
