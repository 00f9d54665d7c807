import { type Clean, PARTS_MAX } from './clean.ts';

/** What a picture needs to look the same; a colour profile only as large as they are. */
const KEPT = new Set(
  'IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT pHYs bKGD acTL fcTL fdAT'.split(' '),
);
const PROFILE_MAX_BYTES = 1_048_576;
const SIGNATURE_BYTES = 8;
/** Length, type and checksum around a chunk's data. */
const FRAME_BYTES = 12;

/** Keeps the chunks that are drawn; texts, times, EXIF and what follows the end are left out. */
export const cleanPng: Clean = (bytes) => {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  const parts = [bytes.subarray(0, SIGNATURE_BYTES)];
  for (let at = SIGNATURE_BYTES, n = 0; at < bytes.length && n < PARTS_MAX; n++) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) return undefined;
    const isHuge = type === 'iCCP' && length > PROFILE_MAX_BYTES;
    if (KEPT.has(type) && !isHuge) parts.push(bytes.subarray(at, end));
    if (type === 'IEND')
      return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), parts };
    at = end;
  }
  return undefined;
};
