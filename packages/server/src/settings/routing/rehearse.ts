import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rehearsal, Routing, RoutingView } from '@throughline/shared/schema';
import type { LogRecord, Reads } from '../../store/store.ts';
import { type CompiledRouting, compileRouting } from './compile.ts';
import { type Placement, place } from './place.ts';

/** How far back, in days, records and conversations. */
export interface Period {
  days: number;
  conversations: number;
}

interface Subject {
  draft: Routing;
  /** What is in force; undefined: nothing is. */
  current: Routing | undefined;
  period: Period;
  now: number;
}

/** A decision of the past, with all that was known when it was made. */
interface Decided {
  conversation: string;
  at: number;
  queue: string;
  config: string | undefined;
  view: RoutingView;
}

const DAY_MS = 86_400_000;
const RECORDS_MAX = 200_000;
/** Between two breaths: others have their turn after so many. */
const PAGE = 200;
const SHOWN = 50;

/** Undefined: no decision of the rules, but of a person, a flow or an overflow; or erased since. */
function decidedIn({ type, time, conversation, data }: LogRecord): Decided | undefined {
  if (type !== 'conversation.queued' || !('queue' in data) || conversation === null) return;
  const { config, rule, given } = data.why;
  if (rule === undefined || given === undefined) return;
  return { conversation, at: time, queue: data.queue, config, view: given as RoutingView };
}

/** Behind which a time begins, in a log that is in the order of time: halved again and again. */
async function offsetBefore(events: Reads['events'], since: number, head: number): Promise<number> {
  let low = Math.max(0, head - RECORDS_MAX);
  let high = head;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [record] = await events.log(middle, 1);
    if (record && record.time < since) low = record.offset;
    else high = middle;
  }
  return low;
}

/** The first decision about each of the newest conversations. */
async function recall({ events }: Pick<Reads, 'events'>, { period, now }: Subject) {
  const head = await events.head();
  const since = now - period.days * DAY_MS;
  const decided = new Map<string, Decided>();
  let after = await offsetBefore(events, since, head);
  while (after < head) {
    const page = await events.log(after, PAGE);
    for (const record of page) {
      const found = decidedIn(record);
      if (found && !decided.has(found.conversation)) decided.set(found.conversation, found);
    }
    after = page.at(-1)?.offset ?? head;
    await nextTurn();
  }
  return [...decided.values()].slice(-period.conversations);
}

/** Adds up what each of them would have meant. */
function createTally(draft: CompiledRouting, current: CompiledRouting | undefined) {
  const queues = new Map<string, { before: number; after: number }>();
  const rules = new Map<string, number>();
  const moved: Rehearsal['conversations'] = [];
  const past = { decided: 0, same: 0 };
  const add = (queue: string, side: 'before' | 'after') => {
    const counts = queues.get(queue) ?? { before: 0, after: 0 };
    queues.set(queue, { ...counts, [side]: counts[side] + 1 });
  };

  /** Where it waits with what is in force; where nothing is, where it did wait. */
  function before({ queue, config, view }: Decided): Pick<Placement, 'queue'> {
    const placed = current ? place(current, view) : { queue };
    if (current && config === current.fingerprint) {
      past.decided += 1;
      past.same += Number(placed.queue === queue);
    }
    return placed;
  }

  return {
    take(decided: Decided): void {
      const from = before(decided).queue;
      const { queue: to, path, reasons } = place(draft, decided.view);
      add(from, 'before');
      add(to, 'after');
      rules.set(path, (rules.get(path) ?? 0) + 1);
      const { conversation, at } = decided;
      if (from !== to) moved.push({ conversation, at, from, to, path, reasons });
    },
    result: () => ({
      past,
      elsewhere: moved.length,
      queues: [...queues].map(([queue, counts]) => ({ queue, ...counts })),
      rules: [...rules].map(([path, count]) => ({ path, count })),
      conversations: moved.slice(-SHOWN).reverse(),
    }),
  };
}

/**
 * Decides the past anew, by the code that decides the present: first by what is in force, to see that it
 * comes to what was decided, then by the draft. Reads beside the writer, and lets others have their turn.
 */
export async function rehearse(
  reads: Pick<Reads, 'events'>,
  subject: Subject,
): Promise<Omit<Rehearsal, 'tookMs'>> {
  const { draft, current } = subject;
  const decided = await recall(reads, subject);
  // Who is there does not matter to where it waits.
  const tally = createTally(compileRouting(draft, []), current && compileRouting(current, []));
  for (const [i, one] of decided.entries()) {
    tally.take(one);
    if (i % PAGE === PAGE - 1) await nextTurn();
  }
  return { ...tally.result(), count: decided.length, since: decided[0]?.at ?? null };
}
