import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import type { Journeys as Counted } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import { refusal, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Journeys } from './Journeys.tsx';

afterEach(cleanup);

async function setUp(answer: Counted | 'failed') {
  const asked: string[] = [];
  const ask = async (path: string) => {
    asked.push(path);
    return answer === 'failed' ? refusal('internal') : { ok: true, data: answer };
  };
  const test = testDesk({ api: { ask: ask as never } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Journeys />
    </DeskProvider>,
  );
  return asked;
}

const none = { open: 0, kept: 0, broken: 0, withdrawn: 0 };
const collections = {
  ...{ id: 'collections', name: 'Accounts', goal: 'invoice.paid', entered: 8, reached: 4 },
  waiting: [{ step: 'promised', count: 3 }],
  ended: [
    { outcome: 'paid', count: 4 },
    { outcome: 'routed', count: 1 },
  ],
  ...{ promises: { ...none, open: 3, kept: 2 }, firstAnswerMs: 240 },
};

it('a journey says who began, where they wait, how it ended, and what became of promises', async () => {
  await setUp({ data: [collections], since: null });
  const card = await screen.findByRole('article', { name: 'Accounts' });
  const figure = (name: string) => within(card).getByText(name).closest('dt')?.nextElementSibling;
  expect(figure('began')?.textContent).toBe('8');
  expect(figure('first answer')?.textContent).toBe('under 1 s');
  expect(figure('invoice.paid')?.textContent).toBe('4 (50 %)');
  const rows = within(card).getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    ...['promised3', 'paid4', 'to a person1', 'open3', 'kept2'],
  ]);
  expect(screen.getByText('8 began · 3 under way')).toBeTruthy();
});

it('nobody has begun yet, and nothing is promised', async () => {
  const idle = { ...collections, entered: 0, reached: 0, waiting: [], ended: [], promises: none };
  await setUp({ data: [{ ...idle, firstAnswerMs: null }], since: null });
  const card = await screen.findByRole('article', { name: 'Accounts' });
  expect(within(card).getByText('Nobody waits.')).toBeTruthy();
  expect(within(card).queryByText('Promises')).toBeNull();
});

it('without flows it says what would be here', async () => {
  await setUp({ data: [], since: null });
  expect(await screen.findByText('There are no journeys.')).toBeTruthy();
});

it('what cannot be loaded can be tried again', async () => {
  const asked = await setUp('failed');
  await screen.findByText('The journeys could not be loaded.');
  const before = asked.length;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(asked.length).toBeGreaterThan(before);
});
