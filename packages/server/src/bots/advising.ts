import { randomUUIDv7 } from 'node:crypto';
import type { BotFailure, Line } from '@throughline/shared/schema';
import type { Principal } from '../conversations/policy.ts';
import { type Conversation, mayAdvise, openSuggestion } from '../conversations/queries.ts';
import { idFrom } from '../lib/id-from.ts';
import { createTurns } from '../lib/turns.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { aroundOf, scopeFor } from './begin.ts';
import { linesOf } from './lines.ts';
import type { Participant } from './participant.ts';
import type { BotsParts } from './parts.ts';
import { costIn, costOf } from './speak.ts';
import { abortOf } from './thinking.ts';
import { turnOf } from './turn.ts';
import { createUnderWay } from './under-way.ts';

/**
 * Bots that follow a conversation along without the floor (decision 0027): asked what they would say to what
 * the visitor said last, for people to use or to be compared with what these say. Like turns, all of it is
 * in the row: whoever starts anew asks the same again.
 */
export interface Advising {
  /** Does what there is to do about a conversation no bot has the floor of; when to look again. */
  look(row: Conversation): Promise<number | null>;
  /** Nobody is to hear of it: what stands there for people goes as well. */
  hush(row: Conversation): Promise<void>;
  /** Nobody wants to know any more. */
  drop(conversation: string): void;
  /** Turns a bot is thinking about. */
  count(bot: string): number;
  stop(): Promise<void>;
}

/** A visitor who writes in several pieces is heard to the end. */
const QUIET_MS = 700;
const AT_ONCE = 32;

interface Advised {
  bot: BotInForce;
  participant: Participant;
  upTo: number;
  deadlineAt: number;
  controller: AbortController;
}

const speakerOf = ({ kind, id, name }: BotInForce, lines: Line[] = []): Principal => {
  const last = lines.findLast(({ by }) => by === 'visitor');
  return { kind: 'bot', id: `${kind}:${id}`, name, cause: last ? { id: last.id, depth: 1 } : null };
};

/** It has no run: the matter, and how far the visitor has written, make its turns the same for whoever asks. */
function ledBy({ id }: BotInForce, row: Conversation) {
  const { advice, episode, visitorPub } = row;
  const state = advice?.bot === id ? advice.state : null;
  const run = idFrom(row.id, id, String(episode.seq));
  return { ...row, bot: { run, visit: visitorPub, goal: null, asked: null, state } };
}

const withId = ({ id }: Pick<Conversation, 'id'>) => ({ id: randomUUIDv7(), conversation: id });

type Parts = BotsParts;
type Failing = { failure: BotFailure } & ReturnType<typeof costOf>;

/** The one that was asked before goes on; else the first that may begin. */
async function adviserOf(row: Conversation, parts: Parts): Promise<BotInForce | undefined> {
  const advisers = parts.crew.advisers();
  const before = advisers.find(({ id }) => id === row.advice?.bot);
  if (before) return before;
  const scope = await scopeFor(row, aroundOf(parts));
  return advisers.find(
    ({ start }) => start && (!start.when || start.when.evaluate(scope({})) === true),
  );
}

async function advise(row: Conversation, advised: Advised, parts: Parts): Promise<void> {
  const { bot, participant, upTo, deadlineAt, controller } = advised;
  const { signal } = controller;
  const lines = await linesOf(row, parts.queries);
  const asking = { reason: 'message' as const, deadlineAt };
  const turn = await turnOf(ledBy(bot, row), { bot, lines, asking, now: parts.now() }, parts);
  signal.throwIfAborted();
  const answer = participant.answer(turn, { signal, draft: () => {} });
  // Nobody waits for whoever does not stop.
  const { reply, ...cost } = await Promise.race([answer, abortOf(signal)]);
  const { id, version, mode, sendAfterMs } = bot;
  if (mode === 'live') return;
  const { acts, next, state } = reply;
  const made = { ...withId(row), bot: id, version, mode, upTo, acts, next, state, sendAfterMs };
  const input = { ...made, ...costIn(cost) };
  const outcome = await parts.conversations.run(speakerOf(bot, lines), 'suggestion:make', input);
  // Where it is late the answer is to something else, and the bot is asked again.
  if (!outcome.ok && outcome.error.code !== 'wrong_status')
    throw new Error(`it said what cannot be: ${outcome.error.code}`);
}

interface Failure {
  why: Failing;
  parts: Parts;
}

async function fail(row: Conversation, { bot, upTo }: Advised, failure: Failure): Promise<void> {
  const { why, parts } = failure;
  const input = { ...withId(row), bot: bot.id, upTo, ...why };
  await parts.conversations.run(speakerOf(bot), 'suggestion:fail', input);
}

/** What stands there leaves by itself, or may stand there no more; when to look again. */
async function tend(row: Conversation, { crew, conversations, now }: Parts) {
  const { id: suggestion, mode, sendAt = null } = openSuggestion(row) ?? {};
  if (suggestion === undefined) return null;
  const bot = crew.advisers().find((it) => it.id === row.advice?.bot);
  if (!bot || bot.mode !== mode) {
    await expire(row, suggestion, conversations);
    return null;
  }
  if (sendAt === null || sendAt > now()) return sendAt;
  const input = { ...withId(row), suggestion };
  await conversations.run(speakerOf(bot), 'suggestion:release', input);
  return null;
}

async function expire(
  row: Conversation,
  suggestion: string,
  { run }: Parts['conversations'],
): Promise<void> {
  await run({ kind: 'system', id: 'bots' }, 'suggestion:expire', { ...withId(row), suggestion });
}

/** @param onOver told when a turn is over that nobody dropped */
export function createAdvising(parts: Parts, onOver: (conversation: string) => void): Advising {
  const { crew, log, now } = parts;
  const asked = createUnderWay<Advised>(log, onOver);
  const turns = createTurns(AT_ONCE);

  function ask(row: Conversation, bot: BotInForce): number | null {
    const participant = crew.participantOf(bot);
    if (!participant) return null;
    const controller = new AbortController();
    const deadlineAt = now() + bot.deadlineMs;
    const advised = { bot, participant, upTo: row.visitorPub, deadlineAt, controller };
    asked.begin(row.id, advised, () =>
      turns
        .take(() => advise(row, advised, parts), controller.signal)
        .catch((err: unknown) => {
          if (controller.signal.aborted) return undefined;
          log.warn({ err, bot: bot.id, conversation: row.id }, 'a bot that advises failed');
          return fail(row, advised, { why: { failure: 'error', ...costOf(err) }, parts });
        }),
    );
    return deadlineAt;
  }

  async function seek(row: Conversation): Promise<number | null> {
    const known = asked.of(row.id);
    if (known?.upTo === row.visitorPub && crew.advisers().includes(known.bot)) {
      if (known.deadlineAt > now()) return known.deadlineAt;
      asked.drop(row.id);
      await fail(row, known, { why: { failure: 'deadline' }, parts });
      return null;
    }
    asked.drop(row.id);
    if (row.activeAt + QUIET_MS > now()) return row.activeAt + QUIET_MS;
    const bot = await adviserOf(row, parts);
    return bot ? ask(row, bot) : null;
  }

  return {
    async look(row) {
      if (mayAdvise(row) && !openSuggestion(row) && crew.advisers().length > 0) return seek(row);
      asked.drop(row.id);
      return tend(row, parts);
    },
    async hush(row) {
      asked.drop(row.id);
      const open = openSuggestion(row);
      if (open) await expire(row, open.id, parts.conversations);
    },
    drop: asked.drop,
    count: asked.count,
    stop: asked.stop,
  };
}
