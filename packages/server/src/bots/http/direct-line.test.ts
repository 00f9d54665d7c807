import { uuidv7 } from '@throughline/shared';
import { describe, expect, test } from 'vitest';
import { type Asked, startBotServer } from '../../../test/bot-server.ts';
import { httpBot, line, turnOf } from '../../../test/bot-turn.ts';

type Activity = Record<string, unknown>;

/** As Direct Line 3.0 answers in its documentation; `said` is what the bot writes, look by look. */
function directLine(looks: Activity[][]) {
  const activities: Activity[] = [];
  return ({ method, path, json }: Asked) => {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    if (method === 'POST' && pathname === '/v3/directline/conversations')
      return {
        conversationId: 'abc123',
        token: 'RCurR_XV9ZA.cwA.BKA.iaJrC8xpy8qbOF5xnR2vtCX7CZj0LdjAPGfiCpg4Fv0y8qbOF5xPGfiCpg4Fv0',
        expires_in: 1800,
        streamUrl: 'https://directline.botframework.com/v3/directline/conversations/abc123/stream',
      };
    if (method === 'POST') {
      activities.push(json as Activity);
      return { id: '0001' };
    }
    const written = (looks.shift() ?? []).map((more) => ({
      type: 'message',
      channelId: 'directline',
      conversation: { id: 'abc123' },
      from: { id: 'bot1' },
      ...more,
    }));
    activities.push(...written);
    const watermark = String(activities.length);
    return { activities: activities.slice(Number(searchParams.get('watermark') ?? 0)), watermark };
  };
}

const asking = (looks: Activity[][]) => startBotServer(directLine(looks));
const at = (url: string) => ({ url, shape: 'directline' as const });

