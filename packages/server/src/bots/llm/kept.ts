/** A call that waits for a person. */
export type Pending = {
  tool: string;
  /** Canonical JSON. */
  arguments: string;
  hash: string;
};

/** What a run of the bot remembers from turn to turn; the conversation itself stands in the log. */
export type Kept = {
  /** It has said that nobody is writing. */
  disclosed: boolean;
  /** Words of somebody else than the visitor and the business's people have been read in this run. */
  tainted: boolean;
  /** How often each call was made, by a fingerprint of it. */
  calls: Record<string, number>;
  pending: Pending | null;
};

const isPending = (value: unknown): value is Pending =>
  typeof value === 'object' &&
  value !== null &&
  ['tool', 'arguments', 'hash'].every((name) => typeof Reflect.get(value, name) === 'string');

/** What is no state of ours is the beginning of one; what could be either is taken for the worse. */
export function readKept(state: unknown): Kept {
  const kept = (typeof state === 'object' && state !== null ? state : {}) as Partial<Kept>;
  const calls = typeof kept.calls === 'object' && kept.calls !== null ? kept.calls : {};
  return {
    disclosed: kept.disclosed === true,
    tainted: state !== null && kept.tainted !== false,
    calls: Object.fromEntries(Object.entries(calls).filter(([, times]) => Number.isInteger(times))),
    pending: isPending(kept.pending) ? kept.pending : null,
  };
}
