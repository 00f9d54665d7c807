/** What a route says of itself whose effect has the id its caller's key makes. */
export const KEYED = {
  reads: ['idempotency-key'],
  refuses: ['idempotency_conflict', 'bad_value'],
} as const;
/** ... and one that publishes. */
export const PUBLISHED = {
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'newer_settings'],
} as const;
/** ... and one that may also be a reaction. */
export const STAMPED = {
  reads: [...KEYED.reads, 'throughline-cause'],
  refuses: [...KEYED.refuses, 'loop_stopped'],
} as const;
/** ... and one that has to know which version it changes. */
export const VERSIONED = {
  reads: ['if-match'],
  refuses: ['version_missing', 'changed_meanwhile'],
} as const;
