import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Page } from '../schema/wire.ts';
import {
  cursorOf,
  newStream,
  noticeHead,
  receive,
  reconnect,
  type Step,
  takePage,
} from './stream.ts';

/** An event of the model: its place, and a value that says which log it came from. */
interface Event {
  at: number;
  value: string;
}

const position = (event: Event): number => event.at;
const event = (at: number, log = 'a'): Event => ({ at, value: `${log}${at}` });
const events = (...all: number[]): Event[] => all.map((at) => event(at));

const page = (all: Event[], more: Partial<Page<Event>> = {}): Page<Event> => ({
  conversation: 'c',
  state: 'recovered',
  events: all,
  head: all.at(-1)?.at ?? 0,
  end: true,
  epoch: 'a',
  ...more,
});

const first = (all: Event[], more: Partial<Page<Event>> = {}): Step<Event> =>
  takePage(
    newStream<Event>(),
    page(all, { state: 'reset', reason: 'no_cursor', ...more }),
    position,
  );

const live = (head = 3) => first(events(...Array.from({ length: head }, (_, i) => i + 1))).stream;
const places = (step: Step<Event>): number[] => step.apply.map(position);

test('[P11] a new stream has no cursor; the first page is a reset and gives it one', () => {
  expect(cursorOf(newStream())).toBeNull();
  const step = first(events(7, 8));
  expect(step).toMatchObject({ reset: true, ask: false, apply: events(7, 8) });
  expect(step.stream).toMatchObject({ phase: 'live', head: 8 });
  expect(cursorOf(step.stream)).toBe('a.8');
});

test('an empty conversation is followed from its head', () => {
  expect(first([]).stream).toMatchObject({ phase: 'live', head: 0 });
  expect(places(receive(first([]).stream, event(1), 1))).toEqual([1]);
});

test('[P15] the next event is applied, a known one dropped', () => {
  const step = receive(live(), event(4), 4);
  expect(places(step)).toEqual([4]);
  for (const at of [1, 3, 4]) expect(receive(step.stream, event(at), at).apply).toEqual([]);
});

test('[P15] a gap is asked for by number, and what came behind it is held back', () => {
  const step = receive(live(), event(6), 6);
  expect(step).toMatchObject({ apply: [], ask: true, reset: false });
  expect(cursorOf(step.stream)).toBe('a.3');
  const filled = takePage(step.stream, page(events(4, 5)), position);
  expect(places(filled)).toEqual([4, 5, 6]);
  expect(filled.stream).toMatchObject({ phase: 'live', head: 6, held: [] });
});

test('[P12] before the end marker the rest is asked for, and live events wait behind it', () => {
  const behind = reconnect(live()).stream;
  const held = receive(receive(behind, event(9), 9).stream, event(8), 8);
  expect(held.apply).toEqual([]);
  const half = takePage(held.stream, page(events(4, 5), { end: false, head: 9 }), position);
  expect(half).toMatchObject({ ask: true, apply: events(4, 5) });
  const rest = takePage(half.stream, page(events(6, 7), { head: 7 }), position);
  expect(places(rest)).toEqual([6, 7, 8, 9]);
  expect(rest.stream.phase).toBe('live');
});

test('[P12] what is still missing behind the end is asked for again', () => {
  const held = receive(reconnect(live()).stream, event(9), 9).stream;
  const step = takePage(held, page(events(4, 5)), position);
  expect(places(step)).toEqual([4, 5]);
  expect(step.ask).toBe(true);
});

test('[P12] more live events than can be held are asked for once the page is there', () => {
  let stream = reconnect(live()).stream;
  for (let at = 5; at <= 5 + 400; at++) stream = receive(stream, event(at), at).stream;
  expect(stream.held.length).toBeLessThanOrEqual(200);
  const step = takePage(stream, page(events(4)), position);
  expect(step.stream.head).toBeLessThan(405);
  expect(step.ask).toBe(true);
});

