import { describe, expect, test } from 'vitest';
import type { Logged, Recorded } from '../history.ts';
import { type Evidence, judge } from './index.ts';
import { isOpen, pacesOf } from './pace.ts';

type Bare = Recorded extends infer R ? (R extends Recorded ? Omit<R, 'i' | 't'> : never) : never;

const CONV = 'c1';
const V = 'visitor-0#1';

const history = (...entries: Bare[]): Recorded[] =>
  entries.map((entry, i) => ({ i, t: i * 10, ...entry }) as Recorded);

const message = (n: number, more: Partial<Logged> = {}): Logged => ({
  ...{ place: n, conv: CONV, key: `k${n}`, type: 'message.created', seq: n, pub: n },
  ...{ by: 'visitor', who: 'v', text: `text ${n}`, data: undefined, ...more },
});

const event = (n: number, type: string, more: Partial<Logged> = {}): Logged =>
  message(n, { type, by: 'agent', text: undefined, data: {}, ...more });

const invoke = (n: number, proc = V): Bare => ({
  ...{ f: 'send', type: 'invoke', proc, conv: CONV, key: `k${n}`, text: `text ${n}` },
});
const ok = (n: number, at = n, proc = V): Bare => ({
  ...{ f: 'send', type: 'ok', proc, conv: CONV, key: `k${n}`, at },
});
const shown = (n: number, at = n, more: Partial<{ proc: string; key: string }> = {}): Bare => ({
  ...{
    f: 'deliver',
    proc: V,
    conv: CONV,
    key: `k${n}`,
    at,
    text: `text ${n}`,
    epoch: 'e',
    ...more,
  },
});
const hook = (n: number, place = n): Bare => ({
  ...{ f: 'hook_recv', key: `k${n}`, conv: CONV, place, status: 204 },
});
const streamed = (n: number): Bare => ({ f: 'stream_recv', key: `k${n}`, conv: CONV, place: n });

/** A run in which nothing is wrong, of so many messages. */
const sound = (count: number, ...more: Bare[]): Recorded[] => {
  const each = Array.from({ length: count }, (_, i) => i + 1);
  return history(
    ...each.flatMap((n) => [invoke(n), ok(n), shown(n), hook(n), streamed(n)]),
    ...more,
  );
};
const logOf = (count: number): Logged[] => Array.from({ length: count }, (_, i) => message(i + 1));

const evidence = (more: Partial<Evidence>): Evidence => ({
  ...{ history: [], log: [], dead: new Set<number>(), remains: [], sinksFrom: 0 },
  ...{ settledTo: Infinity, ...more },
});

/** What the referee says of it, without the details. */
const verdict = (more: Partial<Evidence>): string[] =>
  judge(evidence(more)).map(({ check, what }) => `${check} ${what}`);

const said = (more: Partial<Evidence>): string => verdict(more).join('; ');

describe('a run in which nothing is wrong', () => {
  test('has no violation', () => {
    expect(verdict({ history: sound(5), log: logOf(5) })).toEqual([]);
  });

  test('may leave a send without an answer open, whether it took effect or not', () => {
    const open = history(invoke(1), { f: 'close', proc: V }, hook(1), streamed(1));
    expect(verdict({ history: open, log: logOf(1) })).toEqual([]);
    expect(verdict({ history: open.slice(0, 2), log: [] })).toEqual([]);
  });
});

test('what was said after everybody had everything need not have come to anybody; what was said before has to', () => {
  const late = history(invoke(1), shown(1), hook(1), streamed(1), ok(1), invoke(2), ok(2));
  expect(verdict({ history: late, log: logOf(2), settledTo: 1 })).toEqual([]);
  const missed = said({ history: late, log: logOf(2), settledTo: 2 });
  for (const what of ['C5 SKIP', 'MISSING at the endpoint', 'MISSING at the stream'])
    expect(missed).toContain(what);
});

describe('C1', () => {
  test('an acknowledged message that is gone is LOST', () => {
    const found = judge(evidence({ history: sound(3), log: logOf(2) }));
    expect(found[0]).toMatchObject({ check: 'C1', what: expect.stringMatching(/^LOST/) });
    expect(found[0]?.witness).toMatchObject([{ type: 'invoke' }, { type: 'ok', key: 'k3' }]);
  });

  test('another place, or other words, is an ACK-MISMATCH', () => {
    expect(said({ history: history(invoke(1), ok(1, 7)), log: logOf(1) })).toContain('C1 ACK-MIS');
    const log = [message(1, { text: 'other words' })];
    expect(said({ history: history(invoke(1), ok(1)), log })).toContain('C1 ACK-MISMATCH');
  });

  test('what was acknowledged before a restore may be gone', () => {
    const restored = history(invoke(1), ok(1), { f: 'restore', epoch: 'f' });
    expect(verdict({ history: restored, log: [] })).toEqual([]);
  });
});

