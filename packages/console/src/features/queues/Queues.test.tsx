import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import type { RoutingBoard } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import { board, id, JONAS, ME, queue, refusal, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Queues } from './Queues.tsx';

afterEach(cleanup);

const MINUTE_MS = 60_000;

type First = RoutingBoard['queues'][number]['first'][number];

async function setUp(answer: RoutingBoard | 'failed', answers = {}) {
  const ask = async () => (answer === 'failed' ? refusal('internal') : { ok: true, data: answer });
  const test = testDesk({ api: { ask: ask as never, board: ask as never }, answers });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Queues />
    </DeskProvider>,
  );
  return test;
}

const turn = (n: number, more: Partial<First> = {}): First => ({
  ...{ conversation: id(n), contact: { id: id(2), name: 'Grace', email: null }, epoch: 4 },
  ...{ since: Date.now() - 90_000, dueAt: null, soonAt: null, need: {} },
  ...{ offeredTo: null, heldFor: null, declined: 0 },
  ...more,
});

const full = (): RoutingBoard =>
  board({
    queues: [
      queue('general', {
        ...{ waiting: 4, offered: 1, firstReplyMs: 4 * MINUTE_MS, late: 2, soon: 1 },
        oldestSince: Date.now() - 5 * MINUTE_MS - 3000,
      }),
      queue('leads'),
    ],
    agents: [
      { id: JONAS.id, status: 'away', load: 0, capacity: 5 },
      { id: ME.id, status: 'available', load: 3, capacity: 3 },
    ],
    promises: [
      {
        ...{ conversation: id(1), assignee: JONAS.id, what: 'call_back' },
        ...{ contact: { id: id(2), name: 'Grace', email: null } },
        dueAt: Date.now() + 30 * MINUTE_MS + 1000,
      },
    ],
  });

const figure = (card: HTMLElement, name: string) =>
  within(card).getByText(name).nextElementSibling?.textContent;

it('a queue says what waits, how long, and how that stands to what was set', async () => {
  await setUp(full());
  const general = await screen.findByRole('article', { name: 'General' });
  expect(figure(general, 'waiting')).toBe('4');
  expect(figure(general, 'longest wait')).toMatch(/^5:0\d$/);
  expect(figure(general, 'past the target')).toBe('2');
  expect(figure(general, 'soon past it')).toBe('1');
  expect(within(general).getByText('First reply within 4 min')).toBeTruthy();
  const leads = screen.getByRole('article', { name: 'Leads' });
  expect(within(leads).getByText('No target')).toBeTruthy();
  expect(figure(leads, 'longest wait')).toBe('–');
});

it('all of it is said in a sentence', async () => {
  await setUp(full());
  expect(
    await screen.findByText(/^4 wait, the longest for 5:0\d · 1 of 2 available$/),
  ).toBeTruthy();
});

it('people who take conversations come first, each with what they have', async () => {
  await setUp(full());
  const list = within(await screen.findByRole('region', { name: 'People' }));
  expect(list.getAllByRole('listitem').map((it) => it.textContent)).toEqual([
    expect.stringMatching(/Ada Okoye \(you\)Available3 of 3$/),
    expect.stringMatching(/Jonas WeberAway0 of 5$/),
  ]);
});

it('what is promised leads to its conversation', async () => {
  const test = await setUp(full());
  const link = await screen.findByRole('link', { name: /Grace/ });
  expect(link.textContent).toMatch(/Call due by .* · Jonas Weberin 30 min$/);
  fireEvent.click(link);
  expect(test.desk.store.getState().route.conversation).toBe(id(1));
});

it('without routing there is nothing to see but the way there', async () => {
  const test = await setUp(board());
  fireEvent.click(await screen.findByRole('button', { name: 'Set up routing' }));
  expect(test.desk.store.getState().route.place).toEqual({ page: 'routing' });
});

it('what could not be loaded says so', async () => {
  await setUp('failed');
  expect(await screen.findByText('The queues could not be loaded.')).toBeTruthy();
});

it('who waits says how long, how near the target is, and why', async () => {
  const late = { dueAt: Date.now() - 65_000, soonAt: Date.now() - 90_000, declined: 2 };
  const soon = { dueAt: Date.now() + 65_500, soonAt: Date.now() - 1, offeredTo: JONAS.id };
  const first = [turn(1, late), turn(3, soon), turn(4, { need: { language: 'de' } })];
  await setUp(board({ queues: [queue('general', { waiting: 5, first })] }));
  const list = within(await screen.findByRole('list', { name: 'Next in General' }));
  expect(list.getAllByRole('link').map((it) => it.textContent)).toEqual([
    expect.stringMatching(/past its target for 1:0\d · declined 2 times1:3\d$/),
    expect.stringMatching(/1:0\d left to its target · offered to Jonas Weber1:3\d$/),
    expect.stringMatching(/needs language: de1:3\d$/),
  ]);
  expect(screen.getByText('2 more after them.')).toBeTruthy();
});

it('who waits is taken or passed on, good for what one sees', async () => {
  const first = [turn(1)];
  const queues = [queue('general', { waiting: 1, first }), queue('leads')];
  const done = () => ({
    ok: true,
    data: { id: id(9), conversation: id(1), seq: 3, pub: null, time: 0 },
  });
  const answers = { 'conversation:assign': done };
  const test = await setUp(board({ queues }), answers);
  fireEvent.click(await screen.findByRole('button', { name: 'Take Grace' }));
  await test.settle();
  const seen = { conversation: id(1), expectedEpoch: 4 };
  expect(test.sent.at(-1)).toMatchObject({
    ...{ name: 'conversation:assign', input: { ...seen, assignee: ME.id } },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Pass on Grace' }));
  expect(test.desk.store.getState()).toMatchObject({
    ...{ overlay: 'assign', passed: { id: id(1), epoch: 4, queue: 'general' } },
  });
});
