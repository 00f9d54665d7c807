import { catalogue, type EventKind, eventTypes } from '@throughline/shared/schema';
import { newWebhookSecret, signWebhook, verify } from '@throughline/shared/webhooks';
import { CloudEvent as IndependentEvent } from 'cloudevents';
import { expect, test } from 'vitest';
import { exampleEvent } from './example-event.ts';
import { readData } from './trigger.ts';

const source = 'https://chat.example.com';

test.each(eventTypes)('%s has an example that verifies and is nobody’s', (type) => {
  const event = exampleEvent(type, { source });
  expect(new IndependentEvent(event as never, true).validate()).toBe(true);
  expect(event).toMatchObject({ livemode: false, source, data: catalogue[type].example });
  expect(exampleEvent(type, { source }).id).not.toBe(event.id);
  const secret = newWebhookSecret();
  const body = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1000);
  expect(verify(body, signWebhook([secret], { id: event.id, timestamp, body }), secret)).toEqual(
    event,
  );
});

test.each(eventTypes)('%s takes what fits it and refuses what nobody knows', (type) => {
  const { example }: EventKind = catalogue[type];
  expect(readData(type, JSON.stringify(example))).toEqual(example);
  expect(() => readData(type, '{"nobody_knows":1}')).toThrow(`--data is no ${type}.`);
  for (const bad of ['', 'x', '1', 'null', '[]', '"text"'])
    expect(() => readData(type, bad)).toThrow('--data takes a JSON object');
});
