import type { AgentEvent, EventData, Why } from '@throughline/shared/schema';

/** What routing decided last about a conversation, and why. */
export interface Decision {
  /** Where it waited then; null: what is held does not say. */
  queue: string | null;
  /** Whom it was brought to; null: nobody yet. */
  agent: EventData<'conversation.offered'>['agent'] | null;
  why: Why;
}

const dataOf = <T extends 'conversation.queued' | 'conversation.offered'>(
  event: AgentEvent | undefined,
): EventData<T> | undefined =>
  event && !('redacted' in event.data) ? (event.data as EventData<T>) : undefined;

/** Why it waits where it does, and behind that why it was brought to whom it was. */
export function decisionIn(events: readonly AgentEvent[]): Decision | undefined {
  const queuedAt = events.findLastIndex(({ type }) => type === 'conversation.queued');
  const offeredAt = events.findLastIndex(({ type }) => type === 'conversation.offered');
  const queued = dataOf<'conversation.queued'>(events[queuedAt]);
  const offered =
    offeredAt > queuedAt ? dataOf<'conversation.offered'>(events[offeredAt]) : undefined;
  if (!queued && !offered) return undefined;
  const reasons = [...(queued?.why.reasons ?? []), ...(offered?.why.reasons ?? [])];
  return {
    queue: queued?.queue ?? null,
    agent: offered?.agent ?? null,
    why: { ...queued?.why, ...offered?.why, reasons },
  };
}
