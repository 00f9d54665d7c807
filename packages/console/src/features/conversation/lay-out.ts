import { dayName, isSameDay } from '../../lib/time.ts';
import type { Fact, Item, Utterance } from '../../store/items.ts';

/** What stands one under the other in a thread. */
export type Block =
  | { kind: 'day'; id: string; label: string }
  | { kind: 'new'; id: string }
  | { kind: 'fact'; id: string; fact: Fact }
  | Group;

/** Utterances of one person, one after the other. */
export interface Group {
  kind: 'group';
  id: string;
  first: Utterance;
  rest: Utterance[];
}

const PAUSE_MS = 5 * 60_000;

const continues = ({ first, rest }: Group, item: Utterance): boolean => {
  const last = rest.at(-1) ?? first;
  return (
    last.kind === item.kind &&
    last.by.kind === item.by.kind &&
    last.by.id === item.by.id &&
    item.time - last.time < PAUSE_MS
  );
};

interface Context {
  now: number;
  /** Visitor's messages beyond this `pub` were new when the thread was opened; null: none were. */
  readBefore: number | null;
}

const isNew = (item: Item, readBefore: number | null): boolean =>
  readBefore !== null &&
  item.kind === 'message' &&
  item.by.kind === 'visitor' &&
  (item.pub ?? 0) > readBefore;

/** Days, the line above what is new, facts, and groups of what one person said. */
export function layOut(items: readonly Item[], { now, readBefore }: Context): Block[] {
  const blocks: Block[] = [];
  let before: Item | undefined;
  let isMarked = false;
  for (const item of items) {
    if (!before || !isSameDay(before.time, item.time))
      blocks.push({ kind: 'day', id: `day ${item.id}`, label: dayName(item.time, now) });
    if (!isMarked && isNew(item, readBefore)) {
      blocks.push({ kind: 'new', id: 'new' });
      isMarked = true;
    }
    before = item;
    const last = blocks.at(-1);
    if (item.kind === 'fact') blocks.push({ kind: 'fact', id: item.id, fact: item });
    else if (last?.kind === 'group' && continues(last, item)) last.rest.push(item);
    else blocks.push({ kind: 'group', id: item.id, first: item, rest: [] });
  }
  return blocks;
}

/** The last message from our side, when nothing of the visitor's came after it: its fate is worth a word. */
export function lastAnswer(items: readonly Item[]): Utterance | undefined {
  const last = items.findLast((item) => item.kind === 'message' && !item.isDeleted);
  return last?.kind === 'message' && last.by.kind !== 'visitor' ? last : undefined;
}
