import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { AppError } from './errors.ts';

export interface ScannerAddress {
  host: string;
  port: number;
}

/** Nothing was said, or taken, for this long: a scanner has to read a whole archive before it answers. */
const IDLE_MS = 30_000;

/** What is sent in one piece. */
const CHUNK_BYTES = 64 * 1024;

const lengthOf = (bytes: number): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
};

/** A file as INSTREAM takes it: pieces, each after its length, and an empty one (clamd(8)). */
async function* instream(path: string): AsyncGenerator<Buffer> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    yield lengthOf(chunk.length);
    yield chunk;
  }
  yield lengthOf(0);
}

/** Without `once` of node:events, which takes an error for an answer as well. */
const any = (socket: Socket, ...names: string[]): Promise<void> =>
  new Promise((resolve) => {
    for (const name of names) socket.once(name, () => resolve());
  });

/** Whoever is told no in the middle stops reading: what it said then is the answer, not that writing failed. */
async function write(socket: Socket, parts: Iterable<Buffer> | AsyncIterable<Buffer>) {
  for await (const part of parts) {
    if (socket.destroyed || socket.readableEnded) return;
    if (!socket.write(part)) await any(socket, 'drain', 'close');
  }
}

/** One question on a connection of its own; clamd answers it and closes. */
async function ask(
  address: ScannerAddress,
  parts: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<string> {
  const socket = connect(address);
  let failed: Error | undefined;
  socket.on('error', (error) => {
    failed = error;
  });
  socket.setTimeout(IDLE_MS, () => socket.destroy(new Error('the scanner does not answer')));
  let said = '';
  socket.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const closed = any(socket, 'close');
  await write(socket, parts).catch((error) => socket.destroy(error));
  await closed;
  if (said === '') throw failed ?? new Error('the scanner said nothing');
  return said.replace(/\0?\n?$/, '');
}

/**
 * Asks clamd whether a file is harmful: the name of what it found, or undefined.
 *
 * @throws AppError `storage_unavailable` where there is no answer that says either: what nobody has looked at
 * is not taken
 */
export async function scan(address: ScannerAddress, path: string): Promise<string | undefined> {
  try {
    const said = await ask(address, instream(path));
    const [, found] = /^stream: (.+) FOUND$/.exec(said) ?? [];
    if (found === undefined && said !== 'stream: OK') throw new Error(`the scanner says: ${said}`);
    return found;
  } catch (cause) {
    throw new AppError('storage_unavailable', { cause });
  }
}

/** Whether clamd is there; it says which it is. */
export const versionOf = (address: ScannerAddress): Promise<string> =>
  ask(address, [Buffer.from('zVERSION\0')]);
