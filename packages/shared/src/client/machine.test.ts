import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Event, next, type State, statusOf, table } from './machine.ts';

const events: Event[] = [
  'start',
  'opened',
  'synced',
  'lost',
  'refused',
  'retry',
  'nudge',
  'down',
  'stop',
];

/** Written down a second time, by hand: `.` means nothing happens. */
const expected: Record<State, string> = {
  //          start      opened  synced lost    refused retry      nudge      down    stop
  idle: '      connecting .       .      .       .       .          .          .       .   ',
  connecting: '.          syncing .      waiting refused .          .          waiting idle',
  syncing: '   .          .       online waiting refused .          .          waiting idle',
  online: '    .          .       .      waiting refused .          syncing    waiting idle',
  waiting: '   connecting .       .      .       .       connecting connecting .       idle',
  refused: '   connecting .       .      .       .       .          .          .       idle',
};
const states = Object.keys(expected) as State[];

const cells = states.flatMap((state) => {
  const columns = expected[state].trim().split(/\s+/);
  return events.map((event, i) => {
    const to = columns[i] === '.' ? state : columns[i];
    return [state, event, to] as [State, Event, State];
  });
});

test.each(cells)('%s, %s → %s', (state, event, to) => {
  expect(next(state, event)).toBe(to);
});

test('no state and no event is missing', () => {
  expect(Object.keys(table).sort()).toEqual([...states].sort());
  for (const state of states) expect(Object.keys(table[state]).sort()).toEqual([...events].sort());
});

test('wherever a walk leads, it stays in the table, and stop leads home', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60 }), (walk) => {
      let state: State = 'idle';
      for (const event of walk) {
        const before = state;
        state = next(state, event);
        expect(states).toContain(state);
        // Online is reached by catching up and by nothing else.
        if (state === 'online' && before !== 'online')
          expect([before, event]).toEqual(['syncing', 'synced']);
        // Nothing but a new start leads away from a refusal.
        if (before === 'refused' && state !== 'refused') expect(['start', 'stop']).toContain(event);
      }
      expect(next(state, 'stop')).toBe('idle');
    }),
    { seed: 3 },
  );
});

test('from everywhere but a refusal, a working network leads online', () => {
  for (const state of states) {
    const start: State = state === 'idle' || state === 'refused' ? next(state, 'start') : state;
    let now = start;
    for (const event of ['retry', 'opened', 'synced'] as const) now = next(now, event);
    expect(now).toBe('online');
  }
});

test('what people are told', () => {
  const told = states.map((state) => [state, statusOf(state, false), statusOf(state, true)]);
  expect(told).toEqual([
    ['idle', 'idle', 'idle'],
    ['connecting', 'connecting', 'reconnecting'],
    ['syncing', 'connecting', 'online'],
    ['online', 'online', 'online'],
    ['waiting', 'reconnecting', 'reconnecting'],
    ['refused', 'refused', 'refused'],
  ]);
});
