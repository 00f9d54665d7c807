import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@throughline/shared';
import { expect, onTestFinished, test, vi } from 'vitest';
import { recordsOf } from '../../../test/records.ts';
import type { LogRecord } from '../../events/log.ts';
import { createLogger } from '../../lib/logger.ts';
import { createPublisher } from './publisher.ts';
import type { Connect, Message } from './stream.ts';

function publish(connect: Connect) {
  const lines: string[] = [];
  const log = createLogger('trace', { write: (line) => void lines.push(line) });
  const settings = { kind: 'nats', url: 'nats://x', pii: 'none', prefix: 'test' } as const;
  const publisher = createPublisher(settings, { connect, source: 'https://x.example', log });
  onTestFinished(() => publisher.close());
  return { ...publisher, says: (what: string) => lines.filter((it) => it.includes(what)).length };
}

test('[WO-12] what is too long is published thin', async () => {
  const seen: Message[] = [];
  const publisher = publish(async () => ({
    atOnce: 1,
    publish: async (message) => void seen.push(message),
    close() {},
  }));
  const [from, into, ...conversations] = Array.from({ length: 1000 }, () => uuidv7());
  const data = { from, into, conversations };
  const merged = recordsOf(['a']).map((it) => ({ ...it, type: 'contact.merged', data }));
  await publisher.publish(merged as LogRecord[]);
  expect(seen[0]?.event.data).toHaveProperty('whole');
  expect(JSON.stringify(seen)).not.toContain(conversations.at(-1));
});

test('an outage is told once, with its end, and every failure costs the connection', async () => {
  let [opened, closed] = [0, 0];
  const publisher = publish(async () => {
    opened++;
    return {
      atOnce: 1,
      async publish() {
        if (opened < 3) throw new Error('away');
      },
      close: () => void closed++,
    };
  });
  const records = recordsOf(['a']);
  await expect(publisher.publish(records)).rejects.toThrow('away');
  await expect(publisher.publish(records)).rejects.toThrow('away');
  await publisher.publish(records);
  expect([opened, closed]).toEqual([3, 2]);
  expect(publisher.says('stream interrupted')).toBe(1);
  expect(publisher.says('stream goes on')).toBe(1);
  await publisher.publish(recordsOf(['b']));
  expect(opened).toBe(3);
});

test('a connection that is not made in time is given up, at the end at once', async () => {
  const signals: AbortSignal[] = [];
  const publisher = publish(({ signal }) => {
    signals.push(signal);
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
  });
  const outcome = expect(publisher.publish(recordsOf(['a']))).rejects.toThrow();
  publisher.close();
  await outcome;
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('an event that is not acknowledged in time has failed', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const close = vi.fn();
  const never = new Promise<never>(() => {});
  const publisher = publish(async () => ({ atOnce: 1, publish: () => never, close }));
  const outcome = expect(publisher.publish(recordsOf(['a']))).rejects.toThrow('no answer');
  await vi.runAllTimersAsync();
  await outcome;
  expect(close).toHaveBeenCalled();
});

test('the end does not wait for an answer', async () => {
  const never = new Promise<never>(() => {});
  const publisher = publish(async () => ({ atOnce: 1, publish: () => never, close() {} }));
  const outcome = expect(publisher.publish(recordsOf(['a']))).rejects.toThrow();
  await sleep(10);
  publisher.close();
  await outcome;
  expect(publisher.says('stream interrupted')).toBe(0);
});
