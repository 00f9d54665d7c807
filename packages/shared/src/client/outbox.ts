import type { ErrorCode } from '../errors.ts';
import type { CommandInput, CommandName } from '../schema/commands.ts';

/**
 * What a person asked for and the relay has not confirmed, oldest first. Plain data: it is kept in
 * the store, drawn as it is, and persisted as it is. An entry's id is the command's id, so sending it
 * twice does no harm.
 */
export type Entry = {
  [N in CommandName]: {
    name: N;
    input: CommandInput<N>;
    /** When it was asked for, by this device's clock. */
    at: number;
    state: 'queued' | 'sending' | 'failed';
    /** Why it failed; only in `failed`. */
    code?: ErrorCode;
  };
}[CommandName];

export type Outbox = readonly Entry[];

const change = (box: Outbox, id: string, patch: Partial<Pick<Entry, 'state' | 'code'>>): Outbox =>
  box.map((entry) => (entry.input.id === id ? ({ ...entry, ...patch } as Entry) : entry));

const conversationOf = (entry: Entry): string | undefined =>
  'conversation' in entry.input ? entry.input.conversation : undefined;

export const enqueue = (box: Outbox, entry: Entry): Outbox =>
  box.some((known) => known.input.id === entry.input.id) ? box : [...box, entry];

/** The one entry to send now: strictly in order, one at a time (rule P4); failed ones wait for a person. */
export function head(box: Outbox): Entry | undefined {
  const first = box.find((entry) => entry.state !== 'failed');
  return first?.state === 'queued' ? first : undefined;
}

export const sending = (box: Outbox, id: string): Outbox => change(box, id, { state: 'sending' });

/** The relay has it on disk, or its writer let it go. */
export const remove = (box: Outbox, id: string): Outbox =>
  box.filter((entry) => entry.input.id !== id);

/** No answer came: it may or may not have happened, so it is sent again under the same id. */
export const unanswered = (box: Outbox): Outbox =>
  box.some((entry) => entry.state === 'sending')
    ? box.map((entry) =>
        entry.state === 'sending' ? { ...entry, state: 'queued' as const } : entry,
      )
    : box;

/** The relay refused it for good; it stays, visibly, until a person decides. */
export const failed = (box: Outbox, id: string, code: ErrorCode): Outbox =>
  change(box, id, { state: 'failed', code });

/** Tries again, together with what failed before it in the same conversation and it may build upon. */
export function retry(box: Outbox, id: string): Outbox {
  const at = box.findIndex((entry) => entry.input.id === id);
  const target = box[at];
  if (!target) return box;
  return box.map((entry, i) => {
    const same = conversationOf(entry) === conversationOf(target);
    if (entry.state !== 'failed' || i > at || !same) return entry;
    const { code: _, ...rest } = entry;
    return { ...rest, state: 'queued' } as Entry;
  });
}
