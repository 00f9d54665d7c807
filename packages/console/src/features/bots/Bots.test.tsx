import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import type { BotSwitches } from '@throughline/shared/schema';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { id, JONAS, refusal, row, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import { Bots } from './Bots.tsx';
import { HandBack } from './HandBack.tsx';
import type { BotState } from './words.ts';

afterEach(cleanup);
beforeAll(knowDialogs);

const bot = (id: string, more: Partial<BotState> = {}): BotState => ({
  ...{ id, name: `The ${id}`, kind: 'http', on: true, mode: 'live', running: 0, failures: [] },
  ...more,
});

async function setUp(
  bots: (Partial<BotSwitches> & Omit<BotSwitches, 'unsigned'>) | 'failed',
  { asAgent = false } = {},
) {
  const ask = vi.fn(async (_request: Request) =>
    bots === 'failed' ? refusal('internal') : { ok: true, data: { unsigned: [], ...bots } },
  );
  const me = { ok: true as const, data: { agent: JONAS, csrf: 'c' } };
  const api = { ask: ask as never, ...(asAgent && { session: async () => me }) };
  const test = testDesk({ api, rows: [row(1)], route: { conversation: id(1) } });
  await test.online();
  const show = async (view: 'page' | 'hand-back') => {
    render(
      <DeskProvider value={test.desk}>{view === 'page' ? <Bots /> : <HandBack />}</DeskProvider>,
    );
    await test.settle();
  };
  const put = () => ask.mock.calls.map(([it]) => it).filter(({ method }) => method === 'PUT');
  return { ...test, show, put };
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const card = (name: string) =>
  within(screen.getByRole('heading', { name }).closest('li') as HTMLElement);

it('who answers, how, how much of it now, and what went wrong lately', async () => {
  const failures = [{ at: Date.now(), failure: 'deadline' as const, conversation: id(4) }];
  const { show, desk } = await setUp({
    on: true,
    data: [bot('faq', { kind: 'flow', running: 2 }), bot('helper', { mode: 'shadow', failures })],
  });
  await show('page');
  expect(screen.getByText('2 of 2 on · 2 turns are thought about now')).toBeTruthy();
  expect(card('The faq').getByText('Live')).toBeTruthy();
  expect(card('The helper').getByText(/shown to nobody before they have answered/)).toBeTruthy();
  const link = card('The helper').getByRole('link');
  expect(link.closest('li')?.textContent).toContain('it took too long');
  fireEvent.click(link);
  expect(desk.store.getState().route.conversation).toBe(id(4));
});

it('one is switched at once, all of them after a question', async () => {
  const { show, put, settle } = await setUp({ on: true, data: [bot('faq')] });
  await show('page');
  fireEvent.click(screen.getByRole('switch', { name: 'The faq may answer' }));
  await settle();
  expect(put()).toMatchObject([{ path: '/v1/bots/faq/switch', body: { on: false } }]);
  press('Stop all bots');
  expect(put()).toHaveLength(1);
  press('Stop all');
  await settle();
  expect(put()[1]).toMatchObject({ path: '/v1/bots/switch', body: { on: false } });
});

it('who is not asked for want of a secret, with what makes one', async () => {
  const { show } = await setUp({
    on: true,
    unsigned: [
      { kind: 'bot', id: 'orders', rotate: '/v1/bots/orders/rotate' },
      { kind: 'tool', id: 'stock', rotate: '/v1/blueprint/tools/stock/rotate' },
    ],
    data: [bot('orders')],
  });
  await show('page');
  const said = within(screen.getByRole('status'));
  expect(said.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'throughline secret rotate bot orders',
    'throughline secret rotate tool stock',
  ]);
});

it('that all are stopped is said, with the way back', async () => {
  const { show, put, settle } = await setUp({ on: false, data: [bot('faq')] });
  await show('page');
  expect(screen.getByRole('status').textContent).toContain('people answer everything');
  press('Let bots answer');
  press('Let them answer');
  await settle();
  expect(put()).toMatchObject([{ path: '/v1/bots/switch', body: { on: true } }]);
});

it('agents look and switch nothing', async () => {
  const { show } = await setUp({ on: true, data: [bot('faq', { on: false })] }, { asAgent: true });
  await show('page');
  expect(card('The faq').getByText('Off')).toBeTruthy();
  expect(screen.queryByRole('switch')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Stop all bots' })).toBeNull();
});

it('where there are none it says how one is added, and where none came, why', async () => {
  const { show } = await setUp({ on: true, data: [] });
  await show('page');
  expect(screen.getByText('There are no bots.')).toBeTruthy();
  cleanup();
  const failing = await setUp('failed');
  await failing.show('page');
  expect(screen.getByText('The bots could not be loaded.')).toBeTruthy();
});

it('a conversation is handed back with a goal, to one that may answer', async () => {
  const { show, settle, sent } = await setUp({
    on: true,
    data: [bot('off', { on: false }), bot('dates'), bot('shy', { mode: 'suggest' })],
  });
  await show('hand-back');
  expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
    'The dates',
  ]);
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Hand back' });
  expect(button.disabled).toBe(true);
  fireEvent.input(screen.getByRole('textbox'), { target: { value: ' Find a date ' } });
  fireEvent.submit(button.closest('form') as HTMLFormElement);
  await settle();
  expect(sent.find(({ name }) => name === 'conversation:hand_back')?.input).toMatchObject({
    ...{ conversation: id(1), bot: 'dates', goal: 'Find a date' },
  });
});

it('where no bot may answer it is said', async () => {
  const { show } = await setUp({ on: false, data: [bot('dates')] });
  await show('hand-back');
  expect(screen.getByText('No bot may answer at the moment.')).toBeTruthy();
});
