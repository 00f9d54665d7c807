import { type Clean, PARTS_MAX } from './clean.ts';

/** More is no animation but a way to keep a browser busy. */
const FRAMES_MAX = 2000;
const [EXTENSION, FRAME, TRAILER] = [0x21, 0x2c, 0x3b];
const [COMMENT, PLAIN_TEXT, APPLICATION] = [0xfe, 0x01, 0xff];

/** Behind a chain of blocks, each with its length before it. */
function skipBlocks(bytes: Buffer, from: number): number {
  let at = from;
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += 1 + length;
  return at + 1;
}

const tableBytes = (flags: number): number =>
  (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);

/** Loops are kept; comments and what other programs left are not. */
function isKept(bytes: Buffer, at: number): boolean {
  const label = bytes.readUInt8(at + 1);
  if (label === APPLICATION) return bytes.toString('latin1', at + 3, at + 11) === 'NETSCAPE';
  return label !== COMMENT && label !== PLAIN_TEXT;
}

/** Keeps the frames and their timing, up to the trailer. */
export const cleanGif: Clean = (bytes) => {
  const size = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  let at = 13 + tableBytes(bytes.readUInt8(10));
  const parts = [bytes.subarray(0, at)];
  for (let frames = 0, n = 0; frames <= FRAMES_MAX && n < PARTS_MAX; n++) {
    const begin = at;
    const what = bytes.readUInt8(at);
    if (what === TRAILER) {
      parts.push(bytes.subarray(at, at + 1));
      return frames > 0 ? { ...size, parts } : undefined;
    }
    if (what === EXTENSION) at = skipBlocks(bytes, at + 2);
    else if (what === FRAME) {
      frames += 1;
      at = skipBlocks(bytes, at + 11 + tableBytes(bytes.readUInt8(at + 9)));
    } else return undefined;
    if (what === FRAME || isKept(bytes, begin)) parts.push(bytes.subarray(begin, at));
  }
  return undefined;
};
