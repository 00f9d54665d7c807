import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { id, JONAS, row, type TestDesk, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Palette } from './Palette.tsx';

afterEach(cleanup);
beforeAll(() => {
  // jsdom knows the element and not what it can do.
  HTMLDialogElement.prototype.showModal ??= function showModal() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close ??= function close() {
    this.open = false;
  };
});

async function setUp(more: Parameters<typeof row>[1] = {}): Promise<TestDesk> {
  const test = testDesk({ rows: [row(1, more), row(2)], route: { conversation: id(1) } });
  await test.online();
  test.desk.preferences.overlay('palette');
  render(
    <DeskProvider value={test.desk}>
      <Palette />
    </DeskProvider>,
  );
  return test;
}

const field = () => screen.getByRole('combobox');
const options = () => screen.queryAllByRole('option').map((option) => option.textContent ?? '');
const active = () =>
  document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.textContent ?? '';
const type = async (test: TestDesk, value: string) => {
  fireEvent.input(field(), { target: { value } });
  await test.settle();
};

it('offers what can be done here, with its key, and the other conversations', async () => {
  await setUp();
  expect(options().some((text) => text.startsWith('Resolve') && text.endsWith('E'))).toBe(true);
  expect(options().some((text) => text.includes('Visitor 2'))).toBe(true);
  expect(options().some((text) => text.startsWith('Reopen'))).toBe(false);
});

it('finds by a few letters and does it with Enter', async () => {
  const test = await setUp();
  await type(test, 'ass jon');
  expect(active()).toContain('Assign to Jonas Weber');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  expect(test.desk.store.getState().overlay).toBeNull();
  expect(test.sent.findLast(({ name }) => name === 'conversation:assign')?.input.assignee).toBe(
    JONAS.id,
  );
});

it('understands until when to snooze', async () => {
  const test = await setUp();
  await type(test, 'snooze tomorrow 9');
  expect(options()[0]).toContain('Tomorrow');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  const until = test.sent.findLast(({ name }) => name === 'conversation:snooze')?.input.until;
  expect(new Date(until as number).getHours()).toBe(9);
});

it('moves with the arrows, round both ends', async () => {
  const test = await setUp();
  const first = active();
  fireEvent.keyDown(field(), { key: 'ArrowUp' });
  await test.settle();
  expect(active()).toBe(options().at(-1));
  fireEvent.keyDown(field(), { key: 'ArrowDown' });
  await test.settle();
  expect(active()).toBe(first);
});

it('opens a conversation', async () => {
  const test = await setUp();
  await type(test, 'visitor 2');
  fireEvent.click(screen.getByRole('option', { name: /Visitor 2/ }));
  expect(test.desk.store.getState().route.conversation).toBe(id(2));
});

it('says when nothing fits, and closes on Escape', async () => {
  const test = await setUp();
  await type(test, 'zzzzzz');
  expect(screen.getByText(/Nothing like that/)).toBeTruthy();
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  expect(test.desk.store.getState().overlay).toBeNull();
});

it('offers to reopen what is resolved, and not to snooze it', async () => {
  const test = await setUp({ status: 'resolved' });
  expect(options().some((text) => text.startsWith('Reopen'))).toBe(true);
  await type(test, 'snooze');
  expect(options().some((text) => text.startsWith('Snooze'))).toBe(false);
});
