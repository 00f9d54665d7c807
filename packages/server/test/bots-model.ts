import { randomUUIDv7 } from 'node:crypto';
import type { Turn } from '@throughline/shared/schema';
import { type Bots, createBots } from '../src/bots/bots.ts';
import { createCrew } from '../src/bots/crew.ts';
import type { Answer } from '../src/bots/participant.ts';
import { createConversations } from '../src/conversations/commands.ts';
import type { Input, Name } from '../src/conversations/decision.ts';
import type { Principal } from '../src/conversations/policy.ts';
import { compileBots } from '../src/settings/bots/in-force.ts';
import type { Agent, LogRecord } from '../src/store/store.ts';
import { createMemoryStore } from './memory-store.ts';

const START = 1_800_000_000_000;
const DEADLINE_MS = 5000;
/** More than any race takes. */
const STEPS_MAX = 400;

const ada: Agent = {
  ...{ id: 'ada', name: 'Ada', email: 'ada@example.com', role: 'agent' },
  ...{ passwordHash: null, disabled: false, createdAt: 0 },
};

const bot = (id: string, more: object = {}) => ({
  ...{ id, name: id, kind: 'http' as const, url: 'https://bots.example/', mode: 'live' as const },
  ...{ shape: 'throughline' as const, deadlineMs: DEADLINE_MS, ...more },
});

/** Two bots, the second where the first one fails. */
const published = compileBots({
  bots: [bot('first', { start: {}, otherwise: 'second' }), bot('second')],
});

