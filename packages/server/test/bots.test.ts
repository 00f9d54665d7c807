import { uuidv7 } from '@throughline/shared';
import type { BotSwitches, VisitorEvent } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { NoAnswer, type Trace, type Usage } from '../src/bots/participant.ts';
import { bot, botWorld, createScript, publishBots } from './bots.ts';
import { startRelay, tempDir, until } from './relay.ts';

const usage: Usage = { tokensIn: 10, tokensOut: 2, microUsd: 30, toolCalls: 1 };
const trace: Trace[] = [
  { kind: 'tool', name: 'find', input: '{}', output: '17', ok: true, durationMs: 3 },
];

describe('a bot', () => {
  test('is given the turn, answers in its own name, and keeps what it wants to', async () => {
    const { ask, turn, becomes, told } = await botWorld();
    const { conversation, say } = await ask();
    const first = await turn(0);
    expect(first.turn).toMatchObject({
      ...{ version: 1, reason: 'begun', goal: null, state: null, heard: 3 },
      bot: { id: 'first' },
      lines: [{ by: 'visitor', text: 'Hello' }],
    });
    first.answer({ acts: [{ do: 'say', text: 'Which?' }], state: { n: 1 } }, { usage, trace });
    await becomes(conversation, ({ bot }) => bot?.visit === 1 && bot.reason === null);
    await say('That one');
    const second = await turn(1);
    expect(second.turn).toMatchObject({ reason: 'message', state: { n: 1 } });
    expect(second.turn.lines.map(({ by, text }) => `${by}: ${text}`)).toEqual([
      ...['visitor: Hello', 'bot: Which?', 'visitor: That one'],
    ]);
    second.answer({ next: { do: 'end', resolve: false } });
    await becomes(conversation, ({ bot }) => bot?.outcome === 'ended');
    const records = await told(conversation);
    const advanced = records.find(({ type }) => type === 'bot.advanced');
    expect(advanced).toMatchObject({
      data: { usage, trace },
      actor: { kind: 'bot', id: 'http:first', name: 'Bot first' },
      cause: { id: first.turn.lines[0]?.id, depth: 1 },
    });
  });

  test('is not asked where somebody asks for a person, and the page hears that one is', async () => {
    const { ask, turn, asked, becomes } = await botWorld();
    const { visitor, conversation, say } = await ask();
    (await turn(0)).answer('Hm?');
    await becomes(conversation, ({ bot }) => bot?.visit === 1);
    await say('I want to talk to a human');
    await becomes(conversation, ({ waiting, bot }) => waiting && bot?.outcome === 'routed');
    expect(asked).toHaveLength(1);
    const heard = () =>
      visitor.all<VisitorEvent>('event').filter(({ type }) => type === 'handoff.requested');
    await until(() => heard().length > 0);
    expect(heard()).toMatchObject([{ conversation, data: {} }]);
  });

  test('hears what is said while it thinks: its turn is given up, twice in a row at most', async () => {
    const { ask, turn, comes, becomes, saidByBots } = await botWorld();
    const { conversation, say } = await ask('One');
    const first = await turn(0);
    first.draft('You s');
    await say('Two');
    const given = await comes(conversation, 'bot.superseded');
    expect(given.data).toMatchObject({ visit: 0, why: 'message', draft: ['You s'] });
    expect(first.signal.aborted).toBe(true);
    first.answer('You said one');
    const second = await turn(1);
    expect(second.turn.id).not.toBe(first.turn.id);
    expect(second.turn.lines.map(({ text }) => text)).toEqual(['One', 'Two']);
    await say('Three');
    const third = await turn(2);
    await say('Four');
    third.answer('You said three');
    const fourth = await turn(3);
    expect(third.signal.aborted).toBe(false);
    expect(fourth.turn.lines.map(({ text }) => text)).toEqual([
      ...['One', 'Two', 'Three', 'Four', 'You said three'],
    ]);
    fourth.answer('You said four');
    await becomes(conversation, ({ bot }) => bot?.unheard === null && bot.cutShort === 0);
    expect(await saidByBots(conversation)).toEqual(['You said three', 'You said four']);
    // Its answer came all the same, and is seen.
    await comes(conversation, 'bot.superseded', ({ draft }: { draft?: string[] }) =>
      draft?.includes('You said one'),
    );
  });

  test('[F13] that goes on by itself is stopped, and a person asked', async () => {
    const { ask, asked, turn, becomes, saidByBots } = await botWorld();
    const { conversation } = await ask();
    for (let n = 0; n < 5; n++)
      (await turn(n)).answer({
        acts: [{ do: 'say', text: 'And …' }],
        next: { do: 'wait', timeoutMs: 1 },
      });
    await becomes(conversation, ({ waiting, bot }) => waiting && bot?.outcome === 'routed');
    expect(await saidByBots(conversation)).toHaveLength(4);
    expect(asked).toHaveLength(5);
  });
});

