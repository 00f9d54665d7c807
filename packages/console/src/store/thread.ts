import type { ErrorCode } from '@throughline/shared';
import { newStream, reconnect, type Step, type Stream } from '@throughline/shared/client';
import type { AgentEvent, HistoryPage } from '@throughline/shared/schema';

/** One conversation's events as this console holds them: ascending, and without a hole from the first on. */
export interface Thread {
  stream: Stream<AgentEvent>;
  events: readonly AgentEvent[];
  /** Whether the newest page is here. */
  phase: 'loading' | 'ready' | 'failed';
  /** Why it is not. */
  code: ErrorCode | null;
  older: 'idle' | 'loading' | 'failed';
  /** `pub` up to which agents had read when it was opened; null: nothing was new, undefined: not known yet. */
  readBefore: number | null | undefined;
}

/** Threads one comes back to are still there; of the others the relay has everything. */
const KEPT_THREADS = 20;
const KEPT_EVENTS = 300;

export const newThread = (): Thread => ({
  stream: newStream(),
  events: [],
  phase: 'loading',
  code: null,
  older: 'idle',
  readBefore: undefined,
});

export const positionOf = (event: AgentEvent): number => event.seq;

export const isVisitorsMessage = ({ type, actor }: AgentEvent): boolean =>
  type === 'message.created' && actor.kind === 'visitor';

/** When the visitor last did something here, as far as the events held tell. */
export const lastActive = ({ events }: Thread): number | undefined =>
  events.findLast(({ actor }) => actor.kind === 'visitor')?.time;

export const hasOlder = ({ events }: Thread): boolean => (events[0]?.seq ?? 1) > 1;

/** What was erased is not held here either, whatever was loaded before. */
function withoutErased(events: AgentEvent[]): AgentEvent[] {
  const end = events.findLast(({ type }) => type === 'conversation.erased')?.seq ?? 0;
  return events.map((event) =>
    event.seq < end ? ({ ...event, data: { redacted: true } } as AgentEvent) : event,
  );
}

export function applyStep(thread: Thread, step: Step<AgentEvent>): Thread {
  const { stream, apply, reset } = step;
  const base = reset ? [] : thread.events;
  return {
    ...thread,
    stream,
    events: apply.length > 0 || reset ? withoutErased([...base, ...apply]) : thread.events,
    phase: stream.epoch === '' ? thread.phase : 'ready',
    code: null,
  };
}

/** Older events go in front; a page that came twice changes nothing. */
export function takeHistory(thread: Thread, { events }: HistoryPage<AgentEvent>): Thread {
  const first = thread.events[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = events.filter(({ seq }) => seq < first);
  return { ...thread, events: withoutErased([...older, ...thread.events]), older: 'idle' };
}

/** A thread that is left is cut to its newest part and waits for its next reader. */
export function rest(thread: Thread): Thread {
  return {
    ...thread,
    stream: reconnect(thread.stream).stream,
    events: thread.events.slice(-KEPT_EVENTS),
    older: 'idle',
    readBefore: undefined,
  };
}

/** Keeps the threads touched last; an object remembers the order its keys were set in. */
export function putThread(
  threads: Readonly<Record<string, Thread>>,
  id: string,
  thread: Thread,
): Record<string, Thread> {
  const { [id]: _, ...others } = threads;
  const kept = Object.entries(others).slice(-(KEPT_THREADS - 1));
  return { ...Object.fromEntries(kept), [id]: thread };
}
