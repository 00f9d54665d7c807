import { type Clean, PARTS_MAX } from './clean.ts';

const [EOI, SOS, APP0, APP1, APP2, APP14, APP15, COM] = [
  0xd9, 0xda, 0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe,
];

/** Start of a frame: the header with the size in it. Not DHT, JPG and DAC, which stand between them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** The scan's data: up to the next marker that is no stuffing and no restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes.readUInt8(at + 1);
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new RangeError('The picture has no end.');
}

const ORIENTATION = 0x0112;

/** How the camera was held, by the EXIF of a segment; 1: upright. */
function orientationIn(segment: Buffer): number {
  if (segment.toString('latin1', 4, 8) !== 'Exif') return 1;
  const tiff = segment.subarray(10);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  try {
    const directory = u32(4);
    for (let i = 0; i < u16(directory); i++) {
      const entry = directory + 2 + i * 12;
      if (u16(entry) === ORIENTATION) return u16(entry + 8);
    }
  } catch {
    // Damaged, and about to be dropped.
  }
  return 1;
}

/** EXIF that says how the camera was held, and nothing else. */
function exifOf(orientation: number): Buffer {
  const exif = Buffer.from(
    'ffe1002245786966000049492a0008000000010012010300010000000000000000000000',
    'hex',
  );
  exif.writeUInt16LE(orientation, 28);
  return exif;
}

/** A colour profile may be in several parts, but not in more than one ever needs. */
const PROFILE_PARTS_MAX = 16;

function isKept({ marker, bytes }: Segment): boolean {
  if (marker === APP2)
    return (
      bytes.toString('latin1', 4, 15) === 'ICC_PROFILE' && bytes.readUInt8(17) <= PROFILE_PARTS_MAX
    );
  if (marker === APP0 || marker === APP14) return true;
  return marker !== COM && (marker < APP1 || marker > APP15);
}

/** One marker with all that belongs to it. */
interface Segment {
  marker: number;
  bytes: Buffer;
}

/** Up to the end of the picture; throws a `RangeError` where it ends before. */
function* segmentsOf(bytes: Buffer): Generator<Segment> {
  for (let at = 2, n = 0; n < PARTS_MAX; n++) {
    // Any number of these may stand before a marker.
    while (bytes.readUInt8(at + 1) === 0xff) at += 1;
    if (bytes.readUInt8(at) !== 0xff) throw new RangeError('There is no marker.');
    const marker = bytes.readUInt8(at + 1);
    if (marker === EOI) return;
    const header = at + 2 + bytes.readUInt16BE(at + 2);
    const end = marker === SOS ? endOfScan(bytes, header) : header;
    if (end > bytes.length) throw new RangeError('A segment has no end.');
    yield { marker, bytes: bytes.subarray(at, end) };
    at = end;
  }
  throw new RangeError('There are too many segments.');
}

const END = Buffer.from([0xff, EOI]);

/** Keeps what is drawn, the colours and which way is up; EXIF, XMP, comments and appendices go. */
export const cleanJpeg: Clean = (bytes) => {
  const segments = [...segmentsOf(bytes)];
  const frame = segments.find(({ marker }) => isFrame(marker))?.bytes;
  if (!frame) return undefined;
  const turned = segments
    .filter(({ marker }) => marker === APP1)
    .map((segment) => orientationIn(segment.bytes))
    .find((orientation) => orientation > 1 && orientation <= 8);
  const kept = segments.filter((segment) => isKept(segment)).map((segment) => segment.bytes);
  const exif = turned === undefined ? [] : [exifOf(turned)];
  const parts = [bytes.subarray(0, 2), ...exif, ...kept, END];
  const [height, width] = [frame.readUInt16BE(5), frame.readUInt16BE(7)];
  return (turned ?? 1) >= 5 ? { width: height, height: width, parts } : { width, height, parts };
};
