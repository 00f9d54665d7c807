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