test('[P10] pages that overlap what is known add only what is new', () => {
  const step = takePage(reconnect(live()).stream, page(events(2, 3, 4)), position);
  expect(places(step)).toEqual([4]);
  expect(step.reset).toBe(false);
});

test('[P11] a reset drops what is held and starts from its page', () => {
  const step = takePage(
    reconnect(live(50)).stream,
    page([event(6, 'b'), event(7, 'b')], { state: 'reset', reason: 'epoch_changed', epoch: 'b' }),
    position,
  );
  expect(step).toMatchObject({ reset: true, apply: [event(6, 'b'), event(7, 'b')] });
  expect(cursorOf(step.stream)).toBe('b.7');
});

test('[P11] a shorter log without a new epoch is a reset like any other', () => {
  const more = { state: 'reset', reason: 'ahead_of_head', head: 2 } as const;
  const step = takePage(reconnect(live(9)).stream, page(events(1, 2), more), position);
  expect(step).toMatchObject({ reset: true, stream: { head: 2 } });
});

test('the second of two first pages takes nothing back', () => {
  const grown = receive(live(3), event(4), 4).stream;
  const late = page(events(2, 3), { state: 'reset', reason: 'no_cursor' });
  expect(takePage(grown, late, position)).toEqual({
    stream: grown,
    apply: [],
    ask: false,
    reset: false,
  });
});

test('[P14] a heartbeat that names a later head is asked about, an equal one is not', () => {
  expect(noticeHead(live(3), 3).ask).toBe(false);
  expect(noticeHead(live(3), 2).ask).toBe(false);
  expect(noticeHead(live(3), 4)).toMatchObject({ ask: true, stream: { phase: 'behind' } });
  // Whoever asked and was refused asks again.
  expect(noticeHead(reconnect(live(3)).stream, 9).ask).toBe(true);
});

type Act =
  | 'append'
  | 'deliver'
  | 'drop'
  | 'duplicate'
  | 'serve'
  | 'answer'
  | 'refuse'
  | 'heartbeat'
  | 'reconnect'
  | 'ask twice'
  | 'restore';

