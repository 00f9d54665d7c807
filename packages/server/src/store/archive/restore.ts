import { randomUUIDv7 } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventData } from '@throughline/shared/schema';
import type { Blobs } from '../blobs.ts';
import { newEpoch } from '../epoch.ts';
import type { Head } from './format.ts';
import { copyLog, type Digests, type LogTarget, type Row } from './log.ts';

import type { Place } from './place.ts';
import { type Archive, openArchive } from './read.ts';
import { kindsOf, type TableName } from './tables.ts';

interface Into {
  target: LogTarget;
  /** Where files go. */
  blobs: Blobs;
  /** A folder for what is on its way there. */
  incoming: string;
  now: number;
}

export interface Restored {
  head: Head;
  tables: Digests;
  files: number;
  epoch: string;
}

/** What the log says of it. */
function restoredRow(offset: number, { epoch, since, now }: Noted): Row {
  const data: EventData<'audit.recorded'> = {
    action: 'log.restored',
    target: { kind: 'log', id: epoch },
    ...(since === undefined ? {} : { since }),
  };
  const said: Record<string, string | number> = {
    log_offset: offset,
    id: randomUUIDv7(),
    type: 'audit.recorded',
    time: now,
    actor: JSON.stringify({ kind: 'system', id: 'cli' }),
    data: JSON.stringify(data),
  };
  return kindsOf('event').map(({ name }) => said[name] ?? null);
}

interface Noted {
  epoch: string;
  /** The log is as it was then, where that is known. */
  since?: number;
  now: number;
}

/** Remembers the last offset of the log that went by. */
function watchOffsets({ rows }: Archive) {
  let last = 0;
  return {
    last: () => last,
    async *rows(name: TableName) {
      for await (const row of rows(name)) {
        if (name === 'event') last = Number(row[0]);
        yield row;
      }
    },
  };
}

async function putFiles({ files }: Archive, { blobs, incoming }: Into): Promise<number> {
  let count = 0;
  await mkdir(incoming, { recursive: true });
  for await (const { id, bytes } of files()) {
    const path = join(incoming, id);
    const file = await open(path, 'w', 0o600);
    try {
      for await (const part of bytes) await file.write(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await blobs.put(id, path).finally(() => rm(path, { force: true }));
    count++;
  }
  return count;
}

/**
 * Puts an archive's log in its place under a new identity, so that nobody goes on with a cursor of what
 * came after it was taken. Files go first: a log never shows one that is not there.
 * @throws StartupError where it is not as it was written; nothing is there then
 */
export async function restoreArchive(path: string, into: Into): Promise<Restored> {
  const { target, now } = into;
  const archive = await openArchive(path);
  try {
    const { head } = archive;
    const offsets = watchOffsets(archive);
    const tables = await copyLog(offsets, target);
    const files = await putFiles(archive, into);
    const epoch = newEpoch();
    const note = restoredRow(offsets.last() + 1, { epoch, since: head.time, now });
    await target.put('event', [note]);
    await target.commit({ was: head.epoch, is: epoch });
    return { head, tables, files, epoch };
  } finally {
    archive.close();
  }
}

/**
 * For a log that was put back by other means than an archive: the same new identity, so that nobody goes on
 * with a cursor of what is gone. Before a relay starts on it.
 */
export async function renewLog(place: Place, now: number): Promise<string> {
  const epoch = newEpoch();
  await place.renew({ epoch, note: (offset) => restoredRow(offset, { epoch, now }) });
  return epoch;
}
