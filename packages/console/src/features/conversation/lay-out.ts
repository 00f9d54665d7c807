import { dayName, isSameDay } from '../../lib/time.ts';
import type { Deed, Fact, Item, Utterance } from '../../store/items.ts';

/** What stands one under the other in a thread. */
export type Block =
  | { kind: 'day'; id: string; label: string }
  | { kind: 'new'; id: string }
  | FactGroup
  | DeedBlock
  | Group;

/** Utterances of one person, one after the other. */
export interface Group {
  kind: 'group';
  id: string;
  first: Utterance;
  rest: Utterance[];
}

/** What one person did in one go. */
interface FactGroup {
  kind: 'facts';
  id: string;
  facts: Fact[];
}

/** What a bot did, in a line of its own. */
interface DeedBlock {
  kind: 'deed';
  id: string;
  deed: Deed;
}

const PAUSE_MS = 5 * 60_000;

/** By the same person, of the same kind, and without a pause. */
const continues = (last: Item | undefined, item: Item): boolean =>
  last !== undefined &&
  last.kind === item.kind &&
  last.by.kind === item.by.kind &&
  last.by.id === item.by.id &&
  item.time - last.time < PAUSE_MS;

/** Tags set one after the other are one change of the tags. */
function addFact({ facts }: FactGroup, fact: Fact): void {
  const last = facts.at(-1);
  const isMore = last?.type === 'conversation.updated' && fact.type === 'conversation.updated';
  if (isMore) facts.splice(-1, 1, { ...last, tags: fact.tags });
  else facts.push(fact);
}

interface Context {
  now: number;
  /** Visitor's messages beyond this `pub` were new when the thread was opened; null: none were. */
  readBefore: number | null;
}

const isFrom = (kind: Item['by']['kind'], item: Item): item is Utterance =>
  item.kind === 'message' && item.by.kind === kind;

/** The first message that was new, until somebody has answered. */
function firstNew(items: readonly Item[], readBefore: number | null): Item | undefined {
  if (readBefore === null) return undefined;
  const at = items.findIndex((item) => isFrom('visitor', item) && (item.pub ?? 0) > readBefore);
  const isAnswered = items.slice(at).some((item) => isFrom('agent', item));
  return isAnswered ? undefined : items[at];
}

function add(blocks: Block[], item: Item, isMore: boolean): void {
  if (item.kind === 'deed') {
    blocks.push({ kind: 'deed', id: item.id, deed: item });
    return;
  }
  const last = isMore ? blocks.at(-1) : undefined;
  if (item.kind === 'fact') {
    if (last?.kind === 'facts') addFact(last, item);
    else blocks.push({ kind: 'facts', id: item.id, facts: [item] });
  } else if (last?.kind === 'group') last.rest.push(item);
  else blocks.push({ kind: 'group', id: item.id, first: item, rest: [] });
}

/** Days, the line above what is new, and groups of what one person did or said. */
export function layOut(items: readonly Item[], { now, readBefore }: Context): Block[] {
  const blocks: Block[] = [];
  const marked = firstNew(items, readBefore);
  let before: Item | undefined;
  for (const item of items) {
    if (!before || !isSameDay(before.time, item.time))
      blocks.push({ kind: 'day', id: `day ${item.id}`, label: dayName(item.time, now) });
    if (item === marked) blocks.push({ kind: 'new', id: 'new' });
    add(blocks, item, continues(before, item));
    before = item;
  }
  return blocks;
}

/** The last message from our side, when nothing of the visitor's came after it: its fate is worth a word. */
export function lastAnswer(items: readonly Item[]): Utterance | undefined {
  const last = items.findLast((item) => item.kind === 'message' && !item.isDeleted);
  return last?.kind === 'message' && last.by.kind !== 'visitor' ? last : undefined;
}
