import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordsOf } from '../../../test/records.ts';
import { toCloudEvent } from '../../events/cloud-event.ts';
import type { LogRecord } from '../../events/log.ts';
import { send } from './send.ts';
import type { Message } from './stream.ts';

/** Sends batches to a broker that does as it likes. */
function sender(atOnce: number, publish: (message: Message) => Promise<void>) {
  const sending = {
    stream: { atOnce, publish, close() {} },
    messageOf: (record: LogRecord): Message => ({
      event: toCloudEvent(record, { source: 'https://x.example', pii: 'none' }),
      name: record.type,
      site: 'shop',
    }),
    acknowledged: new Set<number>(),
    ended: new AbortController().signal,
  };
  return (records: LogRecord[]) => send(records, sending);
}

const fate = fc.constantFrom('take', 'take', 'take', 'refuse', 'take silently');

test('whatever a broker refuses, or takes without saying so, each conversation has its order and no gap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 }),
      fc.array(fate, { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      async (conversations, fates, atOnce) => {
        const seen: Message[] = [];
        const ahead = [...fates];
        const sendAll = sender(atOnce, async (message) => {
          const next = ahead.shift() ?? 'take';
          for (let turns = message.event.id.charCodeAt(35) % 5; turns > 0; turns--) await null;
          if (next !== 'refuse') seen.push(message);
          if (next !== 'take') throw new Error('not this one');
        });
        const records = recordsOf(conversations);
        const isDone = () =>
          sendAll(records).then(
            () => true,
            () => false,
          );
        while (!(await isDone()));
        for (const conversation of new Set(conversations)) {
          const ids = seen
            .filter(({ event }) => event.partitionkey === conversation)
            .map(({ event }) => event.id);
          const line = records.filter((record) => record.conversation === conversation);
          expect([...new Set(ids)]).toEqual(line.map(({ id }) => id));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('an event that was acknowledged is not sent again because its neighbour failed', async () => {
  const sent: string[] = [];
  const sendAll = sender(4, async ({ event: { partitionkey } }) => {
    sent.push(partitionkey);
    if (sent.length === 1) throw new Error('not this one');
    await sleep(5);
  });
  const records = recordsOf(['a', 'b', 'c']);
  await expect(sendAll(records)).rejects.toThrow('not this one');
  await sendAll(records);
  expect(sent).toEqual(['a', 'b', 'c', 'a']);
});

test('never more is under way than the broker takes', async () => {
  let [now, most] = [0, 0];
  const sendAll = sender(3, async () => {
    most = Math.max(most, ++now);
    await sleep(1);
    now--;
  });
  await sendAll(recordsOf(Array.from({ length: 30 }, (_, i) => `c${i}`)));
  expect(most).toBe(3);
});
