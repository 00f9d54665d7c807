import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problem } from '../errors.ts';
import type { Ack, Receipt } from '../schema/wire.ts';
import { type Entry, enqueue, type Outbox, retry, unanswered } from './outbox.ts';
import { createSender } from './sender.ts';

const message = (id: string): Entry => ({
  name: 'message:send',
  input: { id, conversation: 'c', text: id },
  at: 1,
  state: 'queued',
});

const receipt = (id: string): Receipt => ({ id, conversation: 'c', seq: null, pub: 1, time: 1 });
const okay = (id: string): Ack<Receipt> => ({ ok: true, data: receipt(id) });
const no = (...args: Parameters<typeof problem>): Ack<Receipt> => ({
  ok: false,
  error: problem(...args),
});

/** Lets everything that is only waiting for promises happen. */
const settle = () => new Promise<void>((done) => setImmediate(done));

/** A sender on an outbox in memory, a relay that answers as told, and timers fired by hand. */
function setUp(answer: (id: string) => Promise<Ack<Receipt> | undefined>) {
  const seen = { asked: [] as string[], confirmed: [] as string[], failed: [] as string[] };
  const timers: { run: () => void; ms: number; undone: boolean }[] = [];
  const state = { box: [] as Outbox };
  const sender = createSender({
    read: () => state.box,
    write: (box) => {
      state.box = box;
    },
    request: (_name, input) => {
      const { id } = input as { id: string };
      seen.asked.push(id);
      return answer(id);
    },
    setTimer(run, ms) {
      const timer = { run, ms, undone: false };
      timers.push(timer);
      return () => {
        timer.undone = true;
      };
    },
    onConfirmed: (entry) => seen.confirmed.push(entry.input.id),
    onFailed: (entry, code) => seen.failed.push(`${entry.input.id} ${code}`),
  });
  const put = (...ids: string[]) => {
    for (const id of ids) state.box = enqueue(state.box, message(id));
  };
  const states = () => state.box.map((entry) => `${entry.input.id} ${entry.state}`);
  return { sender, state, seen, timers, put, states };
}

test('[P4] the outbox is emptied in order, the next only after the answer', async () => {
  const answers: ((ack: Ack<Receipt>) => void)[] = [];
  const { sender, seen, put, states } = setUp(() => new Promise((done) => answers.push(done)));
  put('1', '2');
  sender.drain();
  sender.drain();
  await settle();
  expect(seen.asked).toEqual(['1']);
  expect(states()).toEqual(['1 sending', '2 queued']);
  answers[0]?.(okay('1'));
  await settle();
  expect(seen.asked).toEqual(['1', '2']);
  answers[1]?.(okay('2'));
  await settle();
  expect(seen.confirmed).toEqual(['1', '2']);
  expect(states()).toEqual([]);
});

test('[P16] a refusal for good is shown, and the next goes on', async () => {
  const { sender, seen, put, states } = setUp(async (id) =>
    id === '1' ? no('forbidden') : okay(id),
  );
  put('1', '2');
  sender.drain();
  await settle();
  expect(seen.failed).toEqual(['1 forbidden']);
  expect(states()).toEqual(['1 failed']);
});

test.each([
  ['rate_limited', { retryAfterMs: 321 }, 321],
  ['overloaded', undefined, 1000],
] as const)('[P19] %s: the same again after the time it names', async (code, more, ms) => {
  let full = true;
  const { sender, seen, timers, put, states } = setUp(async (id) =>
    full ? no(code, more) : okay(id),
  );
  put('1', '2');
  sender.drain();
  put('3');
  sender.drain();
  await settle();
  // Whoever writes on meanwhile does not shorten the wait.
  expect(seen.asked).toEqual(['1']);
  expect(timers.map((timer) => timer.ms)).toEqual([ms]);
  expect(states()).toEqual(['1 queued', '2 queued', '3 queued']);
  full = false;
  timers[0]?.run();
  await settle();
  expect(seen.confirmed).toEqual(['1', '2', '3']);
});

test('[P16] without an answer everything waits in its place, and pause undoes the timer', async () => {
  let answer: Ack<Receipt> | undefined;
  const { sender, timers, put, states } = setUp(async () => answer);
  put('1', '2');
  sender.drain();
  await settle();
  expect(states()).toEqual(['1 queued', '2 queued']);
  answer = no('overloaded');
  sender.drain();
  await settle();
  expect(timers).toHaveLength(1);
  sender.pause();
  expect(timers[0]?.undone).toBe(true);
});

test('a drain asked for while an old link still owes its answer is not forgotten', async () => {
  let giveUp = (_ack: undefined) => {};
  let first = true;
  const { sender, seen, put } = setUp((id) => {
    if (!first) return Promise.resolve(okay(id));
    first = false;
    return new Promise((done) => {
      giveUp = done;
    });
  });
  put('1');
  sender.drain();
  // The link is lost and replaced; the request over it fails only later.
  sender.pause();
  sender.drain();
  await settle();
  expect(seen.asked).toEqual(['1']);
  giveUp(undefined);
  await settle();
  expect(seen.confirmed).toEqual(['1']);
});