/** A relay that keeps P10 to P13, a line that loses and mixes, and a client that counts what it draws. */
function createWorld(pageSize: number, newest: number) {
  let epoch = 0;
  let log: Event[] = [];
  let stream = newStream<Event>();
  let screen: Event[] = [];
  let flying: Event[] = [];
  let requests: (string | null)[] = [];
  let answers: Page<Event>[] = [];
  const name = () => `epoch${epoch}`;

  function serve(cursor: string | null): Page<Event> {
    const [of, at] = cursor?.split('.') ?? [];
    const reason =
      cursor === null
        ? ('no_cursor' as const)
        : of !== name()
          ? ('epoch_changed' as const)
          : Number(at) > log.length
            ? ('ahead_of_head' as const)
            : undefined;
    if (reason)
      return page(log.slice(-newest), { state: 'reset', reason, epoch: name(), head: log.length });
    const all = log.slice(Number(at), Number(at) + pageSize);
    const last = all.at(-1)?.at ?? Number(at);
    return page(all, { epoch: name(), head: log.length, end: last === log.length });
  }

  function take(step: Step<Event>): void {
    const before = step.reset ? [] : screen;
    screen = [...before, ...step.apply];
    stream = step.stream;
    if (step.ask) requests.push(cursorOf(stream));
    for (const [i, drawn] of screen.entries()) {
      expect(drawn.at, 'the screen has a hole, or an event twice').toBe((screen[0]?.at ?? 0) + i);
      const age = epochOf(drawn);
      expect(age, 'the screen mixes two logs').toBeLessThanOrEqual(epoch);
    }
    if (screen.length > 0) expect(screen.at(-1)?.at).toBe(stream.head);
  }

  const epochOf = (drawn: Event): number => Number(drawn.value.split(':')[0]);
  const shift = <T>(from: T[], i: number): T | undefined => from.splice(i % from.length, 1)[0];

  function cut(): void {
    flying = [];
    requests = [];
    answers = [];
    take(reconnect(stream));
  }

  const world = {
    act(what: Act, i: number): void {
      if (what === 'append') {
        const next = { at: log.length + 1, value: `${epoch}:${log.length + 1}` };
        log = [...log, next];
        flying.push(next);
      } else if (what === 'deliver') {
        const got = shift(flying, i);
        if (got) take(receive(stream, got, got.at));
      } else if (what === 'drop') shift(flying, i);
      else if (what === 'duplicate') flying.push(...flying.slice(0, 1));
      else if (what === 'serve') {
        const cursor = requests.shift();
        if (cursor !== undefined) answers.push(serve(cursor));
      } else if (what === 'answer') {
        const got = answers.shift();
        if (got) take(takePage(stream, got, position));
      } else if (what === 'refuse') requests.shift();
      else if (what === 'heartbeat') take(noticeHead(stream, log.length));
      else if (what === 'reconnect') cut();
      else if (what === 'ask twice') requests.push(cursorOf(stream));
      else {
        // An older backup is put back: events are missing, and their numbers are used again.
        log = log.slice(0, i % (log.length + 1));
        epoch += 1;
        cut();
      }
    },
    /** Nothing is lost any more; everything under way arrives. */
    settle(): void {
      // Who lacks nothing and was refused hears of no head, but has lost its link.
      if (requests.length + answers.length === 0 && stream.head === log.length) cut();
      for (let i = 0; i < 10_000 && requests.length + answers.length + flying.length > 0; i++)
        for (const what of ['serve', 'answer', 'deliver'] as const) world.act(what, 0);
    },
    check(): void {
      expect(stream.phase).toBe('live');
      expect(stream.head).toBe(log.length);
      expect(screen.at(-1)?.at ?? log.length).toBe(log.length);
      // What was drawn before a restore may come from the log of that time; behind it nothing may.
      const known = new Set(log.map(({ value }) => value));
      for (const drawn of screen) expect(known).toContain(drawn.value);
      if (log.length > 0) expect(screen.length).toBeGreaterThan(0);
    },
    get head() {
      return stream.head;
    },
  };
  cut();
  return world;
}

const act = fc.oneof(
  ...(
    [
      ['append', 6],
      ['deliver', 5],
      ['serve', 4],
      ['answer', 4],
      ['refuse', 1],
      ['drop', 1],
      ['duplicate', 1],
      ['heartbeat', 1],
      ['reconnect', 1],
      ['ask twice', 1],
    ] as const
  ).map(([what, weight]) => ({ weight, arbitrary: fc.constant<Act>(what) })),
);
const steps = (of: fc.Arbitrary<Act>) =>
  fc.array(fc.tuple(of, fc.nat({ max: 30 })), { maxLength: 80 });
const sizes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }));

test('[P10] whatever the line loses, repeats or mixes, each event is drawn once, in order', () => {
  fc.assert(
    fc.property(sizes, steps(act), ([pageSize, newest], all) => {
      const world = createWorld(pageSize, newest);
      let highest = 0;
      for (const [what, i] of all) {
        world.act(what, i);
        expect(world.head, 'what was drawn disappeared').toBeGreaterThanOrEqual(highest);
        highest = world.head;
      }
      world.settle();
      world.act('heartbeat', 0);
      world.settle();
      world.check();
    }),
    { seed: 21, numRuns: 1500 },
  );
});

test('[P11] a log put back from a backup is an honest reset, and never a mixture', () => {
  const any = fc.oneof(
    { weight: 20, arbitrary: act },
    { weight: 1, arbitrary: fc.constant<Act>('restore') },
  );
  fc.assert(
    fc.property(sizes, steps(any), ([pageSize, newest], all) => {
      const world = createWorld(pageSize, newest);
      for (const [what, i] of all) world.act(what, i);
      world.settle();
      world.act('heartbeat', 0);
      world.settle();
      world.check();
    }),
    { seed: 22, numRuns: 1500 },
  );
});
