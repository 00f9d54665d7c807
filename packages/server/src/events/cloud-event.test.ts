import { uuidv7 } from '@throughline/shared';
import { type EventType, eventTypes, outwardSchema } from '@throughline/shared/schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { CloudEvent } from 'cloudevents';
import { expect, test } from 'vitest';
import { recordsOf } from '../../test/records.ts';
import { toCloudEvent, toSend } from './cloud-event.ts';
import type { LogRecord } from './log.ts';

const outward = { source: 'https://x.example', pii: 'content' } as const;
const LIMIT_BYTES = 20 * 1024;

const recordOf = (type: EventType, data: object): LogRecord => {
  const [record] = recordsOf([uuidv7()]);
  return { ...record, contact: uuidv7(), type, data } as LogRecord;
};
const bytesOf = (event: object) => Buffer.byteLength(JSON.stringify(event));

test('[WO-12] to the last byte an event is sent whole, and with one more thin', () => {
  const of = (length: number) => recordOf('message.created', { text: 'x'.repeat(length) });
  const room = LIMIT_BYTES - bytesOf(toSend(of(0), outward));
  const [last, more] = [of(room), of(room + 1)];
  expect(bytesOf(toSend(last, outward))).toBe(LIMIT_BYTES);
  expect(toSend(last, outward)).toEqual(toCloudEvent(last, outward));
  const { data, ...around } = toSend(more, outward);
  const { data: whole, ...same } = toCloudEvent(more, outward);
  expect(around).toEqual(same);
  expect(data).toEqual({
    conversation: whole.conversation,
    contact: whole.contact,
    actor: whole.actor,
    whole: 'https://x.example/v1/events?after=0&limit=1',
  });
});

test.each(eventTypes)(
  '[WO-12] however long %s is, what is sent is short, valid, and names nobody',
  (type) => {
    const ids = Array.from({ length: 1000 }, () => uuidv7());
    const record = recordOf(type, { conversations: ids, facts: ids, text: ids.join(), tags: ids });
    const actor = { kind: 'agent', id: 'a1', name: 'Ada' } as const;
    // Longest of all, whatever the type keeps of it.
    const event = toSend({ ...record, actor: { ...actor, name: ids.join() } }, outward);
    expect(bytesOf(event)).toBeLessThan(2048);
    expect(event.data.actor).toEqual({ kind: 'agent', id: 'a1' });
    expect(new CloudEvent(event as object).validate()).toBe(true);
    const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(
      outwardSchema(type, `urn:test:${type}`),
    );
    expect(isValid(event.data), JSON.stringify(isValid.errors)).toBe(true);
  },
);
