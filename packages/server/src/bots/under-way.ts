import type { Logger } from '../lib/logger.ts';

/** A turn a bot is thinking about. */
interface Work {
  bot: { id: string };
  controller: AbortController;
}

/** Turns that are thought about, one in a conversation. */
export interface UnderWay<T extends Work> {
  of(conversation: string): T | undefined;
  begin(conversation: string, work: T, run: () => Promise<unknown>): void;
  /** Nobody waits for it any more. */
  drop(conversation: string, reason?: Error): T | undefined;
  count(bot: string): number;
  /** Drops all of them, and waits for their ends. */
  stop(reason?: Error): Promise<void>;
}

/** @param onOver told when a turn is over that nobody dropped */
export function createUnderWay<T extends Work>(
  log: Logger,
  onOver: (conversation: string) => void,
): UnderWay<T> {
  const works = new Map<string, T>();
  const running = new Set<Promise<void>>();

  function drop(id: string, reason?: Error): T | undefined {
    const work = works.get(id);
    work?.controller.abort(reason);
    works.delete(id);
    return work;
  }

  return {
    of: (id) => works.get(id),
    begin(id, work, run) {
      works.set(id, work);
      const over = run()
        .catch((err: unknown) => log.error({ err, conversation: id }, 'a turn was lost'))
        .then(() => {
          running.delete(over);
          if (works.get(id) !== work) return;
          works.delete(id);
          onOver(id);
        });
      running.add(over);
    },
    drop,
    count: (bot) => [...works.values()].filter((it) => it.bot.id === bot).length,
    async stop(reason) {
      for (const id of [...works.keys()]) drop(id, reason);
      await Promise.allSettled(running);
    },
  };
}
