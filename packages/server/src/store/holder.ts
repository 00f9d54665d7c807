import type { BotRun, Conversation } from './store.ts';

export const isActive = ({ status }: Pick<Conversation, 'status'>): boolean =>
  status === 'open' || status === 'waiting';

/** A bot answers, and nobody else is asked to. */
export const botHasFloor = <R extends Pick<Conversation, 'bot'>>(
  row: R,
): row is R & { bot: BotRun } => row.bot !== null && row.bot.outcome === null;

/** Whose capacity it takes: of whom it is offered to, or of its owner unless it is parked. */
export function holderOf(row: Conversation): string | null {
  if (!isActive(row)) return null;
  return row.offer?.agent ?? (row.parked ? null : row.assignee);
}

/** A person has decided what it may do, or nobody has in time, and it has not heard of that. */
export const hasDecision = ({ approval, bot }: Pick<Conversation, 'approval' | 'bot'>): boolean =>
  (approval?.decidedSeq ?? 0) > (bot?.heard ?? 0);

/** It may be at work on what it was allowed: then its turn counts, whatever is said meanwhile. */
export const mayBeAtWork = (row: Pick<Conversation, 'approval' | 'bot'>): boolean =>
  row.approval?.outcome === 'approved' && hasDecision(row);
