import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import type { AccountSummary } from '@throughline/shared/schema';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { id, JONAS, ME, NOW, refusal, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import { Team } from './Team.tsx';

afterEach(cleanup);
beforeAll(knowDialogs);

const account = (more: Partial<AccountSummary> = {}): AccountSummary => ({
  ...{ ...JONAS, disabled: false, invited: false, createdAt: NOW },
  ...more,
});
const mine = account(ME);
const grace = account({ id: id(7), name: 'Grace', role: 'admin' });
const gone = account({ id: id(8), name: 'Abel', disabled: true });

type Answers = Record<string, (request: Request) => unknown>;

/** A relay with these accounts, that does what the table says and everything else well. */
async function setUp(accounts: AccountSummary[], answers: Answers = {}) {
  const ask = vi.fn(async (request: Request) => {
    const answer = answers[`${request.method} ${request.path}`];
    return answer?.(request) ?? { ok: true, data: { data: accounts } };
  });
  const test = testDesk({ api: { ask: ask as never } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Team />
    </DeskProvider>,
  );
  const changes = () => ask.mock.calls.map(([it]) => it).filter(({ method }) => method !== 'GET');
  return { ...test, ask, changes, toast: () => test.desk.store.getState().toast?.text };
}

const card = async (name: string) =>
  within((await screen.findByRole('heading', { name })).closest('li') as HTMLElement);
const buttonsOf = async (name: string) =>
  (await card(name)).getAllByRole('button').map(({ textContent }) => textContent?.trim());
const press = async (verb: string, name: string) =>
  fireEvent.click((await card(name)).getByRole('button', { name: new RegExp(`^${verb}`) }));
const confirm = async (verb: string) =>
  fireEvent.click(await screen.findByRole('button', { name: verb, hidden: true }));

it('says who may sign in and as what; whoever may not comes last and can only be let in', async () => {
  await setUp([gone, mine, grace, account({ invited: true })]);
  const names = (await screen.findAllByRole('heading', { level: 2 })).map((it) => it.textContent);
  expect(names).toEqual([ME.name, 'Grace', JONAS.name, 'Abel']);
  const texts = screen.getAllByRole('listitem').map((it) => it.textContent);
  expect(texts[0]).toMatch(/You.*ada@x\.example.*Administrator/);
  expect(texts[2]).toMatch(/Invited.*Agent/);
  expect(texts[3]).toContain('Disabled');
  expect(await buttonsOf('Grace')).toEqual(['Make agent Grace', 'Sign out Grace', 'Disable Grace']);
  // Nobody is signed in anywhere who has chosen no password yet.
  expect(await buttonsOf(JONAS.name)).toEqual([
    `Make administrator ${JONAS.name}`,
    `Disable ${JONAS.name}`,
  ]);
  expect(await buttonsOf('Abel')).toEqual(['Enable Abel']);
});

it('offers nobody to shut themselves out, only to sign out everywhere', async () => {
  const test = await setUp([mine, grace]);
  expect(await buttonsOf(ME.name)).toEqual(['Sign out everywhere']);
  await press('Sign out', ME.name);
  await vi.waitFor(() => expect(test.api.signOut).toHaveBeenCalledWith('c', 'everywhere'));
  const { session } = test.desk.store.getState();
  expect(session).toMatchObject({ notice: 'You are signed out everywhere.' });
});

it('somebody is disabled only after it was asked for twice, and is nobody to give work to then', async () => {
  const test = await setUp([mine, grace]);
  await press('Disable', 'Grace');
  expect((await screen.findByText(/API keys they know stay good/)).textContent).toContain(
    'signed out everywhere',
  );
  expect(test.changes()).toEqual([]);
  vi.mocked(test.api.agents).mockClear();
  await confirm('Disable');
  await vi.waitFor(() => expect(test.toast()).toBe('Grace is disabled.'));
  expect(test.changes()).toEqual([
    { method: 'PUT', path: `/v1/accounts/${id(7)}/access`, body: { disabled: true } },
  ]);
  await vi.waitFor(() => expect(test.api.agents).toHaveBeenCalled());
});

it('letting somebody in needs no second thought', async () => {
  const test = await setUp([mine, gone]);
  await press('Enable', 'Abel');
  await vi.waitFor(() => expect(test.toast()).toBe('Abel may sign in again.'));
  expect(test.changes()).toEqual([
    { method: 'PUT', path: `/v1/accounts/${id(8)}/access`, body: { disabled: false } },
  ]);
});

it.each([
  { verb: 'Make agent', done: 'Grace is an agent now.', path: 'role', body: { role: 'agent' } },
  { verb: 'Sign out', done: 'Grace is signed out everywhere.', path: 'sessions' },
])('“$verb” is asked about, done and told', async ({ verb, done, path, body }) => {
  const test = await setUp([mine, grace]);
  await press(verb, 'Grace');
  await confirm(verb);
  await vi.waitFor(() => expect(test.toast()).toBe(done));
  const method = body ? 'PUT' : 'DELETE';
  const expected = { method, path: `/v1/accounts/${id(7)}/${path}`, ...(body && { body }) };
  expect(test.changes()).toEqual([expected]);
});

it('what the relay refuses is said in its words, with what to do', async () => {
  const path = `PUT /v1/accounts/${id(7)}/access`;
  const test = await setUp([mine, grace], { [path]: () => refusal('last_admin') });
  await press('Disable', 'Grace');
  await confirm('Disable');
  await vi.waitFor(() => expect(test.toast()).toMatch(/^Not done: .*make somebody one first/));
});

it('whoever is alone is told how to invite', async () => {
  await setUp([mine]);
  await screen.findByText('Nobody else has an account yet.');
  expect(screen.getByText(/agent add --email/)).toBeTruthy();
});

it('a list that cannot be had says why, and can be asked for again', async () => {
  await setUp([], { 'GET /v1/accounts': () => refusal('overloaded') });
  await screen.findByText('The team could not be loaded.');
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});