describe('C2', () => {
  test('what nobody sent is a PHANTOM', () => {
    expect(said({ history: [], log: logOf(1) })).toContain('C2 PHANTOM: nobody');
  });

  test('what was refused and is there is RESURRECTED', () => {
    const refused = history(invoke(1), { ...ok(1), type: 'fail' } as Bare);
    expect(said({ history: refused, log: logOf(1) })).toContain('C2 RESURRECTED');
  });

  test('what was shown and never committed is a PHANTOM', () => {
    expect(said({ history: history(invoke(1), shown(1)) })).toContain('C2 PHANTOM: shown');
  });

  test('a bot has to have been asked for its words', () => {
    const log = [message(1, { by: 'bot', text: 'bot/1' })];
    const asked = history({ f: 'bot_reply', conv: CONV, key: '1', text: 'bot/1' });
    expect(said({ history: asked, log })).not.toContain('C2');
    expect(said({ history: [], log })).toContain('C2 PHANTOM');
  });
});

describe('C3', () => {
  test('two records of one id, or of the same words, are DUPLICATES', () => {
    const log = [message(1), message(2, { key: 'k1' })];
    expect(said({ history: sound(1), log })).toContain('C3 DUPLICATE in the log');
    const again = [message(1), message(2, { text: 'text 1' })];
    expect(said({ history: sound(1), log: again })).toContain('C3 DUPLICATE: the same words');
  });

  test('a screen shows a message once', () => {
    expect(said({ history: sound(1, shown(1)), log: logOf(1) })).toContain('on a screen');
    const screen: Bare = { f: 'screen', proc: V, conv: CONV, keys: ['k1', 'k1'] };
    expect(said({ history: sound(1, screen), log: logOf(1) })).toContain('C3 DUPLICATE on');
  });
});

describe('C4 to C7, order', () => {
  test.each([
    ['a hole', [1, 3]],
    ['a number used twice', [1, 1]],
    ['a beginning that is not 1', [2, 3]],
  ])('C4: %s', (_what, seqs) => {
    const log = seqs.map((seq, i) => message(i + 1, { seq }));
    expect(said({ history: sound(2), log })).toContain('C4 HOLE or REUSED seq');
  });

  test('C5: a screen that misses one in the middle has a SKIP', () => {
    const seen = history(...[1, 2, 3].flatMap((n) => [invoke(n), ok(n)]), shown(1), shown(3));
    expect(said({ history: seen, log: logOf(3) })).toContain('C5 SKIP');
  });

  test('C5: one that went dark early has not', () => {
    const seen = sound(3).filter((it) => it.f !== 'deliver' || it.at < 3);
    const closed = [...seen, ...history({ f: 'close', proc: V })];
    expect(said({ history: closed, log: logOf(3) })).not.toContain('C5');
  });

  test('C5: what comes in another order is an INVERSION, on the way and at the end', () => {
    const seen = history(invoke(1), invoke(2), shown(2), shown(1));
    expect(said({ history: seen, log: logOf(2) })).toContain('C5 INVERSION');
    const screen = (...keys: string[]): Bare => ({ f: 'screen', proc: V, conv: CONV, keys });
    const now = [screen('k2', 'k1'), screen('k1', 'k2')];
    expect(said({ history: sound(2, ...now), log: logOf(2) })).toContain('C5 INVERSION');
    expect(verdict({ history: sound(2, screen('k2')), log: logOf(2) })).toEqual([]);
  });

  test('C6: two sends of one sender that stand the other way round', () => {
    const asked = history(invoke(2), invoke(1));
    expect(said({ history: asked, log: logOf(2) })).toContain('C6 two sends');
  });

  test('C7: what was acknowledged before another was asked for stands before it', () => {
    const other = 'visitor-1#1';
    const seen = history(invoke(2), ok(2), invoke(1, other), ok(1, 1, other));
    expect(said({ history: seen, log: logOf(2) })).toContain('C7 asked for later');
  });
});

const page = (more: object): Bare =>
  ({
    ...{ f: 'resume', proc: V, conv: CONV, epoch: 'e', cursor: 1, state: 'recovered' },
    ...{ reason: undefined, got: [2, 3], end: true, head: 3, ...more },
  }) as Bare;