describe('a bot behind Direct Line', () => {
  test('gets a conversation, an activity, and is read from the watermark on', async () => {
    const hello = { text: 'Nice to see you, user1!', inputHint: 'expectingInput' };
    await using server = await asking([[], [hello], [{ ...hello, text: 'Again' }]]);
    using its = httpBot(at(server.url), { secrets: ['SECRET'] });
    const first = await its.ask(turnOf({ lines: [line({ text: 'hello' })] }));
    expect(first.reply.acts).toEqual([{ do: 'say', text: 'Nice to see you, user1!' }]);
    expect(first.reply.state).toEqual({ conversation: 'abc123', watermark: '2', payloads: {} });
    const second = await its.ask(turnOf({ state: first.reply.state }));
    expect(second.reply.acts).toEqual([{ do: 'say', text: 'Again' }]);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v3/directline/conversations',
      'POST /v3/directline/conversations/abc123/activities',
      'GET /v3/directline/conversations/abc123/activities',
      'GET /v3/directline/conversations/abc123/activities?watermark=1',
      'POST /v3/directline/conversations/abc123/activities',
      'GET /v3/directline/conversations/abc123/activities?watermark=2',
    ]);
    expect(new Set(server.asked.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer SECRET']),
    );
    expect(server.asked[1]?.json).toMatchObject({ type: 'message', text: 'hello', locale: 'en' });
  });

  test('has answered when it pauses after it wrote', async () => {
    await using server = await asking([[{ text: 'One' }], [{ text: 'Two' }], []]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    expect(reply.acts).toEqual([
      { do: 'say', text: 'One' },
      { do: 'say', text: 'Two' },
    ]);
  });

  test('suggested actions are quick replies, the chosen one sends its value', async () => {
    const actions = [
      { type: 'imBack', title: 'Blue', value: 'Blue' },
      { type: 'postBack', title: 'Green', value: { color: 'green' } },
    ];
    const ask = { text: 'I have colors in mind.', suggestedActions: { actions } };
    const expecting = { inputHint: 'expectingInput' };
    await using server = await asking([[{ ...ask, ...expecting }], [{ text: 'Ok', ...expecting }]]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    expect(reply.acts).toEqual([
      {
        do: 'say',
        text: 'I have colors in mind.',
        block: {
          kind: 'replies',
          options: [
            { action: 'choice-1', label: 'Blue' },
            { action: 'choice-2', label: 'Green' },
          ],
        },
      },
    ]);
    const chosen = line({ text: 'Green', answer: { message: uuidv7(), action: 'choice-2' } });
    await its.ask(turnOf({ lines: [chosen], state: reply.state }));
    expect(server.asked.at(-2)?.json).toMatchObject({ text: '{"color":"green"}' });
  });

  test('hero cards are cards', async () => {
    const content = {
      title: 'Ridge pack',
      subtitle: 'For three days out',
      images: [{ url: 'https://aka.ms/DuckOnARock', alt: 'picture of a duck' }],
      buttons: [
        { type: 'openUrl', title: 'Open', value: 'https://aka.ms/DuckOnARock' },
        { type: 'imBack', title: 'Take it', value: 'take' },
      ],
    };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.hero', content }];
    await using server = await asking([[{ attachments, inputHint: 'expectingInput' }]]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    const card = {
      title: 'Ridge pack',
      text: 'For three days out',
      image: { url: 'https://aka.ms/DuckOnARock' },
      buttons: [
        { label: 'Open', url: 'https://aka.ms/DuckOnARock' },
        { label: 'Take it', action: 'choice-1' },
      ],
    };
    expect(reply.acts).toEqual([{ do: 'say', text: '', block: { kind: 'cards', cards: [card] } }]);
  });

  test('pictures inside the message and other addresses are left out, the rest is shown', async () => {
    const buttons = [
      { type: 'openUrl', title: 'Call', value: 'tel:+491234' },
      { type: 'imBack', title: 'Take it', value: 'take' },
    ];
    const content = { images: [{ url: 'data:image/png;base64,AAAA' }], buttons };
    const attachments = [
      { contentType: 'application/vnd.microsoft.card.hero', content },
      { contentType: 'application/vnd.microsoft.card.hero', content: {} },
      { contentType: 'image/png', contentUrl: 'https://shop.example/pack.png' },
      { contentType: 'application/vnd.microsoft.card.adaptive', content: { body: [] } },
    ];
    await using server = await asking([[{ attachments, inputHint: 'expectingInput' }]]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    const taking = { title: 'Take it', buttons: [{ label: 'Take it', action: 'choice-1' }] };
    const picture = { title: 'pack.png', image: { url: 'https://shop.example/pack.png' } };
    expect(reply.acts).toEqual(
      [taking, picture].map((card) => ({
        do: 'say',
        text: '',
        block: { kind: 'cards', cards: [card] },
      })),
    );
  });

  test('`handoff.initiate` hands off, after what it said', async () => {
    const handOff = { type: 'event', name: 'handoff.initiate', value: { Skill: 'Credit Cards' } };
    await using server = await asking([[{ text: 'One moment' }, handOff]]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    expect(reply.acts).toEqual([{ do: 'say', text: 'One moment' }]);
    expect(reply.next).toEqual({ do: 'hand_off', reason: 'out_of_scope' });
  });

  test('`endOfConversation` ends it, and the next turn opens another one', async () => {
    await using server = await asking([[{ text: 'Bye' }, { type: 'endOfConversation' }]]);
    using its = httpBot(at(server.url));
    const { reply } = await its.ask(turnOf());
    expect(reply).toMatchObject({ next: { do: 'end' }, state: null });
  });

  test('where nobody said anything, it gets an event', async () => {
    await using server = await asking([[{ text: 'Are you there?', inputHint: 'expectingInput' }]]);
    using its = httpBot(at(server.url));
    await its.ask(turnOf({ reason: 'timeout', lines: [] }));
    expect(server.asked[1]?.json).toMatchObject({ type: 'event', name: 'timeout' });
  });

  test('one that says nothing gives no answer in time', async () => {
    await using server = await asking([]);
    using its = httpBot(at(server.url));
    await expect(its.ask(turnOf({ deadlineAt: Date.now() + 100 }))).rejects.toThrow();
  });
});
