import { uuidv7 } from '@throughline/shared';
import type { BotSwitches } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { bot, botWorld, createScript } from './bots.ts';
import { startRelay, tempDir, until } from './relay.ts';

const advising = (mode: string, more: object = {}) => [bot('helper', { mode, start: {}, ...more })];

describe('a bot that advises', () => {
  test('is asked what it would say while people are asked to answer, and says nothing itself', async () => {
    const { ask, turn, becomes, comes, saidByBots } = await botWorld({ bots: advising('suggest') });
    const { visitor, conversation } = await ask('Where is it?');
    const { turn: given, answer } = await turn(0);
    expect(given).toMatchObject({ mode: 'suggest', reason: 'message', state: null });
    await becomes(conversation, ({ waiting, bot }) => waiting && bot === null);
    answer({ acts: [{ do: 'say', text: 'Tomorrow' }], state: { n: 1 } });
    const made = await comes(conversation, 'suggestion.made');
    expect(made).toMatchObject({
      actor: { kind: 'bot', id: 'http:helper', name: 'Bot helper' },
      data: { bot: 'helper', mode: 'suggest', text: 'Tomorrow', sendAt: null },
      pub: null,
    });
    expect(await saidByBots(conversation)).toEqual([]);
    expect(JSON.stringify(visitor.all('event'))).not.toContain('Tomorrow');
  });

  test('is asked anew about newer words, goes on from its state, and its answer to older ones is none', async () => {
    const { ask, turn, becomes, comes } = await botWorld({ bots: advising('suggest') });
    const { conversation, say } = await ask('One');
    const first = await turn(0);
    await say('Two');
    await until(() => first.signal.aborted);
    first.answer('To one');
    const second = await turn(1);
    expect(second.turn.id).not.toBe(first.turn.id);
    expect(second.turn.lines.map(({ text }) => text)).toEqual(['One', 'Two']);
    second.answer({ acts: [{ do: 'say', text: 'To both' }], state: { n: 2 } });
    const made = await comes(conversation, 'suggestion.made');
    expect(made.data).toMatchObject({ text: 'To both' });
    await say('Three');
    const ended = await comes(conversation, 'suggestion.ended');
    expect(ended.data).toMatchObject({ suggestion: made.id, outcome: 'superseded' });
    expect((await turn(2)).turn.state).toEqual({ n: 2 });
    await becomes(conversation, ({ advice }) => advice?.suggestion?.outcome === 'superseded');
  });

  test('that breaks is seen, and not asked again about the same', async () => {
    const { relay, ask, turn, asked, comes } = await botWorld({ bots: advising('suggest') });
    const { conversation } = await ask();
    (await turn(0)).fail(new Error('no'));
    const failed = await comes(conversation, 'suggestion.failed');
    expect(failed.data).toMatchObject({ bot: 'helper', failure: 'error' });
    const { session: as } = await relay.hire('Root', 'admin');
    const failures = () =>
      relay.fetch('/v1/bots', { as }).then(({ json }) => (json as BotSwitches).data[0]?.failures);
    await until(async () => ((await failures()) ?? []).length > 0);
    expect(await failures()).toEqual([{ at: failed.time, failure: 'error', conversation }]);
    expect(asked).toHaveLength(1);
  });

  test('is asked for the same turn by a relay that begins anew', async () => {
    using dir = tempDir();
    const first = await botWorld({
      bots: advising('suggest'),
      options: { dataDir: dir.path },
    });
    await first.ask();
    const { turn: before } = await first.turn(0);
    await first.relay.stop();
    const script = createScript();
    await using _again = await startRelay({
      dataDir: dir.path,
      participants: script.participants,
    });
    expect((await script.turn(0)).turn.id).toBe(before.id);
  });
});

describe('a person', () => {
  test('sends it, changed or as it is, once, and what became of it can be counted', async () => {
    const { relay, ada, ask, turn, comes } = await botWorld({ bots: advising('suggest') });
    const peer = await relay.agent(ada);
    const { conversation } = await ask();
    (await turn(0)).answer('Tomorrow');
    const { id: suggestion } = await comes(conversation, 'suggestion.made');
    const message = { conversation, text: 'On Friday', suggestion };
    const id = uuidv7();
    await peer.give('message:send', { id, ...message });
    // The same again is the same; another one is refused.
    expect(await peer.ask('message:send', { id, ...message })).toMatchObject({ ok: true });
    expect(await peer.ask('message:send', { id: uuidv7(), ...message })).toMatchObject({
      error: { code: 'suggestion_over' },
    });
    const ended = await comes(conversation, 'suggestion.ended');
    expect(ended).toMatchObject({
      actor: { kind: 'system' },
      data: { suggestion, outcome: 'sent_edited', message: id },
    });
  });

  test('answers beside a shadow without seeing it: both stand in the log', async () => {
    const { relay, ada, ask, turn, comes, saidByBots } = await botWorld({
      bots: advising('shadow'),
    });
    const peer = await relay.agent(ada);
    const { conversation } = await ask();
    (await turn(0)).answer('Tomorrow');
    const made = await comes(conversation, 'suggestion.made');
    expect(made.data).toMatchObject({ mode: 'shadow', text: 'Tomorrow' });
    await peer.give('message:send', { conversation, text: 'On Friday' });
    const ended = await comes(conversation, 'suggestion.ended');
    expect(ended.data).toMatchObject({ suggestion: made.id, outcome: 'shadow' });
    expect(await saidByBots(conversation)).toEqual([]);
  });
});

describe('under supervision', () => {
  const supervised = advising('supervised', { sendAfterMs: 1000 });

  test('it leaves by itself, once, under the bot’s name', async () => {
    const { ask, turn, comes, saidByBots } = await botWorld({ bots: supervised });
    const { conversation } = await ask();
    (await turn(0)).answer('Tomorrow');
    const ended = await comes(conversation, 'suggestion.ended');
    expect(ended).toMatchObject({ actor: { kind: 'bot' }, data: { outcome: 'sent' } });
    expect(await saidByBots(conversation)).toEqual(['Tomorrow']);
  });

  test('it stays where a person holds it', async () => {
    const { relay, ada, ask, turn, comes, becomes, saidByBots } = await botWorld({
      bots: advising('supervised', { sendAfterMs: 2000 }),
    });
    const peer = await relay.agent(ada);
    const { conversation } = await ask();
    (await turn(0)).answer('Tomorrow');
    const { id: suggestion, data } = await comes(conversation, 'suggestion.made');
    await peer.give('suggestion:hold', { conversation, suggestion });
    const { sendAt } = data as { sendAt: number };
    await until(() => Date.now() > sendAt + 200);
    const row = await becomes(conversation, ({ advice }) => advice);
    expect(row.advice?.suggestion).toMatchObject({ outcome: null, sendAt: null });
    expect(await saidByBots(conversation)).toEqual([]);
  });

  test('it is taken back where the bot is switched off', async () => {
    const { relay, ask, turn, comes, saidByBots } = await botWorld({
      bots: advising('supervised', { sendAfterMs: 60_000 }),
    });
    const { conversation } = await ask();
    (await turn(0)).answer('Tomorrow');
    await comes(conversation, 'suggestion.made');
    const { session: as } = await relay.hire('Root', 'admin');
    await relay.fetch('/v1/bots/helper/switch', { as, method: 'PUT', body: { on: false } });
    const ended = await comes(conversation, 'suggestion.ended');
    expect(ended.data).toMatchObject({ outcome: 'expired' });
    expect(await saidByBots(conversation)).toEqual([]);
  });
});