describe('a person', () => {
  test('[F7] who takes it while a bot thinks: its answer is refused, and seen', async () => {
    const { relay, ada, ask, turn, comes, saidByBots, asked } = await botWorld();
    const peer = await relay.agent(ada);
    const { conversation, say } = await ask();
    const first = await turn(0);
    const assigned = { conversation, assignee: ada.agent.id, expectedEpoch: 0 };
    await peer.give('conversation:assign', assigned);
    await until(() => first.signal.aborted);
    first.answer('It comes tomorrow', { usage });
    const refused = await comes(conversation, 'bot.superseded');
    expect(refused.data).toMatchObject({ why: 'taken', draft: ['It comes tomorrow'], usage });
    await say('Are you there?');
    await relay.events();
    expect(await saidByBots(conversation)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  test('gives it back with a goal: the floor moves, and the bot is told', async () => {
    const { relay, ada, ask, turn, becomes, saidByBots } = await botWorld({ bots: [bot('dates')] });
    const peer = await relay.agent(ada);
    const { conversation } = await ask();
    const { epoch } = await becomes(conversation, ({ waiting }) => waiting);
    await peer.give('conversation:assign', {
      ...{ conversation, assignee: ada.agent.id, expectedEpoch: epoch },
    });
    await peer.give('message:send', { conversation, text: 'When suits you?' });
    await peer.give('conversation:hand_back', { conversation, bot: 'dates', goal: 'find a date' });
    const asked = await turn(0);
    expect(asked.turn).toMatchObject({ reason: 'handed_back', goal: 'find a date' });
    expect(asked.turn.lines.at(-1)).toMatchObject({ by: 'agent', name: 'Ada' });
    expect(await becomes(conversation, ({ bot }) => bot)).toMatchObject({
      ...{ assignee: null, epoch: 2 },
    });
    asked.answer('Tomorrow at nine?');
    await until(async () => (await saidByBots(conversation)).length === 1);
  });

  test('gives it to nobody who is not there, or is switched off, and once under one id', async () => {
    const { relay, ada, ask, turn, becomes, asked } = await botWorld({ bots: [bot('dates')] });
    const { session: as } = await relay.hire('Root', 'admin');
    const peer = await relay.agent(ada);
    const { conversation } = await ask();
    await becomes(conversation, ({ waiting }) => waiting);
    const give = (name: string, id = uuidv7()) =>
      peer.ask('conversation:hand_back', { id, conversation, bot: name, goal: 'find a date' });
    expect(await give('nobody')).toMatchObject({ error: { code: 'not_found', field: 'bot' } });
    const put = (on: boolean) =>
      relay.fetch('/v1/bots/dates/switch', { as, method: 'PUT', body: { on } });
    await put(false);
    expect(await give('dates')).toMatchObject({ error: { code: 'bot_off' } });
    await put(true);
    const id = uuidv7();
    const first = await give('dates', id);
    expect(first).toMatchObject({ ok: true });
    expect(await give('dates', id)).toEqual(first);
    await turn(0);
    expect(asked).toHaveLength(1);
  });
});

describe('a bot that cannot', () => {
  const chain = [
    bot('first', { start: {}, otherwise: 'second', deadlineMs: 1000 }),
    bot('second', { otherwise: 'third' }),
    bot('third'),
  ];

  test('[F9] is slow: who is named for that goes on, and then people, and each link is in the log', async () => {
    const { ask, turn, comes, becomes, told } = await botWorld({ bots: chain });
    const { conversation } = await ask();
    const slow = await turn(0);
    const second = await turn(1);
    expect(slow.signal.aborted).toBe(true);
    expect(second).toMatchObject({ bot: 'second', turn: { reason: 'begun' } });
    second.fail(new NoAnswer('its model broke', { usage }));
    const third = await turn(2);
    slow.answer('At last');
    await comes(conversation, 'bot.superseded', ({ why }: { why: string }) => why === 'late');
    third.fail(new Error('it broke too'));
    await becomes(conversation, ({ waiting }) => waiting);
    const links = (await told(conversation)).flatMap(({ type, data }): unknown[] => {
      if (type === 'bot.started' && 'bot' in data) return [data.bot];
      return type === 'bot.completed' && 'failure' in data ? [data.failure, data.usage] : [];
    });
    expect(links).toEqual([
      ...['first', 'deadline', undefined, 'second', 'error', usage, 'third', 'error', undefined],
    ]);
  });

  test('is asked the same turn again after a restart', async () => {
    using dir = tempDir();
    const before = createScript();
    const first = await startRelay({ dataDir: dir.path, participants: before.participants });
    await publishBots(first, [bot('first', { start: {} })]);
    const visitor = await first.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const { turn } = await before.turn(0);
    await first[Symbol.asyncDispose]();
    const after = createScript();
    await using second = await startRelay({ dataDir: dir.path, participants: after.participants });
    const again = await after.turn(0);
    const { deadlineAt: _, ...same } = turn;
    expect(again.turn).toMatchObject(same);
    again.answer('Here I am');
    await until(async () =>
      (await second.events()).some(
        ({ type, actor }) => type === 'message.created' && actor.kind === 'bot',
      ),
    );
  });
});

test('[F12] after a resolve and a new word a bot begins anew, and sees nothing from before', async () => {
  const { ask, turn, becomes } = await botWorld();
  const { conversation, say } = await ask('The old matter');
  (await turn(0)).answer({
    acts: [{ do: 'say', text: 'Done.' }],
    next: { do: 'end', resolve: true },
    state: { old: true },
  });
  await becomes(conversation, ({ status }) => status === 'resolved');
  await say('A new matter');
  const again = await turn(1);
  expect(again.turn).toMatchObject({
    ...{ reason: 'begun', state: null },
    lines: [{ by: 'visitor', text: 'A new matter' }],
  });
});

describe('the switch', () => {
  async function withSwitch(
    bots = [bot('first', { start: {}, otherwise: 'second' }), bot('second')],
  ) {
    const world = await botWorld({ bots });
    const { session: as } = await world.relay.hire('Root', 'admin');
    const put = (path: string, on: boolean) =>
      world.relay.fetch(`/v1/bots/${path}`, { as, method: 'PUT', body: { on } });
    const list = async () => (await world.relay.fetch('/v1/bots', { as })).json as BotSwitches;
    return { ...world, put, list };
  }

  test('[AI-13] of one: whoever it answers gets who is named for that, and nothing of it comes any more', async () => {
    const { ask, turn, put, list, comes, saidByBots, relay } = await withSwitch();
    const { conversation } = await ask();
    const first = await turn(0);
    expect(await list()).toMatchObject({
      on: true,
      data: [{ id: 'first', on: true, running: 1 }, {}],
    });
    expect((await put('first/switch', false)).status).toBe(200);
    const second = await turn(1);
    expect(second.bot).toBe('second');
    first.answer('Too late');
    await comes(
      conversation,
      'bot.superseded',
      ({ draft }: { draft: string[] }) => draft[0] === 'Too late',
    );
    second.answer('In time');
    await comes(
      conversation,
      'message.created',
      ({ text }: { text: string }) => text === 'In time',
    );
    expect(await saidByBots(conversation)).toEqual(['In time']);
    expect(await list()).toMatchObject({ data: [{ on: false, running: 0 }, { on: true }] });
    const [switched] = (await relay.events()).filter(({ type }) => type === 'bot.switched');
    expect(switched).toMatchObject({ data: { bot: 'first', on: false }, actor: { name: 'Root' } });
  });

  test('[AI-13] of all: people get what bots had, nothing begins, until they are on again', async () => {
    const { ask, turn, put, becomes, asked, list } = await withSwitch();
    const { conversation } = await ask();
    const first = await turn(0);
    await put('switch', false);
    await becomes(conversation, ({ waiting, bot }) => waiting && bot?.outcome === 'off');
    expect(first.signal.aborted).toBe(true);
    const other = await ask();
    await becomes(other.conversation, ({ waiting, bot }) => waiting && bot === null);
    expect(asked).toHaveLength(1);
    expect((await list()).on).toBe(false);
    await put('switch', true);
    await ask();
    expect((await turn(1)).bot).toBe('first');
  });

  test('outlives a restart, and the blueprint', async () => {
    const { put, relay, list } = await withSwitch();
    await put('first/switch', false);
    await publishBots(relay, [bot('first', { name: 'Other', start: {} })]);
    expect(await list()).toMatchObject({ data: [{ name: 'Other', on: false }] });
    expect(await relay.store.read.bots.off()).toMatchObject([{ bot: 'first' }]);
    expect((await put('nobody/switch', false)).status).toBe(404);
  });

  test('is refused as a whole where nobody is an administrator', async () => {
    const { relay, ada, list } = await withSwitch();
    const path = '/v1/bots/switch';
    const answer = await relay.fetch(path, { as: ada.session, method: 'PUT', body: { on: false } });
    expect(answer.status).toBe(403);
    expect((await list()).on).toBe(true);
  });
});

test('an old version of the blueprint brings back its flows and bots', async () => {
  const { relay } = await botWorld();
  const { session: as } = await relay.hire('Root', 'admin');
  const versions = async () =>
    ((await relay.fetch('/v1/blueprint/versions', { as })).json as { data: { version: number }[] })
      .data;
  const [with1] = await versions();
  await publishBots(relay, []);
  const path = `/v1/blueprint/versions/${with1?.version}/restore`;
  expect((await relay.fetch(path, { as, method: 'POST' })).status).toBe(200);
  expect((await relay.fetch('/v1/blueprint/bots', { as })).json).toMatchObject({
    bots: [{ id: 'first' }],
  });
});
