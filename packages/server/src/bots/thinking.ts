import { isTombstone, type Turn } from '@throughline/shared/schema';
import { botHasFloor, type Conversation } from '../conversations/queries.ts';
import type { LogRecord } from '../events/log.ts';
import { createTurns } from '../lib/turns.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import { isPersonAskedFor } from './begin.ts';
import { createBuckets } from './buckets.ts';
import { linesOf } from './lines.ts';
import type { Participant } from './participant.ts';
import type { BotsParts } from './parts.ts';
import { act, costOf, end, payFor } from './speak.ts';
import { type Asked, isFinal } from './step.ts';
import { type Asking, type Led, turnOf } from './turn.ts';
import { createUnderWay } from './under-way.ts';

export type Happened = LogRecord<'event.tracked'>;

/** Why a bot is asked. */
interface Why {
  reason: Turn['reason'];
  /** What has happened, where that is why. */
  event: Happened | undefined;
}

const toldOf = ({ data, time }: Happened): Turn['event'] =>
  isTombstone(data)
    ? undefined
    : { name: data.name, properties: data.properties, time: data.occurredAt ?? time };

/** A turn, with all that belongs to it while somebody thinks about it. */
interface Thought extends Asked, Why {
  bot: BotInForce;
  participant: Participant;
  controller: AbortController;
  /** What it has written so far. */
  draft: string;
}

function askingOf({ reason, event, deadlineAt }: Thought): Asking {
  const told = event && toldOf(event);
  return { reason, deadlineAt, ...(told && { event: told }) };
}

/** The turns that are thought about: many at once, one in a conversation. */
export interface Thinking {
  /** The one of where a conversation stands now. */
  of(row: Conversation): Asked | undefined;
  ask(row: Led, bot: BotInForce, why: Why): void;
  /** Nobody waits for it any more; what it had written. */
  drop(conversation: string): string;
  /** The bot of a conversation is over. */
  forget(conversation: string): void;
  count(bot: string): number;
  /** Gives up all of it without a word in the log: the same turns are asked again by whoever is next. */
  stop(): Promise<void>;
}

/** Turns that are thought about at a time; the others wait. */
const AT_ONCE = 64;

/** Why whatever is thought about is given up when the relay ends. */
const STOPPED = new Error('the relay ends');

export const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

function shown(row: Led, bot: BotInForce, parts: BotsParts): Disposable {
  const end = parts.writing(row, bot);
  return { [Symbol.dispose]: end };
}

/** Asks, and says what comes of it. */
async function think(row: Led, thought: Thought, parts: BotsParts): Promise<void> {
  const { bot, participant, event, controller } = thought;
  const { signal } = controller;
  const lines = await linesOf(row, parts.queries);
  if (isPersonAskedFor(lines, row.bot.heard))
    return end(row, { outcome: 'routed', reason: 'asked' }, parts);
  const around = { bot, lines, asking: askingOf(thought), now: parts.now() };
  const turn = await turnOf(row, around, parts);
  const draft = (text: string) => {
    thought.draft = text;
  };
  signal.throwIfAborted();
  // A flow has answered before anybody reads that.
  using _ = bot.kind === 'flow' ? null : shown(row, bot, parts);
  const acted = participant.answer(turn, { signal, draft }).then(
    async (answer) => {
      if (signal.reason !== STOPPED)
        await act(row, { answer, lines, event, final: isFinal(row, bot) }, parts);
    },
    async (err: unknown) => {
      if (signal.aborted && signal.reason !== STOPPED) await payFor(row, err, parts);
      throw err;
    },
  );
  // Nobody waits for whoever does not stop; what they say all the same is refused, and seen.
  await Promise.race([acted, abortOf(signal)]);
}

async function fail(row: Led, thought: Thought, { err, parts }: Failure): Promise<void> {
  const { bot, controller } = thought;
  if (controller.signal.aborted) return;
  parts.log.warn({ err, bot: bot.id, conversation: row.id }, 'a bot failed');
  await end(row, { outcome: 'failed', failure: 'error', ...costOf(err) }, parts);
}

interface Failure {
  err: unknown;
  parts: BotsParts;
}

/** @param onOver told when a turn is over that nobody dropped */
export function createThinking(parts: BotsParts, onOver: (conversation: string) => void): Thinking {
  const { crew, now, log } = parts;
  const thoughts = createUnderWay<Thought>(log, onOver);
  const turns = createTurns(AT_ONCE);
  const buckets = createBuckets(now);
  let isStopped = false;

  /** Whatever goes round so fast ends with a person. */
  const thinkAtLeisure = (row: Led, thought: Thought): Promise<void> =>
    buckets.take(row.id)
      ? turns.take(() => think(row, thought, parts), thought.controller.signal)
      : end(row, { outcome: 'routed', reason: 'guard' }, parts);

  return {
    of(row) {
      const found = thoughts.of(row.id);
      const isOfNow =
        botHasFloor(row) && found?.run === row.bot.run && found.visit === row.bot.visit;
      return isOfNow ? found : undefined;
    },
    ask(row, bot, why) {
      const participant = crew.participantOf(bot);
      if (!participant || isStopped) return;
      const { run, visit } = row.bot;
      const controller = new AbortController();
      const thought: Thought = {
        ...{ run, visit, heard: row.seq, deadlineAt: now() + bot.deadlineMs },
        ...{ ...why, bot, participant, controller, draft: '' },
      };
      thoughts.begin(row.id, thought, () =>
        thinkAtLeisure(row, thought).catch((err: unknown) => fail(row, thought, { err, parts })),
      );
    },
    drop: (id) => thoughts.drop(id)?.draft ?? '',
    forget: buckets.forget,
    count: thoughts.count,
    stop() {
      isStopped = true;
      return thoughts.stop(STOPPED);
    },
  };
}
