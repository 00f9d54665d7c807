import { type BotFailure, type EventType, isTombstone } from '@throughline/shared/schema';
import type { Log, LogRecord } from '../events/log.ts';

/** A time a bot could not answer. */
interface Failed {
  at: number;
  failure: BotFailure;
  conversation: string;
}

/** What went wrong lately, for whoever looks after the bots. */
export interface Failures {
  /** Newest first. */
  of(bot: string): readonly Failed[];
  hear(records: readonly LogRecord[]): void;
  /** Reads back so far that a restart does not hide what went wrong before it. */
  recall(): Promise<void>;
}

const KEPT = 3;
const BACK = 5000;
const PAGE = 1000;

const TELLING: ReadonlySet<EventType> = new Set(['bot.completed', 'suggestion.failed']);

/** `http:parcels` is the bot `parcels`. */
const botOf = ({ actor }: LogRecord): string => actor.id.slice(actor.id.indexOf(':') + 1);

export function createFailures(events: Pick<Log, 'head' | 'read'>): Failures {
  const found = new Map<string, Failed[]>();
  let seen = 0;

  function hear(records: readonly LogRecord[]): void {
    for (const record of records) {
      const { offset, type, time, conversation, data } = record;
      if (offset <= seen || !TELLING.has(type)) continue;
      seen = offset;
      if (isTombstone(data) || !('failure' in data) || !data.failure || !conversation) continue;
      const bot = botOf(record);
      const one = { at: time, failure: data.failure, conversation };
      found.set(bot, [one, ...(found.get(bot) ?? [])].slice(0, KEPT));
    }
  }

  return {
    of: (bot) => found.get(bot) ?? [],
    hear,
    async recall() {
      const head = await events.head();
      for (let at = Math.max(seen, head - BACK); at < head; ) {
        const records = await events.read(at, PAGE);
        hear(records);
        at = records.at(-1)?.offset ?? head;
      }
    },
  };
}