describe('C8 and C9, agreement and honesty', () => {
  test('C8: another message at a place than the log has there', () => {
    const seen = history(invoke(1), shown(1, 2));
    expect(said({ history: seen, log: logOf(1) })).toContain('C8 DIVERGENT: another');
  });

  test('C8: two messages at one place of an epoch, and not of two', () => {
    const restore: Bare = { f: 'restore', epoch: 'e' };
    const seen = (epoch: string) =>
      history(shown(8, 1), restore, invoke(1), {
        ...shown(1, 1, { proc: 'visitor-0#2' }),
        epoch,
      } as Bare);
    expect(said({ history: seen('e'), log: logOf(1) })).toContain('C8 DIVERGENT: two');
    expect(said({ history: seen('f'), log: logOf(1) })).not.toContain('C8');
  });

  test('C8: a head that goes back', () => {
    const seen = history(page({}), page({ head: 1, cursor: 1, got: [] }));
    expect(said({ history: seen })).toContain('C8 HEAD');
  });

  test.each([
    ['a hole behind the cursor', { got: [3], head: 3 }],
    ['a hole between', { got: [2, 4], head: 4 }],
    ['an end before the head', { got: [2], head: 3 }],
  ])('C9: %s is FALSE-RECOVERED', (_what, more) => {
    expect(said({ history: history(page(more)) })).toContain('C9 FALSE-RECOVERED');
  });

  test('C9: a reset of what can be served is needless; after a restore it is not', () => {
    const reset = page({ state: 'reset', reason: 'epoch_changed' });
    expect(said({ history: history(reset) })).toContain('C9 NEEDLESS-RESET');
    const restored = history({ f: 'restore', epoch: 'f' }, reset);
    expect(said({ history: restored })).not.toContain('C9');
  });
});

describe('C10, events out', () => {
  const without = (f: string, n: number) =>
    sound(3).filter((it) => it.f !== f || !('key' in it) || it.key !== `k${n}`);

  test('what was committed and never came is MISSING', () => {
    const missing = said({ history: without('hook_recv', 2), log: logOf(3) });
    expect(missing).toContain('C10 MISSING at the endpoint');
    expect(said({ history: without('stream_recv', 3), log: logOf(3) })).toContain('at the stream');
  });

  test('unless it is among those that were given up', () => {
    const dead = new Set([2]);
    expect(verdict({ history: without('hook_recv', 2), log: logOf(3), dead })).toEqual([]);
  });

  test('what was refused has not come', () => {
    const refused = sound(1).map((it) => (it.f === 'hook_recv' ? { ...it, status: 503 } : it));
    expect(said({ history: refused, log: logOf(1) })).toContain('C10 MISSING');
  });

  test('what was never committed is a PHANTOM-EVENT', () => {
    expect(said({ history: sound(1, hook(9)), log: logOf(1) })).toContain('C10 PHANTOM-EVENT');
  });

  test('a stream that leaves one out and goes on has lost its order; one that repeats has not', () => {
    const gap = history(
      ...[1, 2, 3].flatMap((n) => [invoke(n), hook(n)]),
      streamed(1),
      streamed(3),
    );
    expect(said({ history: gap, log: logOf(3) })).toContain('C10 stream order');
    expect(verdict({ history: sound(3, streamed(2), streamed(3)), log: logOf(3) })).toEqual([]);
  });
});

const assigned = (n: number, epoch: number) =>
  event(n, 'conversation.assigned', { data: { epoch } });
const bot = (n: number) => message(n, { by: 'bot', text: `bot/${n}` });
const own = (log: Logged[]) => said({ log, settledTo: undefined });

describe('C11, one owner', () => {
  test('owners form one line', () => {
    expect(own([assigned(1, 1), assigned(2, 2)])).not.toContain('C11');
    expect(own([assigned(1, 1), assigned(2, 1)])).toContain('C11 two owners');
  });

  test('two are never given the same epoch', () => {
    const give = (key: string): Bare => ({
      ...{ f: 'assign', type: 'ok', proc: key, conv: CONV, key, expected: 0 },
    });
    expect(said({ history: history(give('a'), give('b')) })).toContain('C11 two were given');
  });

  test('a bot has the floor when it speaks, up to its last words', () => {
    const run = { data: { run: 'r', outcome: 'ended' } };
    const started = event(1, 'bot.started', run);
    expect(own([started, event(2, 'bot.advanced', run), bot(3)])).not.toContain('C11');
    expect(own([started, event(2, 'bot.completed', run), bot(3)])).not.toContain('C11');
    const taken = event(2, 'bot.completed', { data: { run: 'r', outcome: 'taken' } });
    expect(own([started, taken, bot(3)])).toContain('C11 a bot wrote without the floor');
  });
});

