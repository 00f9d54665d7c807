import { connect, type Socket } from 'node:net';
import { createRandom, type Random } from '../referee/random.ts';
import { frame, attack as lastly, pieces, question } from './frames.ts';
import type { Door } from './relay-process.ts';
import { request } from './requests.ts';

/** How many connections are open at a time. */
const AT_ONCE = 100;
/** Time for an answer, where there may be none. */
const PATIENCE_MS = 150;
const MOST_QUESTIONS = 40;

interface Line {
  write(data: Buffer | string): void;
  /** Until the text came, the relay hung up, or time is up; what came so far. */
  hear(text: string, waitMs?: number): Promise<string>;
  hangUp(): void;
}

async function dial(url: string): Promise<Line> {
  const { port } = new URL(url);
  const socket: Socket = connect(Number(port), '127.0.0.1');
  /** All of it, and the end of it, where what is waited for comes. */
  let heard = '';
  let tail = '';
  let isOver = false;
  let look = () => {};
  socket.on('data', (part) => {
    const more = part.toString('latin1');
    heard += more;
    tail = tail.slice(-40) + more;
    look();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isOver = true;
    look();
  });
  return {
    write: (data) => void socket.write(data),
    hear: (text, waitMs = 10_000) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          resolve(heard);
        };
        const timer = setTimeout(done, waitMs);
        look = () => (isOver || tail.includes(text)) && done();
        look();
      }),
    // What was written is still read; whoever does not end its own half is cut off.
    hangUp() {
      socket.end();
      setTimeout(() => socket.destroy(), 1000);
    },
  };
}

const UPGRADE = [
  'GET /v1/socket/?EIO=4&transport=websocket HTTP/1.1',
  ...['Host: x', 'Origin: https://shop.example', 'Connection: Upgrade', 'Upgrade: websocket'],
  ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
].join('\r\n');
const HELLO = frame('40/visitor,{"protocol":1,"site":"shop"}');
const marker = (ack: number) => frame(`42/visitor,${ack}["the last one",{}]`);

export interface Tally {
  frames: number;
  requests: number;
  connections: number;
  /** Commands and requests that got an answer. */
  answers: number;
  /** What went out, by kind. */
  kinds: Record<string, number>;
}

export interface Target {
  door: Door;
  conversation: string;
  operations: readonly (readonly [string, string])[];
  tally: Tally;
}

/** One connection's own chance: what it sends does not depend on how fast the others are. */
interface Strike extends Target {
  random: Random;
}

type Attack = (strike: Strike) => Promise<void>;

function note(tally: Tally, kind: string, frames: number): void {
  tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1;
  tally.frames += frames;
}

/** Questions that are answered, in one piece or several. */
const questions = ({ random, conversation, tally }: Strike): Buffer[][] =>
  Array.from({ length: random.between(0, MOST_QUESTIONS) }, (_, ack) => {
    const text = question(random, conversation, ack);
    const frames = random.chance(0.3) ? pieces(text, random) : [frame(text)];
    note(tally, 'question', frames.length);
    return frames;
  });

/** One connection: a hello, questions however bent, and at last what may end it. */
export const attackSocket: Attack = async (strike) => {
  const { door, random, tally, conversation } = strike;
  const line = await dial(door.url);
  tally.connections++;
  line.write(UPGRADE);
  // Some say nothing that would let them in.
  const isVisitor = random.chance(0.85);
  if (isVisitor) {
    line.write(HELLO);
    await line.hear('"welcome"');
  }
  const asked = isVisitor ? questions(strike) : [];
  if (isVisitor) line.write(Buffer.concat([...asked.flat(), marker(1000)]));
  // Everything before it was read, and this is answered last or nearly so.
  const heard = isVisitor ? await line.hear('43/visitor,1000') : '';
  tally.answers += heard.split('43/visitor,').length - 1;
  const { kind, frames } = lastly(question(random, conversation, 999), random);
  note(tally, kind, frames.length);
  line.write(Buffer.concat([...frames, marker(1001)]));
  // Where the attack ended nothing.
  await line.hear('43/visitor,1001', PATIENCE_MS);
  line.hangUp();
};

/** One connection with one request, or two in a row. */
export const attackHttp: Attack = async (strike) => {
  const { door, random, tally } = strike;
  const line = await dial(door.url);
  tally.connections++;
  const many = random.chance(0.1) ? 2 : 1;
  for (let i = 0; i < many; i++) line.write(request(random, strike));
  tally.requests += many;
  const heard = await line.hear('HTTP/1.1 ', PATIENCE_MS);
  if (heard.startsWith('HTTP/1.1 ')) tally.answers++;
  line.hangUp();
};

interface Campaign {
  seed: number;
  isWanted: () => boolean;
  attack: Attack;
}

/** Repeats an attack, many at a time, while it is wanted. */
export async function keepOn(target: Target, { seed, isWanted, attack }: Campaign): Promise<void> {
  let count = 0;
  const go = async () => {
    while (isWanted()) {
      const random = createRandom(Math.imul(seed, 2_654_435_761) + count++);
      await attack({ ...target, random });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, go));
}
