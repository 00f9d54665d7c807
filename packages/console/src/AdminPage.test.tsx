import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { JONAS, type TestDesk, testDesk } from '../test/desk.ts';
import { AdminPage } from './AdminPage.tsx';
import { Rail } from './features/rail/Rail.tsx';
import { commandFor } from './store/commands.ts';
import { DeskProvider } from './store/context.ts';

afterEach(cleanup);

const agent = () =>
  testDesk({ api: { session: async () => ({ ok: true, data: { agent: JONAS, csrf: 'c' } }) } });
const show = async (test: TestDesk, what: preact.VNode) => {
  await test.online();
  render(<DeskProvider value={test.desk}>{what}</DeskProvider>);
};

it('an agent who opens the address is told that it is for administrators', async () => {
  const test = agent();
  await show(test, <AdminPage page="keys" />);
  expect(screen.getByText('This page is for administrators.')).toBeTruthy();
  expect(test.api.ask).not.toHaveBeenCalled();
});

it('the pages stand in the rail of administrators, and of nobody else', async () => {
  await show(testDesk(), <Rail />);
  for (const name of ['Events', 'Endpoints', 'API keys'])
    expect(screen.getAllByRole('link', { name })).toHaveLength(1);
  cleanup();
  await show(agent(), <Rail />);
  expect(screen.queryByRole('link', { name: 'API keys' })).toBeNull();
});

it('the keys that lead there are those of administrators; on a page, those of the inbox rest', async () => {
  const [admin, other] = [testDesk(), agent()];
  await admin.online();
  await other.online();
  expect(commandFor('g w', admin.desk.store.getState())?.id).toBe('page-endpoints');
  expect(commandFor('g w', other.desk.store.getState())).toBeUndefined();
  admin.desk.go.place({ page: 'keys' });
  for (const key of ['j', 'k', 'e', '/'])
    expect(commandFor(key, admin.desk.store.getState())).toBeUndefined();
  expect(commandFor('g u', admin.desk.store.getState())?.id).toBe('view-unassigned');
});
