import { createHash } from 'node:crypto';
import { StartupError } from '../../lib/errors.ts';
import type { Awaitable } from '../awaitable.ts';
import { type TableName, tableNames } from './tables.ts';

/** Values in the order of the table's columns. */
export type Row = readonly (string | number | null)[];

/** A whole log, as it was at one moment. */
export interface LogSource {
  /** Identity of the log. */
  readonly epoch: string;
  rows(table: TableName): Iterable<Row> | AsyncIterable<Row>;
  close(): Awaitable<void>;
}

/** A log that somebody may take away. */
export interface MovableSource extends LogSource {
  /** From now on no relay starts on it, and nothing more is read. */
  markMoved(to: string): Awaitable<void>;
}

/** Where a log is put: nothing of it is there before `commit`, and nothing is left of it without. */
export interface LogTarget extends Pick<LogSource, 'rows' | 'close'> {
  put(table: TableName, rows: Row[]): Awaitable<void>;
  /** Under its identity, or under another one; sinks go on where they were in it. */
  commit(epoch: { was: string; is: string }): Awaitable<void>;
}

/** Another identity, and the row of the log that says so. */
export interface Renewal {
  epoch: string;
  note(offset: number): Row;
}

/** How many rows, and the hash of them all. */
export interface Digest {
  rows: number;
  sha256: string;
}

export type Digests = Record<TableName, Digest>;

/** PostgreSQL has no NUL; what had one is the same in every engine. */
const storable = (value: string | number | null) =>
  typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;

/** One row on a line. */
export function lineOf(row: Row): string {
  const line = JSON.stringify(row);
  return line.includes('\\u0000') ? JSON.stringify(row.map(storable)) : line;
}

export function createDigest() {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    add(line: string): void {
      rows++;
      hash.update(line).update('\n');
    },
    end: (): Digest => ({ rows, sha256: hash.digest('hex') }),
  };
}

export async function digestOf({ rows }: Pick<LogSource, 'rows'>): Promise<Digests> {
  const found: Partial<Digests> = {};
  for (const name of tableNames) {
    const digest = createDigest();
    for await (const row of rows(name)) digest.add(lineOf(row));
    found[name] = digest.end();
  }
  return found as Digests;
}

export const firstDifference = (one: Digests, other: Digests): TableName | undefined =>
  tableNames.find((name) => one[name].sha256 !== other[name].sha256);

const BATCH_ROWS = 500;
const BATCH_CHARACTERS = 1_000_000;

async function copyTable(
  { rows }: Pick<LogSource, 'rows'>,
  target: LogTarget,
  name: TableName,
): Promise<Digest> {
  const digest = createDigest();
  let batch: Row[] = [];
  let size = 0;
  async function flush(): Promise<void> {
    if (batch.length > 0) await target.put(name, batch);
    batch = [];
    size = 0;
  }
  for await (const row of rows(name)) {
    const line = lineOf(row);
    digest.add(line);
    batch.push(row.map(storable));
    size += line.length;
    if (batch.length >= BATCH_ROWS || size >= BATCH_CHARACTERS) await flush();
  }
  await flush();
  return digest.end();
}

/**
 * Puts every row of one log into another place, then reads all of them back from there.
 * @throws StartupError where a row is not what it was
 */
export async function copyLog(
  source: Pick<LogSource, 'rows'>,
  target: LogTarget,
): Promise<Digests> {
  const sent: Partial<Digests> = {};
  for (const name of tableNames) sent[name] = await copyTable(source, target, name);
  const differs = firstDifference(sent as Digests, await digestOf(target));
  if (differs)
    throw new StartupError(
      `What was written of "${differs}" is not what was read; nothing was changed. Check the disk and the memory of the machines.`,
    );
  return sent as Digests;
}

export const countRows = (digests: Digests): number =>
  tableNames.reduce((sum, name) => sum + digests[name].rows, 0);
