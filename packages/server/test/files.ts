import { crc32, deflateSync } from 'node:zlib';
import { uuidv7 } from '@throughline/shared';
import type { Ack, FileLinks, FileTicket } from '@throughline/shared/schema';
import type { Answer, Peer, TestRelay } from './relay.ts';

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** A PNG that says it is this large; `more` are chunks between its head and its end. */
export function png(width = 2, height = 2, more: Record<string, Buffer> = {}): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const rows = Buffer.alloc(Math.min(height, 4) * (1 + 3 * Math.min(width, 4)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    ...Object.entries(more).map(([type, data]) => chunk(type, data)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const segment = (marker: number, data: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
};

/** A JPEG with the EXIF of a phone: upright or not, a place, and who made it. */
export function photo(orientation = 6): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const exif = Buffer.concat([
    Buffer.from('Exif\0\0'),
    tiff,
    Buffer.from('GPS 48.4 N SERIAL-4711'),
  ]);
  const frame = Buffer.from([8, 0, 20, 0, 30, 1, 1, 0x11, 0]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1')),
    segment(0xe1, exif),
    segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x>SERIAL-4711</x>')),
    segment(0xfe, Buffer.from('<script>alert(1)</script>')),
    segment(0xc0, frame),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd9]),
    Buffer.from('GPS after the end'),
  ]);
}

/** The file every scanner knows, put together here so that no scanner stops at this one. */
export const EICAR = Buffer.from(
  String.raw`X5O!P%@AP[4\PZX54(P^)7CC)7}$` +
    ['EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE!$H+H*'].join('-'),
);

export interface Sent {
  name?: string;
  type?: string;
  bytes?: Buffer;
  id?: string;
}

/** Asks for a ticket. */
export const begin = (
  peer: Peer,
  conversation: string,
  { name = 'photo.png', type = '', bytes = png(), id = uuidv7() }: Sent = {},
): Promise<Ack<FileTicket>> =>
  peer.ask<FileTicket>('file:begin', { id, conversation, name, size: bytes.length, type });

export const put = (
  relay: TestRelay,
  { url, ticket = '' }: FileTicket,
  sent: Buffer | { bytes: Buffer; headers: Record<string, string> },
): Promise<Answer> => {
  const { bytes, headers = {} } = Buffer.isBuffer(sent) ? { bytes: sent } : sent;
  const type = { 'content-type': 'application/octet-stream' };
  return relay.fetch(url, {
    method: 'PUT',
    body: bytes,
    headers: { ...type, 'throughline-ticket': ticket, ...headers },
  });
};

/** Brings a file into a conversation; the answer to its bytes. */
export async function bring(
  relay: TestRelay,
  [peer, conversation]: [Peer, string],
  sent: Sent = {},
): Promise<Answer & { id: string }> {
  const begun = await begin(peer, conversation, sent);
  if (!begun.ok) throw new Error(`file:begin was refused: ${begun.error.code}`);
  const answer = await put(relay, begun.data, sent.bytes ?? png());
  return { ...answer, id: begun.data.id };
}

/** Where this one may fetch a file; undefined: nowhere. */
export async function linkOf(peer: Peer, id: string): Promise<string | undefined> {
  const ack = await peer.ask<FileLinks>('file:links', { files: [id] });
  return ack.ok ? ack.data[id]?.url : undefined;
}
