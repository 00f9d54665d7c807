import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { id, JONAS, row, type TestDesk, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import { DeskProvider } from '../../store/context.ts';
import { Actions, Palette } from './Palette.tsx';

afterEach(cleanup);
beforeAll(knowDialogs);

async function setUp(
  more: Parameters<typeof row>[1] = {},
  overlay = <Palette />,
): Promise<TestDesk> {
  const test = testDesk({ rows: [row(1, more), row(2)], route: { conversation: id(1) } });
  await test.online();
  test.desk.preferences.overlay('palette');
  render(<DeskProvider value={test.desk}>{overlay}</DeskProvider>);
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

it('searches for what it does not find itself, in place of what is open', async () => {
  const test = await setUp();
  await type(test, ' zzzzzz ');
  expect(options()).toEqual(['Search conversations for “zzzzzz”']);
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  const { route, focus } = test.desk.store.getState();
  expect(route).toMatchObject({ query: 'zzzzzz', conversation: null });
  expect(focus?.field).toBe('search');
});

it('takes a conversation away from whoever has it, before it shows those of nobody', async () => {
  const test = await setUp({ assignee: JONAS.id });
  await type(test, 'unassign');
  expect(active()).toBe('Assign to nobody');
  expect(options()[1]).toContain('Unassigned');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  expect(test.sent.some(({ name }) => name === 'conversation:unassign')).toBe(true);
});

it('does not offer to take away what nobody has', async () => {
  await setUp();
  expect(options()).not.toContain('Assign to nobody');
});

it('says what a switch would do, and that it was done', async () => {
  const test = await setUp();
  await type(test, 'turn sound');
  expect(active()).toBe('Turn sound off');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  const { settings, toast } = test.desk.store.getState();
  expect(settings.sound).toBe(false);
  expect(toast?.text).toBe('Turned sound off.');
});

it('does not claim to notify where the browser forbids it', async () => {
  const test = await setUp();
  await type(test, 'turn desktop');
  fireEvent.keyDown(field(), { key: 'Enter' });
  await test.settle();
  expect(test.desk.store.getState().toast?.text).toContain('blocks notifications');
});

it('snoozes for nothing a phrase does not say', async () => {
  const test = await setUp();
  await type(test, 'snooze nooo');
  expect(options()).toEqual(['Search conversations for “snooze nooo”']);
});

it('offers on a small screen only what can be done with the conversation', async () => {
  const test = await setUp({}, <Actions />);
  expect(options().some((text) => text.startsWith('Snooze'))).toBe(true);
  expect(options().some((text) => text.includes('Visitor 2') || text === 'Sign out')).toBe(false);
  await type(test, 'zzzzzz');
  expect(screen.getByText(/Nothing like that/)).toBeTruthy();
});

it('closes on Escape', async () => {
  const test = await setUp();
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  expect(test.desk.store.getState().overlay).toBeNull();
});

it('offers to reopen what is resolved, and not to snooze it', async () => {
  const test = await setUp({ status: 'resolved' });
  expect(options().some((text) => text.startsWith('Reopen'))).toBe(true);
  await type(test, 'snooze');
  expect(options().some((text) => text.startsWith('Snooze'))).toBe(false);
});