interface Asked {
  bot: string;
  turn: Turn;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** What the first bot may do only where a person says yes. */
const wanted = { tool: 'refund', arguments: '{}', hash: 'aGFzaA', preview: 'refund' };
const HAND_OFF = { do: 'hand_off', reason: 'approval' } as const;

interface Rules {
  /** The first bot says nothing before a person has decided about a call. */
  asks?: boolean;
}

/** Two bots and a person about one message, on a store in memory: whatever happens when, somebody chooses. */
export async function createRace(random: () => number, { asks = false }: Rules = {}) {
  const memory = createMemoryStore();
  const clock = { now: START };
  const now = () => clock.now;
  const known = (id: string) => published.get(id) && { version: 'v', on: isOn() };
  const conversations = createConversations(memory.store, now, {
    site: () => undefined,
    limits: () => undefined,
    bot: known,
    queue: () => undefined,
  });
  memory.agents.set(ada.id, ada);
  const asked: Asked[] = [];
  const answers: string[] = [];
  const aborted: string[] = [];
  /** Approvals a call was made with. */
  const called: string[] = [];
  const off = false;
  const isOn = () => !off;

  const create = ({ id }: { id: string }) => ({
    answer: (turn: Turn, { signal }: { signal: AbortSignal }) =>
      new Promise<Answer>((resolve, reject) => {
        asked.push({ bot: id, turn, resolve, reject });
        signal.addEventListener('abort', () => aborted.push(turn.id));
      }),
  });
  const crew = createCrew({
    bots: { current: published, refresh: async () => {} },
    switches: { isOn, off: new Set(), set: async () => {}, refresh: async () => {} },
    participants: { http: create },
  });
  const noLog = { debug() {}, warn() {}, error: (it: unknown) => faults.push(it) };
  const faults: unknown[] = [];
  const bots: Bots = createBots({
    conversations,
    queries: {
      get: async (id) => memory.rows.get(id),
      active: async (after, limit) => memory.store.read.conversations.active(after, limit),
      facts: async () => [],
      rowsOf: async () => [],
      happened: async () => undefined,
      isBlocked: async () => false,
      saidBefore: async (id, pub) =>
        memory.log
          .filter((it) => it.conversation === id && it.pub !== null && it.pub < pub)
          .reverse(),
    },
    contacts: { summary: async () => undefined },
    site: () => undefined,
    colleagues: () => [],
    writing: () => () => {},
    crew,
    events: undefined as never,
    now,
    log: noLog as never,
  });

  const conversation = randomUUIDv7();
  const visitor = { kind: 'visitor', id: randomUUIDv7(), site: 'shop' } as const;
  const person = { kind: 'agent', id: ada.id, name: ada.name } as const;
  const run = <N extends Name>(who: Principal, name: N, input: object) =>
    conversations.run(who, name, { id: randomUUIDv7(), conversation, ...input } as Input<N>);

  const tick = () => new Promise<void>((done) => setImmediate(done));
  let heard = 0;
  const begun = conversations.start(visitor, { id: randomUUIDv7(), conversation });
  await memory.release(0);
  await begun;
  const wrote = run(visitor, 'message:send', { text: 'Where is my parcel?' });
  await memory.release(0);
  await wrote;

  const words = (kind: 'bot' | 'agent'): LogRecord[] =>
    memory.log.filter(({ type, actor }) => type === 'message.created' && actor.kind === kind);

  /** Takes it, and answers where nobody has: once it is theirs, no bot can. */
  async function takeOver(): Promise<void> {
    const epoch = memory.rows.get(conversation)?.epoch ?? 0;
    const took = await run(person, 'conversation:assign', {
      assignee: ada.id,
      expectedEpoch: epoch,
    });
    if (took.ok && words('bot').length === 0) await run(person, 'message:send', { text: 'By Ada' });
  }

  function answer(one: Asked): void {
    asked.splice(asked.indexOf(one), 1);
    if (random() < 0.15) {
      one.reject(new Error('it broke'));
      return;
    }
    if (asks && one.bot === 'first') void (isAskedAgain(one) ? resume(one) : askPerson(one));
    else say(one);
  }

  const isAskedAgain = ({ turn }: Asked) => turn.state !== null;

  function say(one: Asked): void {
    const text = `${one.bot} ${one.turn.id}`;
    answers.push(text);
    one.resolve({ reply: { acts: [{ do: 'say', text }], next: { do: 'wait' }, state: null } });
  }

  function askPerson({ resolve }: Asked): void {
    const approval = { ...wanted, expiresAt: clock.now + DEADLINE_MS };
    resolve({ reply: { acts: [], next: { do: 'wait' }, state: 'asked' }, approval });
  }

  /** As a model's bot does: what was allowed is taken into use first; where that fails, people get it. */
  async function resume(one: Asked): Promise<void> {
    const { id: approval, outcome } = memory.rows.get(conversation)?.approval ?? {};
    if (approval && outcome === 'approved') {
      const who = { kind: 'bot', id: `bot:${one.bot}`, name: one.bot } as const;
      const { ok } = await run(who, 'approval:use', { approval, hash: wanted.hash });
      if (!ok) return one.resolve({ reply: { acts: [], next: HAND_OFF, state: null } });
      called.push(approval);
    }
    say(one);
  }

  /** Whoever looks may decide, also where somebody has. */
  let decisions = asks ? 3 : 0;
  function decideIt(): void {
    decisions -= 1;
    const approval = memory.rows.get(conversation)?.approval?.id ?? '';
    const outcome = random() < 0.7 ? 'approved' : 'rejected';
    void run(person, 'approval:decide', { approval, outcome });
  }

  function fireTimers(): void {
    const due = [...memory.timers.values()].filter(({ at }) => at <= clock.now);
    for (const { name, input } of due)
      void conversations.run({ kind: 'system', id: 'timer' }, name as Name, input as never);
  }

  function tell(): void {
    const news = memory.log.slice(heard);
    heard = memory.log.length;
    void bots.hear(news);
  }

  let isTaken = false;
  const moves: (() => unknown)[] = [];
  /** All that could be next. */
  function possible(): (() => unknown)[] {
    moves.length = 0;
    for (let which = 0; which < memory.pending; which++) moves.push(() => memory.release(which));
    for (const one of asked) moves.push(() => answer(one));
    if (heard < memory.log.length) moves.push(tell);
    if (decisions > 0 && memory.rows.get(conversation)?.approval) moves.push(decideIt);
    if (!isTaken)
      moves.push(() => {
        isTaken = true;
        void takeOver();
      });
    if (clock.now < START + 4 * DEADLINE_MS)
      moves.push(() => {
        clock.now += DEADLINE_MS + 1;
        fireTimers();
        void bots.tick();
      });
    return moves;
  }

  /** Until nothing can happen any more. */
  async function settle(): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step++) {
      await tick();
      const all = possible();
      if (all.length === 0) return;
      await all[Math.floor(random() * all.length)]?.();
    }
    throw new Error('it never came to rest');
  }

  return { settle, words, answers, called, aborted, faults, memory, conversation };
}
