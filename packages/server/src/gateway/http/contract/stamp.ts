/** What a route says of itself that takes a stamp. */
export const STAMPED = {
  reads: ['idempotency-key', 'throughline-cause'],
  refuses: ['idempotency_conflict', 'loop_stopped', 'bad_value'],
} as const;
/** ... and one that has to know which version it changes. */
export const VERSIONED = {
  reads: ['if-match'],
  refuses: ['version_missing', 'changed_meanwhile'],
} as const;
