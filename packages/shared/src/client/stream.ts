import type { Page } from '../schema/wire.ts';

/**
 * One conversation as this client holds it: a gap-free run of events up to `head`. The same rules
 * serve visitors, who count by `pub`, and agents, who count by `seq`.
 */
export interface Stream<E> {
  /** Of the log the numbers belong to; empty until the first page. */
  epoch: string;
  head: number;
  /** `behind`: a page was asked for and live events are held back until it came. */
  phase: 'behind' | 'live';
  held: readonly E[];
}

/** What a step leads to: the stream afterwards, the events to apply in order, whether to ask for a page. */
export interface Step<E> {
  stream: Stream<E>;
  apply: readonly E[];
  ask: boolean;
  /** Drop what is held of this conversation before applying. */
  reset: boolean;
}

/** More than this and it is cheaper, and bounded, to ask for another page. */
const HELD_MAX = 200;

export const newStream = <E>(): Stream<E> => ({ epoch: '', head: 0, phase: 'behind', held: [] });

export const cursorOf = (stream: Stream<unknown>): string | null =>
  stream.epoch === '' ? null : `${stream.epoch}.${stream.head}`;

const idle = <E>(stream: Stream<E>): Step<E> => ({ stream, apply: [], ask: false, reset: false });

const ask = <E>(stream: Stream<E>): Step<E> => ({
  stream: { ...stream, phase: 'behind' },
  apply: [],
  ask: true,
  reset: false,
});

/** The link is new: whatever was missed has to be asked for. */
export const reconnect = <E>(stream: Stream<E>): Step<E> => ask({ ...stream, held: [] });

/** A live event: applied when it is the next one, dropped when known, else the gap is asked for. */
export function receive<E>(stream: Stream<E>, event: E, at: number): Step<E> {
  if (at <= stream.head) return idle(stream);
  // The newest is always held: what had no room shows as a gap before it, and is asked for.
  if (stream.phase === 'behind')
    return idle({ ...stream, held: [...stream.held.slice(0, HELD_MAX - 1), event] });
  if (at > stream.head + 1) return ask({ ...stream, held: [event] });
  return { stream: { ...stream, head: at }, apply: [event], ask: false, reset: false };
}

/** A page of a replay: applied, and after the end marker so is what was held meanwhile. */
export function takePage<E>(
  stream: Stream<E>,
  page: Page<E>,
  position: (event: E) => number,
): Step<E> {
  // Two may be asked for before the first came; the older answer takes nothing back.
  if (page.reason === 'no_cursor' && page.epoch === stream.epoch && page.head <= stream.head)
    return idle(stream);
  const reset = page.state === 'reset';
  const floor = reset ? 0 : stream.head;
  const fresh = page.events.filter((event) => position(event) > floor);
  let head = fresh.reduce((high, event) => Math.max(high, position(event)), floor);
  if (reset && page.end) head = Math.max(head, page.head);
  const base = { epoch: page.epoch, head };
  if (!page.end)
    return {
      stream: { ...base, phase: 'behind', held: stream.held },
      apply: fresh,
      ask: true,
      reset,
    };
  const apply = [...fresh];
  for (const event of [...stream.held].sort((a, b) => position(a) - position(b))) {
    if (position(event) !== base.head + 1) continue;
    apply.push(event);
    base.head += 1;
  }
  const gap = stream.held.some((event) => position(event) > base.head);
  return {
    stream: { ...base, phase: gap ? 'behind' : 'live', held: [] },
    apply,
    ask: gap,
    reset,
  };
}

/**
 * The relay named the head (heartbeat): whoever is behind it lost something, or asked and was refused
 * (rule P14). An answer that is still under way may come twice.
 */
export const noticeHead = <E>(stream: Stream<E>, head: number): Step<E> =>
  head > stream.head ? ask(stream) : idle(stream);