describe('C12 to C15', () => {
  const erase = (type: 'invoke' | 'ok'): Bare => ({
    ...{ f: 'erase', type, proc: V, conv: CONV, key: 'e1', message: 'k1', text: 'doomed-v-1!' },
  });

  test('C12: what was erased is not in the log, and in no file', () => {
    const done = sound(1, erase('invoke'), erase('ok'));
    expect(said({ history: done, log: logOf(1) })).toContain('C12 the log still has');
    const log = [message(1, { text: undefined })];
    const remains = [{ text: 'doomed-v-1!', where: 'deliveries.db' }];
    expect(said({ history: done, log, remains })).toContain(
      'C12 erased words are in deliveries.db',
    );
    expect(verdict({ history: done, log })).toEqual([]);
  });

  test('C12: what was not answered may still be there', () => {
    const remains = [{ text: 'doomed-v-1!', where: 'throughline.db' }];
    expect(verdict({ history: sound(1, erase('invoke')), log: logOf(1), remains })).toEqual([]);
  });

  test('C13: a lost frame is found within 30 s', () => {
    const lost: Bare = { f: 'lost', proc: V, conv: CONV, at: 1 };
    const late = history(invoke(1), lost, shown(1)).map((it, i) => ({ ...it, t: i * 40_000 }));
    expect(said({ history: late, log: logOf(1) })).toContain('C13 a lost frame');
    const soon = history(invoke(1), lost, shown(1));
    expect(said({ history: soon, log: logOf(1) })).not.toContain('C13 a lost');
  });

  test('C13: whoever stays to the end is answered', () => {
    expect(said({ history: history(invoke(1)) })).toContain('C13 never answered');
  });

  test('C13: what was typed is sent, also where its page was loaded anew', () => {
    const who = 'visitor-chromium-0';
    const close: Bare = { f: 'close', proc: `${who}#1` };
    expect(said({ history: history(invoke(1, who), close) })).toContain('C13 never answered');
    const answered = history(invoke(1, who), close, ok(1, 1, who), hook(1), streamed(1));
    expect(verdict({ history: answered, log: logOf(1) })).toEqual([]);
  });

  test('C14: marks rise, stay below the head, and are somebody’s own', () => {
    const read = (n: number, upTo: number) => event(n, 'message.read', { data: { upTo }, pub: n });
    const log = (...marks: number[]) => [message(1), ...marks.map((upTo, i) => read(i + 2, upTo))];
    expect(own(log(1, 2))).not.toContain('C14');
    expect(own(log(1, 1))).toContain('C14 a mark went back');
    expect(own(log(7))).toContain('C14 a mark is past the head');
    const other: Bare = { f: 'receipt', type: 'invoke', proc: V, conv: CONV, key: 'x', at: 1 };
    expect(said({ history: history(other), log: log(1) })).toContain('C14 nobody said so');
  });

  test('C15: a visitor sees no mark but its own', () => {
    const saw = (of: string): Bare => ({ f: 'canary', proc: 'visitor-0', of });
    expect(said({ history: history(saw('visitor-0')) })).toBe('');
    expect(said({ history: history(saw('visitor-1')) })).toContain('C15');
    expect(said({ history: history(saw('note')) })).toContain('C15');
  });
});

describe('C16, files', () => {
  const upload: Bare = { f: 'upload', proc: V, conv: CONV, file: 'f1', hash: 'h' };
  const sent = { ...invoke(1), file: 'f1' } as Bare;
  const got = (proc: string, hash: string | null): Bare => ({ f: 'fetch', proc, file: 'f1', hash });
  const told = (...more: Bare[]) => {
    const done = history(upload, sent, ok(1), shown(1), hook(1), streamed(1), ...more);
    return said({ history: done, log: logOf(1) });
  };

  test('both sides get it whole, and nobody else gets it', () => {
    expect(told(got(V, 'h'), got('agent-0#1', 'h'), got('visitor-1#1', null))).toBe('');
    expect(told(got(V, 'h'))).toContain('C16 GONE: no agent');
    expect(told(got('agent-0#1', null))).toContain('C16 GONE: a file of a message');
    expect(told(got(V, null), got('agent-0#1', 'h'))).toContain('C16 GONE: a file of a message');
    expect(told(got('agent-0#1', 'x'))).toContain('C16 other bytes');
    expect(told(got('agent-0#1', 'h'), got('visitor-1#1', 'h'))).toContain('C16 LEAKED');
  });

  test('a message is not refused for a file that had come; one that was not answered need not have it', () => {
    const refused = history(upload, sent, { ...ok(1), type: 'fail' } as Bare);
    expect(said({ history: refused })).toContain('C16 REFUSED');
    const open = history(upload, sent, { f: 'close', proc: V });
    expect(verdict({ history: open })).toEqual([]);
  });
});

