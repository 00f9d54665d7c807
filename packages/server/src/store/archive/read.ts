import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UUID_V7 } from '@throughline/shared';
import { StartupError } from '../../lib/errors.ts';
import { FORMAT, type Head, SCHEMA } from './format.ts';
import { createDigest, type Row } from './log.ts';
import { columnsOf, type TableName, tableNames } from './tables.ts';

/** Read from front to back, once. */
export interface Archive {
  head: Head;
  /** Of each table in the order of `tableNames`. */
  rows(name: TableName): AsyncGenerator<Row>;
  /** After all tables. Whoever takes them reads the bytes of each before the next. */
  files(): AsyncGenerator<{ id: string; bytes: AsyncGenerator<Buffer> }>;
  close(): void;
}

const noArchive = (path: string) =>
  new StartupError(`${path} is no archive that throughline backup has written.`);

const damaged = (path: string, cause?: unknown) =>
  new StartupError(
    `${path} is cut short or was changed since it was written; nothing was restored. Take another backup.`,
    { cause },
  );

async function* linesOf(path: string): AsyncGenerator<string> {
  const text = createGunzip();
  text.setEncoding('utf8');
  pipeline(createReadStream(path), text, () => {});
  let rest = '';
  for await (const piece of text as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}

interface Lines {
  /** What stands on the next line; undefined behind the last. */
  next(): Promise<unknown>;
  close(): void;
}

function check(isSo: boolean): asserts isSo {
  if (!isSo) throw new Error('not as it was written');
}

const LAST = '{"end":"archive",';

function readLines(path: string): Lines {
  const lines = linesOf(path);
  const hash = createHash('sha256');
  return {
    async next() {
      const { value: line, done } = await lines.next();
      check(!done);
      if (!line.startsWith(LAST)) {
        hash.update(line).update('\n');
        return JSON.parse(line);
      }
      check(JSON.parse(line).sha256 === hash.digest('hex'));
      check((await lines.next()).done === true);
      return undefined;
    },
    close: () => void lines.return(undefined),
  };
}

type Line = Record<string, unknown>;

const isObject = (line: unknown): line is Line =>
  typeof line === 'object' && line !== null && !Array.isArray(line);

async function* readTable({ next }: Lines, name: TableName): AsyncGenerator<Row> {
  const columns = columnsOf(name);
  const begin = await next();
  check(isObject(begin) && begin.table === name && String(begin.columns) === String(columns));
  const digest = createDigest();
  for (;;) {
    const line = await next();
    if (!Array.isArray(line)) {
      const { rows, sha256 } = digest.end();
      check(isObject(line) && line.end === name && line.rows === rows && line.sha256 === sha256);
      return;
    }
    check(line.length === columns.length);
    digest.add(JSON.stringify(line));
    yield line;
  }
}

async function* readBytes({ next }: Lines, id: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const line = await next();
    if (typeof line !== 'string') {
      check(isObject(line) && line.end === id && line.bytes === bytes);
      check(line.sha256 === hash.digest('hex'));
      return;
    }
    const part = Buffer.from(line, 'base64');
    hash.update(part);
    bytes += part.length;
    yield part;
  }
}

/** What goes wrong while reading is damage, whatever it is. */
async function* guarded<T>(path: string, all: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* all;
  } catch (error) {
    throw error instanceof StartupError ? error : damaged(path, error);
  }
}

async function* readFiles(path: string, lines: Lines): ReturnType<Archive['files']> {
  for (;;) {
    const line = await lines.next();
    if (line === undefined) return;
    check(isObject(line) && typeof line.file === 'string' && UUID_V7.test(line.file));
    yield { id: line.file, bytes: guarded(path, readBytes(lines, line.file)) };
  }
}

async function readHead(path: string, { next }: Lines): Promise<Head> {
  const found = await next().catch((cause: NodeJS.ErrnoException) => {
    if (cause.syscall === undefined) throw noArchive(path);
    throw new StartupError(`${path} cannot be read: ${cause.message}.`, { cause });
  });
  if (!isObject(found) || found.throughline === undefined) throw noArchive(path);
  const { throughline, schema, version } = found;
  if (throughline !== FORMAT || schema !== SCHEMA)
    throw new StartupError(
      `${path} was written by throughline ${version} and has schema version ${schema}; this program restores ${SCHEMA}. Restore it with the version that wrote it; a newer one brings it up to date when it starts.`,
    );
  return found as unknown as Head;
}

/** @throws StartupError where it is none, or not this program's to read */
export async function openArchive(path: string): Promise<Archive> {
  const lines = readLines(path);
  try {
    const head = await readHead(path, lines);
    return {
      head,
      rows: (name) => guarded(path, readTable(lines, name)),
      files: () => guarded(path, readFiles(path, lines)),
      close: lines.close,
    };
  } catch (error) {
    lines.close();
    throw error;
  }
}

/**
 * Reads an archive to its end.
 * @throws StartupError where anything in it is not what was written
 */
export async function checkArchive(path: string): Promise<Head> {
  const archive = await openArchive(path);
  try {
    for (const name of tableNames) for await (const _ of archive.rows(name));
    for await (const { bytes } of archive.files()) for await (const _ of bytes);
    return archive.head;
  } finally {
    archive.close();
  }
}
