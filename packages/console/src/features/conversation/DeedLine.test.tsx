import { cleanup, render, screen } from '@testing-library/preact';
import type { AgentEvent } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import { event, id, ME, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { readThread } from '../../store/items.ts';
import { DeedLine } from './DeedLine.tsx';

afterEach(cleanup);

const BOT = { kind: 'bot' as const, id: 'llm:helper', name: 'Helper' };
const run = id(7);

async function show(...events: AgentEvent[]): Promise<string[]> {
  const test = testDesk();
  await test.online();
  const me = { kind: 'agent' as const, id: ME.id };
  const { items } = readThread(events, [], { conversation: id(1), me });
  render(
    <DeskProvider value={test.desk}>
      <ol>{items.map((item) => item.kind === 'deed' && <DeedLine key={item.id} deed={item} />)}</ol>
    </DeskProvider>,
  );
  return screen
    .getAllByRole('listitem')
    .flatMap((it) => it.querySelector('.deed-head > span')?.textContent ?? []);
}

const by = <E extends AgentEvent>(it: E): E => ({ ...it, actor: BOT, pub: null });

const usage = { tokensIn: 1200, tokensOut: 80, microUsd: 2400, toolCalls: 1 };
const trace = [
  {
    kind: 'tool' as const,
    name: 'find_order',
    input: '{"id":17}',
    output: 'on its way',
    ok: true,
    durationMs: 320,
  },
  {
    kind: 'model' as const,
    name: 'test-1',
    input: 'asked',
    output: '',
    ok: false,
    durationMs: 1500,
  },
];

it('a bot that fails says why, and who goes on', async () => {
  const lines = await show(
    by(
      event(1, 'bot.started', {
        run,
        bot: 'helper',
        version: 'v',
        reason: 'begun',
        goal: null,
        hops: 0,
      }),
    ),
    by(event(2, 'bot.completed', { run, outcome: 'failed', failure: 'deadline' })),
    by(
      event(3, 'bot.started', {
        run: id(8),
        bot: 'faq',
        version: 'v',
        reason: 'fallback',
        goal: null,
        hops: 1,
      }),
    ),
  );
  expect(lines).toEqual([
    'Helper answers',
    'Helper could not go on: it took too long',
    'The bot faq goes on',
  ]);
});

it('one that hands over says why, and opens to what whoever takes over should know', async () => {
  const summary = { problem: 'The parcel is lost.', tried: ['Looked it up'], cites: [2] };
  const lines = await show(
    by(event(2, 'bot.completed', { run, outcome: 'routed', reason: 'distress', summary })),
  );
  expect(lines).toEqual(['Helper hands over to people: the visitor is upset']);
  const more = document.querySelector('.deed-more')?.textContent;
  expect(more).toContain('The parcel is lost.');
  expect(more).toContain('Looked it up');
});

it('a refused draft is there for whoever wants to see it, with the reason', async () => {
  const draft = ['It comes tomorrow.'];
  const lines = await show(by(event(2, 'bot.superseded', { run, visit: 1, why: 'taken', draft })));
  expect(lines).toEqual(['An answer of Helper was not sent: a person took over']);
  expect(document.querySelector('blockquote')?.textContent).toBe('It comes tomorrow.');
});

it('a turn opens to its steps: what went in, what came out, how long, and what it cost', async () => {
  const turn = { run, visit: 1, heard: 2, asked: null, until: null, state: null };
  const lines = await show(
    by(event(2, 'bot.advanced', { ...turn, usage, trace })),
    by(event(3, 'bot.advanced', turn)),
  );
  expect(lines).toEqual(['How Helper came to its answer']);
  const more = document.querySelector('.deed-more')?.textContent;
  for (const part of ['Tool find_order', '320 ms', '{"id":17}', 'on its way', 'failed · 1.5 s'])
    expect(more).toContain(part);
  expect(more).toContain('1 tool call · 1,200 tokens in, 80 out · $0.0024');
});

it('a person who gives it back says what for', async () => {
  const began = { run, bot: 'dates', version: 'v', reason: 'handed_back' as const };
  const lines = await show({
    ...event({ seq: 2, by: 'me' }, 'bot.started', { ...began, goal: 'Find a date', hops: 0 }),
    pub: null,
  });
  expect(lines).toEqual(['Handed back to the bot dates by you']);
  expect(document.querySelector('blockquote')?.textContent).toBe('Find a date');
});
