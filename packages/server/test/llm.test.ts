import { uuidv7 } from '@throughline/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLlmAgent, type LlmBot } from '../src/bots/llm/agent.ts';
import { llmPartsOf } from '../src/bots/llm/parts.ts';
import { createConversations } from '../src/conversations/commands.ts';
import { createQueries } from '../src/conversations/queries.ts';
import { createEgress } from '../src/lib/egress.ts';
import { createPoster, type Poster } from '../src/lib/post.ts';
import { createSigner } from '../src/lib/signer.ts';
import { createKnowledge } from '../src/settings/knowledge.ts';
import { createSpendings } from '../src/settings/spendings.ts';
import { askApproval } from './bots.ts';
import { llmConfig, NOW, saidIn, turnOf, visitor } from './llm.ts';
import { startModelServer } from './model-server.ts';
import { startReceiver } from './receiver.ts';
import { startRelay, type TestRelay } from './relay.ts';

let relay: TestRelay;
let poster: Poster;

beforeAll(async () => {
  relay = await startRelay();
  poster = createPoster(createEgress(['127.0.0.1/32']));
});
afterAll(async () => {
  poster.close();
  await relay.stop();
});

const conversationsOf = () => createConversations(relay.store, Date.now);

function agentOf(bot: LlmBot, with_: Partial<Parameters<typeof llmPartsOf>[0]> = {}) {
  const parts = {
    conversations: conversationsOf(),
    queries: createQueries(relay.store, createSigner('secret')),
    poster,
    knowledge: createKnowledge(relay.store, Date.now),
    spendings: createSpendings(relay.store, Date.now),
    botSecret: async (id: string, whose: string) => `${whose}-key-of-${id}`,
    site: () => ({ origins: ['https://shop.example'] }),
    now: Date.now,
  };
  const agent = createLlmAgent(bot, llmPartsOf({ ...parts, ...with_ }, bot));
  const drafts: string[] = [];
  return {
    drafts,
    answer: (about: ReturnType<typeof turnOf>) =>
      agent.answer(about, {
        signal: AbortSignal.timeout(10_000),
        draft: (text) => drafts.push(text),
      }),
  };
}

describe('a model behind a real endpoint', () => {
  test('is asked with the key of its bot, answers from articles, and is paid for', async () => {
    await using model = await startModelServer((_asked, nth) =>
      nth === 0
        ? { calls: [{ name: 'search_knowledge', arguments: { query: 'how long to return' } }] }
        : { text: 'You have 30 days [1].' },
    );
    const act = { id: uuidv7(), actor: { kind: 'agent' as const, id: 'ada', name: 'Ada' } };
    const article = { collection: 'help', id: 'returns', format: 'markdown' as const };
    const text = '# Returns\n\nYou have 30 days to return it.';
    await createKnowledge(relay.store, Date.now).put({ ...article, text }, act);
    const { answer, drafts } = agentOf(
      llmConfig({ url: model.url, knowledge: ['help'], discloses: false }),
    );
    const about = turnOf([visitor('Can I send it back?')]);
    const { reply, usage } = await answer(about);
    expect(saidIn(reply)).toBe('You have 30 days [1].\n\n[1] Returns');
    expect(drafts.at(-1)).toBe('You have 30 days');
    expect(model.keys).toEqual(['Bearer bot-key-of-helper', 'Bearer bot-key-of-helper']);
    expect(JSON.stringify(model.asked)).not.toContain('key-of-helper');
    const spent = await relay.store.read.spendings.of(
      `helper/conversation/${about.conversation.id}`,
    );
    expect(spent.tokens).toBe((usage?.tokensIn ?? 0) + (usage?.tokensOut ?? 0));
  });

  test('is told the day it is where the site is', async () => {
    await using model = await startModelServer();
    const hours = { timeZone: 'Pacific/Kiritimati', week: {} };
    const { answer } = agentOf(llmConfig({ url: model.url }), {
      site: () => ({ origins: [], hours }),
      now: () => NOW,
    });
    await answer(turnOf([visitor('Hi')]));
    expect(model.asked[0]?.messages[0]?.content).toContain('Today is 2026-01-06.');
  });

  test('[AI-08] inside the network is not called', async () => {
    await using model = await startModelServer();
    const closed = createPoster(createEgress([]));
    const { answer } = agentOf(llmConfig({ url: model.url }), { poster: closed });
    await expect(answer(turnOf([visitor('Hi')]))).rejects.toThrow('must not be called');
    expect(model.asked).toEqual([]);
    closed.close();
  });
});

test('[AI-16] what a person agrees to is done once, whoever asks for it how often', async () => {
  await using tool = await startReceiver();
  await using model = await startModelServer(({ messages }) =>
    messages.at(-1)?.role === 'tool'
      ? { text: 'I have refunded it.' }
      : { calls: [{ name: 'issue_refund', arguments: { order: '17' } }] },
  );
  const refund = {
    ...{ name: 'issue_refund', description: 'Pays back.', url: tool.url, claims: ['refund'] },
    parameters: { properties: { order: { type: 'string' } }, required: ['order'] },
  };
  const { answer } = agentOf(llmConfig({ url: model.url, tools: [refund], discloses: false }));
  const person = await relay.visitor();
  const conversation = await person.start();
  const about = { ...turnOf([visitor('Refund order 17')]) };
  about.conversation = { ...about.conversation, id: conversation };
  const first = await answer(about);
  if (!first.approval) throw new Error('nobody was asked');
  expect(tool.received).toEqual([]);

  const conversations = conversationsOf();
  const bot = { kind: 'bot' as const, id: 'bot:helper', name: 'Helper' };
  const id = await askApproval(conversations, conversation, first.approval);
  const timers = await relay.store.read.timers.due(first.approval.expiresAt, 10);
  expect(timers.map(({ name }) => name)).toContain('approval:expire');

  const again = { ...about, reason: 'approval' as const, state: first.reply.state };
  // Nobody has decided yet.
  await answer(again);
  expect(tool.received).toEqual([]);
  const decide = { id: uuidv7(), conversation, approval: id, outcome: 'approved' as const };
  expect(await conversations.run(bot, 'approval:decide', decide)).toMatchObject({ ok: false });
  const agent = await relay.agent();
  await agent.give('approval:decide', { conversation, approval: id, outcome: 'approved' });

  const answers = await Promise.all([answer(again), answer(again), answer(again)]);
  expect(tool.received).toHaveLength(1);
  expect(tool.received[0]?.headers).toMatchObject({
    'idempotency-key': id,
    authorization: 'Bearer tools-key-of-helper',
  });
  const given = 'A person takes over from here.';
  expect(answers.map(({ reply }) => saidIn(reply)).toSorted()).toEqual([
    ...[given, given, 'I have refunded it.'],
  ]);
  const row = await relay.store.read.conversations.get(conversation);
  expect(row?.approval).toMatchObject({ outcome: 'approved', used: true });
});

test('[AI-11] turns at once do not spend more than there is', async () => {
  const spendings = createSpendings(relay.store, Date.now);
  const purse = { key: uuidv7(), tokens: 1000, microUsd: 1000, until: Date.now() + 60_000 };
  const taken = await Promise.all(
    Array.from({ length: 50 }, () => spendings.take([purse], { tokens: 90, microUsd: 1 })),
  );
  expect(taken.filter(Boolean)).toHaveLength(11);
  expect(await relay.store.read.spendings.of(purse.key)).toEqual({ tokens: 990, microUsd: 11 });
});
