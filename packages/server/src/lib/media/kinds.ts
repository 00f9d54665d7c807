import { extname } from 'node:path';

/** A kind of file that is taken: how it is called, and how it begins. */
interface Kind {
  type: string;
  extensions: string[];
  /** What browsers and systems call it as well. */
  aliases?: string[];
  fits(head: Buffer): boolean;
}

const starts =
  (...beginnings: (string | number[])[]) =>
  (head: Buffer): boolean =>
    beginnings.some((begin) => {
      const bytes = Buffer.from(begin as string, 'latin1');
      return head.subarray(0, bytes.length).equals(bytes);
    });

/** Four bytes of length, then what it is. */
const holds =
  (at: number, ...marks: string[]) =>
  (head: Buffer): boolean =>
    marks.includes(head.toString('latin1', at, at + 4));

const riff =
  (mark: string) =>
  (head: Buffer): boolean =>
    holds(0, 'RIFF')(head) && holds(8, mark)(head);

const isZip = starts('PK\x03\x04', 'PK\x05\x06');

const MARKUP = /^\s*(<[!?/a-z]|mime-version:|content-type:)/i;

/** Text is what nothing else claims: no NUL, and no markup that a browser might run. */
const isText = (head: Buffer): boolean =>
  !head.includes(0) &&
  !MARKUP.test(head.toString('latin1').replace(/^\xef\xbb\xbf/, '')) &&
  kinds.every((kind) => kind.fits === isText || !kind.fits(head));

/** Pictures every browser draws and none runs. */
export const isPicture = (type: string): boolean => type.startsWith('image/');

const office = (extension: string, name: string): Kind => ({
  type: `application/vnd.openxmlformats-officedocument.${name}`,
  extensions: [extension],
  fits: isZip,
});

const JPEG = starts([0xff, 0xd8, 0xff]);

/** Everything that is taken. What a browser could run as a page, SVG above all, is not among it. */
const kinds: Kind[] = [
  { type: 'image/png', extensions: ['png'], fits: starts('\x89PNG\r\n\x1a\n') },
  { type: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jfif'], aliases: ['image/jpg'], fits: JPEG },
  { type: 'image/gif', extensions: ['gif'], fits: starts('GIF87a', 'GIF89a') },
  { type: 'image/webp', extensions: ['webp'], fits: riff('WEBP') },
  { type: 'application/pdf', extensions: ['pdf'], fits: starts('%PDF-') },
  { type: 'text/plain', extensions: ['txt', 'log'], fits: isText },
  {
    type: 'text/csv',
    extensions: ['csv'],
    aliases: ['text/plain', 'application/csv', 'application/vnd.ms-excel'],
    fits: isText,
  },
  office('docx', 'wordprocessingml.document'),
  office('xlsx', 'spreadsheetml.sheet'),
  office('pptx', 'presentationml.presentation'),
  {
    type: 'application/zip',
    extensions: ['zip'],
    aliases: ['application/x-zip-compressed', 'application/x-zip'],
    fits: isZip,
  },
  {
    type: 'video/mp4',
    extensions: ['mp4', 'm4v', 'mov'],
    aliases: ['video/quicktime', 'video/x-m4v'],
    fits: holds(4, 'ftyp'),
  },
  { type: 'video/webm', extensions: ['webm'], fits: starts([0x1a, 0x45, 0xdf, 0xa3]) },
  {
    type: 'audio/mpeg',
    extensions: ['mp3'],
    aliases: ['audio/mp3'],
    fits: (head) => starts('ID3')(head) || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2),
  },
  { type: 'audio/mp4', extensions: ['m4a'], aliases: ['audio/x-m4a'], fits: holds(4, 'ftyp') },
  {
    type: 'audio/ogg',
    extensions: ['ogg', 'oga', 'opus'],
    aliases: ['application/ogg'],
    fits: starts('OggS'),
  },
  {
    type: 'audio/wav',
    extensions: ['wav'],
    aliases: ['audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
    fits: riff('WAVE'),
  },
];

/** For a field that chooses files; phones offer their camera for it, and make JPEGs of what they keep. */
export const ACCEPT = [
  ...kinds.filter(({ type }) => isPicture(type)).map(({ type }) => type),
  ...kinds
    .filter(({ type }) => !isPicture(type))
    .flatMap((it) => it.extensions.map((end) => `.${end}`)),
].join(',');

/** As many bytes as `isOfKind` wants to see. */
export const HEAD_BYTES = 4096;

const UNKNOWN = ['', 'application/octet-stream'];

/** What a file says it is, by its name and by what its sender's system calls it. */
export type Claim = 'not_allowed' | 'mismatch' | { type: string };

export function claimOf(name: string, type: string): Claim {
  const extension = extname(name).slice(1).toLowerCase();
  const kind = kinds.find(({ extensions }) => extensions.includes(extension));
  if (!kind) return 'not_allowed';
  const [said = ''] = type.toLowerCase().split(';');
  const isSame = [kind.type, ...(kind.aliases ?? []), ...UNKNOWN].includes(said.trim());
  return isSame ? { type: kind.type } : 'mismatch';
}

/** Whether a file begins as one of this type does, and as no other one. */
export const isOfKind = (type: string, head: Buffer): boolean =>
  kinds.some((kind) => kind.type === type && kind.fits(head.subarray(0, HEAD_BYTES)));

/** A harmless file that every scanner takes for a harmful one (eicar.org), to see that they look. */
const TEST_VIRUS = Buffer.from(
  String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`,
);

export const isHarmful = (bytes: Buffer): boolean => bytes.includes(TEST_VIRUS);
