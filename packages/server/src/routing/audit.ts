import { activePages } from '../conversations/active.ts';
import {
  type BotRun,
  botHasFloor,
  type Conversation,
  type Queries,
} from '../conversations/queries.ts';
import type { CompiledRouting } from '../settings/routing/compile.ts';
import { targetOf } from '../settings/routing/target.ts';

/** What may be true of nothing that is open. */
interface Violation {
  what: 'nowhere' | 'offer_over' | 'promise_over' | 'bot_over' | 'not_woken' | 'breach_untold';
  conversation: string;
}

/** Whatever is due is done within this, or something is wrong. */
const SLACK_MS = 10_000;
/** As long as a bot, and one after it for each time it may be passed on, may think. */
const THINKING_MS = 4 * 120_000 + SLACK_MS;

const isOver = ({ until, unheard }: BotRun, now: number): boolean =>
  Math.min(until ?? now, unheard?.firstAt ?? now) < now - THINKING_MS;

function wrongWith(
  row: Conversation,
  { now, routing }: { now: number; routing: CompiledRouting },
): Violation['what'] | undefined {
  const lateMs = now - SLACK_MS;
  const target = targetOf(row, routing);
  if (target && target.dueAt < lateMs && row.service.breached !== target.since)
    return 'breach_untold';
  const waits = row.status === 'open' && (row.unansweredSince ?? now) < lateMs;
  if (row.offer && row.offer.until < lateMs) return 'offer_over';
  if (row.promises.some(({ dueAt }) => dueAt < lateMs)) return 'promise_over';
  if (botHasFloor(row)) return isOver(row.bot, now) ? 'bot_over' : undefined;
  if (waits && row.assignee === null && !row.waiting) return 'nowhere';
  return waits && row.parked && row.activeAt < lateMs ? 'not_woken' : undefined;
}

/** Looks at all that is open, as an outsider would. Routing needs no sweep: this has to find nothing. */
export async function audit(
  queries: Pick<Queries, 'active'>,
  at: { now: number; routing: CompiledRouting },
): Promise<Violation[]> {
  const found: Violation[] = [];
  for await (const rows of activePages(queries))
    for (const row of rows) {
      const what = wrongWith(row, at);
      if (what) found.push({ what, conversation: row.id });
    }
  return found;
}