test('a witness has twenty records at most, all about the same conversation', () => {
  const seen = sound(400).filter((it) => it.f !== 'deliver' || it.at !== 200);
  const found = judge(evidence({ history: seen, log: logOf(400) }));
  const skip = found.find(({ what }) => what.startsWith('SKIP'));
  expect(skip?.witness.length).toBeLessThanOrEqual(20);
  expect(skip?.witness).toContainEqual(expect.objectContaining({ key: 'k201' }));
});

test('a history of a hundred thousand records is judged', () => {
  const count = 20_000;
  expect(verdict({ history: sound(count), log: logOf(count) })).toEqual([]);
});

/** A stretch at an even pace: of so many messages asked for in it, so many were acknowledged. */
const stretch = (
  when: 'before' | 'after',
  asked: number,
  { from = 1, done = asked, syncMs = 1 } = {},
): Bare[] => {
  const each = Array.from({ length: asked }, (_, i) => from + i);
  return [
    { f: 'pace', when, turns: 0, syncMs: 0 },
    ...each.map((n) => invoke(n)),
    ...each.slice(0, done).map((n) => ok(n)),
    { f: 'pace', when, turns: 50, syncMs },
  ];
};
const fault = (phase: 'begin' | 'end', missed?: string): Bare => ({
  ...{ f: 'nemesis', what: 'silence', phase },
  ...(missed === undefined ? {} : { missed }),
});

describe('[C13] how fast all are again', () => {
  const after = (rates: number[]) =>
    history(
      ...stretch('before', 20),
      fault('begin'),
      fault('end'),
      ...rates.flatMap((rate, i) => stretch('after', rate, { from: 100 * (i + 1) })),
    );
  const slow = (more: Partial<Evidence>) => said({ settledTo: undefined, ...more });
  const PACE = /C13 .* messages a turn/;

  test('has to be what it was, for a moment at least in the ten seconds after a fault', () => {
    expect(slow({ history: after([...Array(9).fill(3), 19]) })).not.toMatch(PACE);
    expect(slow({ history: after(Array(10).fill(17)) })).toMatch(PACE);
    expect([isOpen(after([3, 17])), isOpen(after([3, 19]))]).toEqual([true, false]);
    expect(isOpen(after(Array(10).fill(17)))).toBe(false);
  });

  test('is not known where a relay was ended before the time was up, or where nobody looked before', () => {
    expect(slow({ history: after(Array(9).fill(3)) })).not.toMatch(PACE);
    expect(slow({ history: after(Array(10).fill(3)).slice(42) })).not.toMatch(PACE);
  });

  test('is not known where the machine was busy: turns took longer, or a sync of the referee’s own did', () => {
    const busy = Array.from({ length: 10 }, (_, i) => ({ from: 100 * (i + 1), syncMs: 90 }));
    const slowDisk = busy.flatMap((about) => stretch('after', 3, about));
    const disk = history(...stretch('before', 20), fault('end'), ...slowDisk);
    const turns = after(Array(10).fill(3)).map((it) => ({ ...it, t: it.t * 100 }));
    for (const story of [disk, turns]) {
      expect(slow({ history: story })).not.toMatch(PACE);
      expect(pacesOf(story)).toEqual({ regained: 0, slow: 0, unknown: 1 });
    }
  });

  test('counts what was acknowledged, whenever that was, and not what was asked for', () => {
    const unanswered = Array.from({ length: 10 }, (_, i) =>
      stretch('after', 20, { from: 100 * (i + 1), done: 5 }),
    );
    const story = history(...stretch('before', 20), fault('end'), ...unanswered.flat());
    expect(slow({ history: story })).toMatch(PACE);
    const late = [...story, ...history(...Array.from({ length: 20 }, (_, n) => ok(100 + n)))];
    expect(slow({ history: late })).not.toMatch(PACE);
  });
});

test('[C0] a fault that finds nothing to strike is told, and one that struck once is not', () => {
  const missed = [fault('begin'), fault('end', 'nobody was hit')];
  expect(said({ history: history(...missed, ...missed) })).toBe('C0 silence never struck');
  const struck = history(...missed, fault('begin'), fault('end'));
  expect(verdict({ history: struck })).toEqual([]);
});
