import { setTimeout as pause } from 'node:timers/promises';
import type { StreamSettings } from '../../config-streams.ts';
import { toSend } from '../../events/cloud-event.ts';
import type { LogRecord } from '../../events/log.ts';
import type { Logger } from '../../lib/logger.ts';
import { send } from './send.ts';
import type { Connect, Message, Stream } from './stream.ts';

interface Outside {
  connect: Connect;
  /** What events name as their source. */
  source: string;
  log: Logger;
}

export interface Publisher {
  /** Publishes a batch of the log; after a failure it has to be read anew and given again. */
  publish(records: LogRecord[]): Promise<void>;
  onError(error: unknown): void;
  close(): void;
}

/** A broker that cannot be connected to in so long is taken for gone. */
const CONNECT_MS = 10_000;
const BACKOFF_MAX_MS = 30_000;

/** The log's own pause comes on top, and is all there is the first time. */
const backoffMs = (failures: number): number =>
  failures === 0 ? 0 : Math.min(BACKOFF_MAX_MS, 500 * 2 ** failures);

/** What failed, and nothing of where: an address may hold a password. */
function reasonOf(error: unknown): string {
  const { message, code, name } = error as Error & { code?: string };
  return message || code || name;
}

/** Brings the log to one broker, over connections it makes anew after every failure. */
export function createPublisher(
  { kind, url, prefix, pii }: StreamSettings,
  { connect, source, log }: Outside,
): Publisher {
  const ending = new AbortController();
  const ended = ending.signal;
  /** Of the batch under way, what the broker has. */
  const acknowledged = new Set<number>();
  let stream: Stream | undefined;
  let failures = 0;

  function open(): Promise<Stream> {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(CONNECT_MS)]);
    return connect({ url, prefix, signal });
  }

  function letGo(): void {
    stream?.close();
    stream = undefined;
  }

  const messageOf = (record: LogRecord): Message => ({
    event: toSend(record, { source, pii }),
    name: record.type,
    site: record.site ?? 'relay',
  });

  return {
    async publish(records) {
      try {
        stream ??= await open();
        await send(records, { stream, messageOf, acknowledged, ended });
      } catch (error) {
        letGo();
        if (failures === 0 && !ended.aborted)
          log.warn({ sink: kind, reason: reasonOf(error) }, 'stream interrupted; trying again');
        await pause(backoffMs(failures++), undefined, { signal: ended });
        throw error;
      }
      acknowledged.clear();
      if (failures > 0) log.info({ sink: kind }, 'stream goes on');
      failures = 0;
    },
    onError(error) {
      // What the broker did is told already; this is the store.
      if (failures === 0 && !ended.aborted)
        log.error({ err: error, sink: kind }, 'follower failed; trying again');
    },
    close() {
      ending.abort();
      letGo();
    },
  };
}
