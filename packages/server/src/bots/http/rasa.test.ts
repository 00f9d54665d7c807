import { uuidv7 } from '@throughline/shared';
import { expect, test } from 'vitest';
import { startBotServer } from '../../../test/bot-server.ts';
import { httpBot, line, turnOf } from '../../../test/bot-turn.ts';

const at = (url: string) => ({ url: `${url}/webhooks/rest/webhook`, shape: 'rasa' as const });

test('a message goes to the REST channel as Rasa’s manual has it, its messages come back as acts', async () => {
  await using server = await startBotServer(() => [
    { recipient_id: 'test_user', text: 'Hey Rasa!' },
    { recipient_id: 'test_user', image: 'http://example.com/image.jpg' },
  ]);
  using its = httpBot(at(server.url), { secrets: ['a-token'] });
  const turn = turnOf({ lines: [line({ text: 'Hi there!' })] });
  const { reply } = await its.ask(turn);
  const [asked] = server.asked;
  expect(asked?.path).toBe('/webhooks/rest/webhook');
  expect(asked?.headers.authorization).toBe('Bearer a-token');
  expect(asked?.json).toMatchObject({
    sender: turn.conversation.id,
    message: 'Hi there!',
    metadata: { turn: turn.id, contact: { externalId: 'C-7', verified: true } },
  });
  const cards = [{ title: 'image.jpg', image: { url: 'http://example.com/image.jpg' } }];
  expect(reply.acts).toEqual([
    { do: 'say', text: 'Hey Rasa!' },
    { do: 'say', text: '', block: { kind: 'cards', cards } },
  ]);
  expect(reply.next).toEqual({ do: 'wait' });
});

test('buttons are quick replies, and the one that is chosen sends its payload', async () => {
  await using server = await startBotServer(() => [
    {
      recipient_id: 'test_user',
      text: 'Do you want notifications?',
      buttons: [
        { title: 'yes', payload: '/affirm{"notify": true}' },
        { title: 'no', payload: '/deny' },
      ],
    },
  ]);
  using its = httpBot(at(server.url));
  const { reply } = await its.ask(turnOf());
  expect(reply.acts).toEqual([
    {
      do: 'say',
      text: 'Do you want notifications?',
      block: {
        kind: 'replies',
        options: [
          { action: 'choice-1', label: 'yes' },
          { action: 'choice-2', label: 'no' },
        ],
      },
    },
  ]);
  const chosen = line({ seq: 3, text: 'yes', answer: { message: uuidv7(), action: 'choice-1' } });
  const lines = [line(), line({ seq: 2, by: 'bot', text: 'Do you want notifications?' }), chosen];
  await its.ask(turnOf({ lines, state: reply.state }));
  expect(server.asked[1]?.json).toMatchObject({ message: '/affirm{"notify": true}' });
});

test('`custom.throughline` is a part of a reply: it hands off, notes and promises', async () => {
  const fact = { name: 'intent', value: 'refund' };
  await using server = await startBotServer(() => [
    { recipient_id: 'test_user', text: 'A colleague will help you.' },
    {
      recipient_id: 'test_user',
      custom: {
        throughline: {
          acts: [{ do: 'note', fact }],
          next: { do: 'hand_off', queue: 'refunds', reason: 'asked' },
        },
      },
    },
  ]);
  using its = httpBot(at(server.url));
  const { reply } = await its.ask(turnOf());
  expect(reply.acts).toEqual([
    { do: 'say', text: 'A colleague will help you.' },
    { do: 'note', fact },
  ]);
  expect(reply.next).toEqual({ do: 'hand_off', queue: 'refunds', reason: 'asked' });
});

test('what the visitor said since it answered is one message; where that is nothing, the reason is an intent', async () => {
  await using server = await startBotServer(() => []);
  using its = httpBot(at(server.url));
  const lines = [
    line({ text: 'Hello' }),
    line({ by: 'bot', text: 'Hi' }),
    line({ text: 'One more thing' }),
    line({ text: 'my order' }),
  ];
  await its.ask(turnOf({ lines }));
  const answered = await its.ask(turnOf({ reason: 'timeout', lines: lines.slice(0, 2) }));
  const messages = server.asked.map(({ json }) => (json as { message: string }).message);
  expect(messages).toEqual(['One more thing\nmy order', '/timeout']);
  expect(answered.reply.acts).toEqual([]);
});

test.each([
  [{ text: 'no list' }, 'its answer is no list of messages'],
  [[{ custom: { throughline: { next: { do: 'explode' } } } }], 'its answer is wrong'],
])('what is no answer of Rasa’s, %j, is refused', async (answer, why) => {
  await using server = await startBotServer(() => answer);
  using its = httpBot(at(server.url));
  await expect(its.ask(turnOf())).rejects.toThrow(why);
});

test('what nobody may be sent to, and what has no words, is left out', async () => {
  await using server = await startBotServer(() => [
    { image: 'javascript:alert(1)' },
    { image: 'data:image/png;base64,AAAA' },
    { text: 'Choose', buttons: [{ title: ' ', payload: '/x' }, { payload: '/y' }, 7] },
    'a string',
    null,
  ]);
  using its = httpBot(at(server.url));
  expect((await its.ask(turnOf())).reply.acts).toEqual([{ do: 'say', text: 'Choose' }]);
});
