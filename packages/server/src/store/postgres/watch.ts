import type pg from 'pg';
import { shareDatabase, TAKEN } from './alone.ts';

export interface WatchOptions {
  connect(): Promise<pg.Client>;
  pollMs: number;
  /** Called with the newest offset there is, whoever wrote it. */
  seen(head: number): void;
  /** The log is taken away; this process must end. */
  onFatal(error: unknown): void;
}

const UNLOCK = 'SELECT pg_advisory_unlock_all()';
const HEAD = 'SELECT coalesce(max(log_offset), 0) AS head FROM event';

/**
 * One connection that keeps the database for relays, and looks for what others have written: nobody
 * is told by the database, because that takes a lock all commits go through.
 */
export async function watch({ connect, pollMs, seen, onFatal }: WatchOptions) {
  let client: pg.Client | undefined = await take();
  let stopped = false;
  let timer: NodeJS.Timeout;
  let polling = Promise.resolve();

  async function take(): Promise<pg.Client> {
    const made = await connect();
    try {
      await shareDatabase(made);
      return made;
    } catch (error) {
      await made.end();
      throw error;
    }
  }

  /** A broken connection is made anew, with the lock, as long as nobody else has taken it. */
  async function poll(): Promise<void> {
    try {
      client ??= await take();
      const { rows } = await client.query<{ head: number }>(HEAD);
      seen(rows[0]?.head ?? 0);
    } catch (error) {
      client?.end().catch(() => {});
      client = undefined;
      if (error === TAKEN) onFatal(error);
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      polling = poll().then(() => {
        if (!stopped) schedule();
      });
    }, pollMs);
  }

  schedule();
  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await polling;
      await client?.query(UNLOCK).catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}
