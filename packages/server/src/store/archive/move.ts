import { copyLog, type Digests, digestOf, firstDifference, type MovableSource } from './log.ts';
import type { Place } from './place.ts';

/** A move that came to its end, or nearly: the same log, row by row, is there already. */
async function isThere(source: MovableSource, to: Place): Promise<Digests | undefined> {
  const other = await to.openSource({ alone: true }).catch(() => undefined);
  if (!other) return undefined;
  try {
    if (other.epoch !== source.epoch) return undefined;
    const [ours, theirs] = [await digestOf(source), await digestOf(other)];
    return firstDifference(ours, theirs) ? undefined : ours;
  } finally {
    await other.close();
  }
}

/**
 * Moves a log under its own identity: numbers stay what they are, so every cursor stays good. Neither
 * place may have a relay on it. The old one is closed before the new one is there: a log that goes on in
 * two places under one name would be two histories. Killed in between, it is run again.
 */
export async function moveLog(from: Place, to: Place): Promise<Digests> {
  const source = await from.openSource({ alone: true });
  try {
    const moved = await isThere(source, to);
    if (moved) {
      await source.markMoved(to.name);
      return moved;
    }
    const target = await to.openTarget({ create: false, replace: false });
    try {
      const tables = await copyLog(source, target);
      await source.markMoved(to.name);
      await target.commit({ was: source.epoch, is: source.epoch });
      return tables;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
