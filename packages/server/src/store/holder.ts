import type { Conversation } from './store.ts';

export const isActive = ({ status }: Pick<Conversation, 'status'>): boolean =>
  status === 'open' || status === 'waiting';

/** A flow answers, and nobody else is asked to. */
export const isFlowing = ({ flow }: Pick<Conversation, 'flow'>): boolean =>
  flow !== null && flow.outcome === null;

/** Whose capacity it takes: of whom it is offered to, or of its owner unless it is parked. */
export function holderOf(row: Conversation): string | null {
  if (!isActive(row)) return null;
  return row.offer?.agent ?? (row.parked ? null : row.assignee);
}