test('[P29] what is confirmed is what the relay kept', async () => {
  const kept: Entry[] = [];
  const { state } = setUp(async () => undefined);
  const sender = createSender({
    read: () => state.box,
    write: (box) => {
      state.box = box;
    },
    request: async () => ({ ok: true, data: { ...receipt('1'), text: 'masked' } }),
    setTimer: () => () => {},
    onConfirmed: (entry) => void kept.push(entry),
  });
  state.box = [message('1')];
  sender.drain();
  await settle();
  expect(kept).toMatchObject([{ name: 'message:send', input: { id: '1', text: 'masked' } }]);
});

test('[P16] an owner that fails over an answer does not leave the entry under way for ever', async () => {
  const { state, seen, states } = setUp(async () => undefined);
  let broken = true;
  const sender = createSender({
    read: () => state.box,
    write: (box) => {
      state.box = box;
    },
    request: async (_name, input) => okay((input as { id: string }).id),
    setTimer: () => () => {},
    onConfirmed(entry) {
      if (broken) throw new Error('the page broke');
      seen.confirmed.push(entry.input.id);
    },
  });
  state.box = [message('1')];
  sender.drain();
  await settle();
  expect(states()).toEqual(['1 queued']);
  broken = false;
  sender.drain();
  await settle();
  expect(seen.confirmed).toEqual(['1']);
});

test('what no frame can hold is refused here: the relay would close the connection over it', async () => {
  const { sender, state, seen } = setUp(async (id) => okay(id));
  const attributes = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`a${i}`, '界'.repeat(1000)]),
  );
  state.box = [
    { name: 'contact:update', input: { id: '1', attributes }, at: 1, state: 'queued' },
    message('2'),
  ];
  sender.drain();
  await settle();
  expect(seen.failed).toEqual(['1 payload_too_large']);
  expect(seen.asked).toEqual(['2']);
});

describe('whatever happens between a person and the log', () => {
  type Act =
    | { act: 'write' }
    | { act: 'drain' }
    | { act: 'crash' }
    | { act: 'lose link' }
    | { act: 'try again' };
  type Fate = 'stored' | 'stored, answer lost' | 'not stored' | 'refused' | 'busy';

  const act = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Act>({ act: 'write' }) },
    { weight: 4, arbitrary: fc.constant<Act>({ act: 'drain' }) },
    { weight: 1, arbitrary: fc.constant<Act>({ act: 'crash' }) },
    { weight: 1, arbitrary: fc.constant<Act>({ act: 'lose link' }) },
    { weight: 1, arbitrary: fc.constant<Act>({ act: 'try again' }) },
  );
  const fate = fc.constantFrom<Fate>(
    'stored',
    'stored',
    'stored, answer lost',
    'not stored',
    'refused',
    'busy',
  );

  /** A relay that keeps rule P6, on a line on which everything can get lost. */
  function createLine(fated: Fate[]) {
    const log: string[] = [];
    const fates = [...fated];
    let healed = false;
    return {
      log,
      heal() {
        healed = true;
      },
      async answer(id: string): Promise<Ack<Receipt> | undefined> {
        const fate = healed ? 'stored' : (fates.shift() ?? 'stored');
        if (fate === 'not stored') return undefined;
        if (fate === 'busy') return no('overloaded');
        if (fate === 'refused' && !log.includes(id)) return no('forbidden');
        if (!log.includes(id)) log.push(id);
        return fate === 'stored, answer lost' ? undefined : okay(id);
      },
    };
  }

  test('[P16] nothing is lost, nothing is stored twice, and the order is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.array(fate), async (acts, fates) => {
        const line = createLine(fates);
        const written: string[] = [];
        let at = setUp(line.answer);
        for (const step of acts) {
          if (step.act === 'write') {
            const id = `${written.length}`.padStart(3, '0');
            written.push(id);
            at.put(id);
          } else if (step.act === 'drain') at.sender.drain();
          else if (step.act === 'lose link') at.sender.pause();
          else if (step.act === 'try again')
            at.state.box = at.state.box.reduce(
              (box, { input }) => retry(box, input.id),
              at.state.box,
            );
          else {
            // The page is gone with all its promises; what was persisted comes back.
            const kept = structuredClone(at.state.box);
            at.state.box = [];
            at = setUp(line.answer);
            at.state.box = unanswered(kept);
          }
          if (step.act !== 'drain') await settle();
          const waiting = at.state.box.map(({ input }) => input.id);
          for (const id of written)
            expect([...line.log, ...waiting], `${id} was lost`).toContain(id);
        }
        line.heal();
        // What was under way may have met a relay that was busy; then its timer goes on.
        for (let i = 0; i < 2; i++) {
          at.sender.drain();
          await settle();
          for (const timer of at.timers.splice(0)) if (!timer.undone) timer.run();
          await settle();
        }
        const stuck = at.state.box.map(({ input }) => input.id);
        expect(at.state.box.every(({ state }) => state === 'failed')).toBe(true);
        expect([...line.log, ...stuck].sort()).toEqual(written);
        // Only a person who tries a failed one again puts it behind what came after it.
        if (!acts.some(({ act: name }) => name === 'try again'))
          expect(line.log).toEqual([...line.log].sort());
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
