import type { CloudEvent } from '@throughline/shared/schema';
import { expect, it } from 'vitest';
import { asFixture, asJson } from './fixture.ts';

const event = {
  data: { text: 'It\'s "fine"\n\u2028', actor: { kind: 'visitor', id: 'v' }, tags: [], 'a.b': [1] },
  type: 'dev.throughline.message.created',
  livemode: true,
  id: 'e',
  zone: 'z',
  specversion: '1.0',
} as unknown as CloudEvent;

it('a fixture is the event as TypeScript, in an order that does not depend on who wrote it', () => {
  expect(asFixture(event)).toBe(`export const messageCreated = {
  specversion: '1.0',
  id: 'e',
  type: 'dev.throughline.message.created',
  livemode: true,
  zone: 'z',
  data: {
    'a.b': [
      1,
    ],
    actor: {
      id: 'v',
      kind: 'visitor',
    },
    tags: [],
    text: "It's \\"fine\\"\\n\u2028",
  },
} satisfies CloudEvent;
`);
  const shuffled = Object.fromEntries(Object.entries(event).reverse()) as CloudEvent;
  expect(asFixture(shuffled)).toBe(asFixture(event));
});

it.each(['plain', "it's", '"', 'both \' and "', '\\', '`', '\n', '🙂'])(
  'a fixture reads back what it was: %j',
  (text) => {
    const source = asFixture({ type: 'a.b', data: { text } } as unknown as CloudEvent);
    const literal = source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1);
    // The function is made of our own output: that is what is under test.
    expect(new Function(`return ${literal}`)()).toEqual({ type: 'a.b', data: { text } });
  },
);

it('names are those of constants', () => {
  const nameOf = (type: string) =>
    asFixture({ type: `dev.throughline.${type}` } as CloudEvent).split(' ')[2];
  expect(nameOf('test.event')).toBe('testEvent');
  expect(nameOf('conversation.assigned.v2')).toBe('conversationAssignedV2');
});

it('JSON has the same order', () => {
  expect(asJson(event)).toMatch(/^\{\n {2}"specversion": "1.0",\n {2}"id": "e"/);
  expect(JSON.parse(asJson(event))).toEqual(event);
});
