import { type Clean, PARTS_MAX } from './clean.ts';

const DROPPED = new Set(['EXIF', 'XMP ']);
/** In the flags of `VP8X`: there is EXIF, there is XMP. */
const FLAGS = 0x0c;

type Size = { width: number; height: number } | undefined;

const sizes: Record<string, (data: Buffer) => Size> = {
  VP8X: (data) => ({ width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }),
  'VP8 ': (data) => ({
    width: data.readUInt16LE(6) & 0x3fff,
    height: data.readUInt16LE(8) & 0x3fff,
  }),
  VP8L: (data) => {
    const bits = data.readUInt32LE(1);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  },
};

function withoutFlags(chunk: Buffer): Buffer {
  const copy = Buffer.from(chunk);
  copy.writeUInt8(copy.readUInt8(8) & ~FLAGS, 8);
  return copy;
}

/** Keeps everything but EXIF and XMP, and says so in the headers. */
export const cleanWebp: Clean = (bytes) => {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  let size: Size;
  const chunks: Buffer[] = [];
  for (let at = 12, n = 0; at + 8 <= end; n++) {
    if (n > PARTS_MAX) return undefined;
    const type = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const next = at + 8 + length + (length % 2);
    if (next > end) return undefined;
    const chunk = bytes.subarray(at, next);
    size ??= sizes[type]?.(chunk.subarray(8));
    if (!DROPPED.has(type)) chunks.push(type === 'VP8X' ? withoutFlags(chunk) : chunk);
    at = next;
  }
  if (!size) return undefined;
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + chunks.reduce((sum, { length }) => sum + length, 0), 4);
  return { ...size, parts: [head, ...chunks] };
};
