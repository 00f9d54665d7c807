import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { EventData } from '@throughline/shared/schema';
import { HEAD_BYTES, isHarmful, isOfKind, isPicture } from '../../lib/media/kinds.ts';
import { cleanPicture } from '../../lib/media/picture.ts';

type Found =
  | { reason: EventData<'attachment.rejected'>['reason'] }
  /** Of a picture that was cleaned: what it is now. */
  | { width?: number; height?: number; bytes?: number; sha256?: string };

/** Looked at one after the other: each may be in memory as a whole. */
let turn: Promise<unknown> = Promise.resolve();

/** What the bytes say, whatever anybody says of them. Archives are not unpacked, pictures not decoded. */
export function inspect(
  path: string,
  type: string,
  rules: { keepMetadata: boolean },
): Promise<Found> {
  const found = turn.then(() => look(path, type, rules));
  turn = found.catch(() => {});
  return found;
}

async function look(
  path: string,
  type: string,
  { keepMetadata }: { keepMetadata: boolean },
): Promise<Found> {
  const bytes = await readFile(path);
  if (isHarmful(bytes)) return { reason: 'malware' };
  if (!isOfKind(type, bytes.subarray(0, HEAD_BYTES))) return { reason: 'content' };
  if (!isPicture(type)) return {};
  const picture = cleanPicture(type, bytes);
  if (typeof picture === 'string') return { reason: picture };
  const { width, height, parts } = picture;
  return keepMetadata ? { width, height } : { width, height, ...(await replace(path, parts)) };
}

/** Puts the cleaned picture in the place of what arrived, as durable as that was. */
async function replace(path: string, parts: Uint8Array[]) {
  const cleaned = `${path}.clean`;
  const bytes = Buffer.concat(parts);
  await writeFile(cleaned, bytes, { flush: true });
  await rename(cleaned, path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
