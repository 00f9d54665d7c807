import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '../../lib/errors.ts';

/** Nothing came for this long: whoever sends it is gone. */
const IDLE_MS = 30_000;

/**
 * Writes what arrives to a file of its own, counted, and never more than was announced; gives its
 * SHA-256 once it is on stable storage.
 */
export async function collect(path: string, body: Readable, bytes: number): Promise<string> {
  const file = await open(path, 'wx');
  const hash = createHash('sha256');
  let seen = 0;
  let idle: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(idle);
    idle = setTimeout(() => body.destroy(new AppError('ticket_invalid')), IDLE_MS);
  };
  try {
    wait();
    for await (const chunk of body as AsyncIterable<Buffer>) {
      wait();
      seen += chunk.length;
      if (seen > bytes) throw new AppError('ticket_invalid');
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    if (seen !== bytes) throw new AppError('ticket_invalid');
    await file.sync();
    return hash.digest('hex');
  } finally {
    clearTimeout(idle);
    await file.close();
  }
}
