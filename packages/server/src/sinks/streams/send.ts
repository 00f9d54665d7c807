import type { LogRecord } from '../../events/log.ts';
import { answerOf } from './answer.ts';
import type { Message, Stream } from './stream.ts';

interface Sending {
  stream: Stream;
  messageOf(record: LogRecord): Message;
  /** Offsets of what the broker has; they are left out, and new ones are added. */
  acknowledged: Set<number>;
  ended: AbortSignal;
}

/**
 * Sends a batch of the log. Of one conversation an event goes when the one before it is acknowledged, so
 * that no failure lets a later one overtake: a broker may well refuse one event and take the next, on one
 * connection too. Different ones go side by side. The first failure ends it all.
 */
export async function send(records: LogRecord[], sending: Sending): Promise<void> {
  const { stream, messageOf, acknowledged, ended } = sending;
  const waiting = records.filter(({ offset }) => !acknowledged.has(offset));
  const lines = Map.groupBy(
    waiting,
    ({ conversation, contact }) => conversation ?? contact,
  ).values();
  const failures: unknown[] = [];

  async function work(): Promise<void> {
    for (const line of lines)
      for (const record of line) {
        if (failures.length > 0) return;
        await answerOf(stream.publish(messageOf(record)), ended);
        acknowledged.add(record.offset);
      }
  }

  // All draw from the same lines. What is under way at a failure may still be acknowledged.
  await Promise.all(
    Array.from({ length: stream.atOnce }, () => work().catch((error) => failures.push(error))),
  );
  if (failures.length > 0) throw failures[0];
}
