import type { AgentEvent, EventData, EventType } from '@throughline/shared/schema';

/** An event of one type whose data is still there. */
type Live<T extends EventType> = Omit<Extract<AgentEvent, { type: T }>, 'data'> & {
  data: EventData<T>;
};

/** What to do with each type that matters; the others say nothing here. */
export type Table<R extends unknown[], Result> = {
  [T in EventType]?: (event: Live<T>, ...rest: R) => Result;
};

export const isRedacted = ({ data }: AgentEvent): boolean => 'redacted' in data;

/** Looks an event up in a table; undefined when nothing stands there, or its data was redacted. */
export function match<R extends unknown[], Result>(
  table: Table<R, Result>,
  event: AgentEvent,
  ...rest: R
): Result | undefined {
  if (isRedacted(event)) return undefined;
  const run = table[event.type] as ((event: AgentEvent, ...rest: R) => Result) | undefined;
  return run?.(event, ...rest);
}
