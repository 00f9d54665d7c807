import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { StartupError } from '../../lib/errors.ts';
import type { Blobs } from '../blobs.ts';
import { FORMAT, type Head, SCHEMA } from './format.ts';
import { createDigest, type Digests, type LogSource, lineOf } from './log.ts';
import { columnsOf, tableNames } from './tables.ts';

/** What is to be kept, and what is to be said about it. */
export interface Wanted {
  source: LogSource;
  /** Undefined: what people sent is backed up otherwise. */
  blobs: Blobs | undefined;
  /** Of this program. */
  version: string;
  now: number;
}

export interface Written {
  tables: Digests;
  files: number;
  fileBytes: number;
  /** Their messages were deleted while the backup was taken. */
  gone: number;
}

const FILE_COLUMNS = columnsOf('file');
const ID = FILE_COLUMNS.indexOf('id');
const STATE = FILE_COLUMNS.indexOf('state');
const KEPT = ['stored', 'held'];

async function* tableLines({ rows }: LogSource, said: Digests): AsyncGenerator<string> {
  for (const table of tableNames) {
    yield JSON.stringify({ table, columns: columnsOf(table) });
    const digest = createDigest();
    for await (const row of rows(table)) {
      const line = lineOf(row);
      digest.add(line);
      yield line;
    }
    said[table] = digest.end();
    yield JSON.stringify({ end: table, ...said[table] });
  }
}

async function* fileLines({ source, blobs }: Wanted, said: Written): AsyncGenerator<string> {
  if (!blobs) return;
  for await (const row of source.rows('file')) {
    if (!KEPT.includes(String(row[STATE]))) continue;
    const id = String(row[ID]);
    const bytes = await blobs.read(id);
    if (!bytes) {
      said.gone++;
      continue;
    }
    yield JSON.stringify({ file: id });
    const hash = createHash('sha256');
    let size = 0;
    for await (const part of bytes as AsyncIterable<Buffer>) {
      hash.update(part);
      size += part.length;
      yield JSON.stringify(part.toString('base64'));
    }
    said.files++;
    said.fileBytes += size;
    yield JSON.stringify({ end: id, bytes: size, sha256: hash.digest('hex') });
  }
}

async function* lines(wanted: Wanted, said: Written): AsyncGenerator<string> {
  const { source, blobs, version, now } = wanted;
  const { epoch } = source;
  yield JSON.stringify({
    throughline: FORMAT,
    schema: SCHEMA,
    ...{ version, epoch, time: now, files: blobs !== undefined },
  } satisfies Head);
  yield* tableLines(source, said.tables);
  yield* fileLines(wanted, said);
}

/** Ends with the hash of everything before. */
async function* sealed(all: AsyncIterable<string>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  for await (const line of all) {
    hash.update(line).update('\n');
    yield `${line}\n`;
  }
  yield `${JSON.stringify({ end: 'archive', sha256: hash.digest('hex') })}\n`;
}

/** A stream handles text in pieces of some size better than line by line. */
async function* inPieces(all: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of all) {
    piece += line;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Writes a log, and the files people sent, into one file: whole and on disk under its name, or not there. Only
 * its owner may read it: it holds what the relay signs with.
 * @throws StartupError where the file is there already or cannot be written
 */
export async function writeArchive(path: string, wanted: Wanted): Promise<Written> {
  if (await isThere(path))
    throw new StartupError(`${path} is there already; name a file that is not.`);
  const part = `${path}.part`;
  const said: Written = { tables: {} as Digests, files: 0, fileBytes: 0, gone: 0 };
  await mkdir(dirname(path), { recursive: true });
  await rm(part, { force: true });
  const file = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  try {
    const text = Readable.from(inPieces(sealed(lines(wanted, said))), { objectMode: false });
    await pipeline(text, createGzip({ level: 4 }), file);
    await rename(part, path);
    await syncFolder(dirname(path));
    return said;
  } catch (error) {
    await rm(part, { force: true });
    const isDisk = (error as NodeJS.ErrnoException).syscall !== undefined;
    if (!isDisk) throw error;
    throw new StartupError(`${path} cannot be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
