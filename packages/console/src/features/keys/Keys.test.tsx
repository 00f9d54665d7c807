import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { KeySummary } from '@throughline/shared/schema';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { id, ME, NOW, refusal, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import { Keys } from './Keys.tsx';
import { curlFor, lackOf } from './words.ts';

afterEach(cleanup);
beforeAll(knowDialogs);

const key = (n: number, more: Partial<KeySummary> = {}): KeySummary => ({
  id: id(n),
  name: `Key ${n}`,
  scopes: ['events:read'],
  pii: 'none',
  createdBy: ME.id,
  createdAt: NOW,
  usedAt: null,
  previousUntil: null,
  ...more,
});

type Answers = Record<string, (request: Request) => unknown>;

/** A relay that answers `POST /v1/keys` and the like from a table. */
async function setUp(keys: KeySummary[], answers: Answers = {}) {
  const ask = vi.fn(async (request: Request) => {
    const answer = answers[`${request.method} ${request.path}`];
    return answer?.(request) ?? { ok: true, data: { data: keys } };
  });
  const test = testDesk({ api: { ask: ask as never } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Keys />
    </DeskProvider>,
  );
  return { ...test, ask };
}

const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

it('a key says what it may do, what it sees, who made it, and when it was used', async () => {
  await setUp([key(1, { scopes: ['events:read', 'endpoints:write'], pii: 'content' })]);
  const row = (await screen.findByRole('heading', { name: 'Key 1' })).closest('li');
  expect(row?.textContent).toContain('Read events · Manage endpoints');
  expect(row?.textContent).toContain('Everything, messages too');
  expect(row?.textContent).toMatch(/Last used.?Never/);
  expect(row?.textContent).toContain('by Ada Okoye');
});

it('a secret is shown after it was made, with a line to try it, and gone once stored', async () => {
  const made = { ...key(1), secret: 'tl_sk_x' };
  const { ask } = await setUp([], { 'POST /v1/keys': () => ({ ok: true, data: made }) });
  fireEvent.click(await screen.findByRole('button', { name: 'New key' }));
  fireEvent.input(await screen.findByRole('textbox', { name: 'Name' }), {
    target: { value: ' CRM ' },
  });
  await screen.findByDisplayValue(/CRM/);
  fireEvent.submit(screen.getByRole('form', { name: 'New key' }));
  await screen.findByText('tl_sk_x');
  expect(ask).toHaveBeenCalledWith(
    {
      method: 'POST',
      path: '/v1/keys',
      body: { name: 'CRM', scopes: ['events:read'], pii: 'none' },
    },
    'c',
  );
  expect(screen.getByText(/\$THROUGHLINE_KEY/).textContent).not.toContain('tl_sk_x');
  click('I have stored it');
  await vi.waitFor(() => expect(screen.queryByText('tl_sk_x')).toBeNull());
});

it('what is missing is said before the relay is asked; what it refuses, in its words', async () => {
  const { ask } = await setUp([], { 'POST /v1/keys': () => refusal('rate_limited') });
  fireEvent.click(await screen.findByRole('button', { name: 'New key' }));
  const form = await screen.findByRole('form', { name: 'New key' });
  fireEvent.submit(form);
  await screen.findByText('Give the key a name.');
  fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'CRM' } });
  await vi.waitFor(() => expect(screen.queryByText('Give the key a name.')).toBeNull());
  expect(ask).toHaveBeenCalledTimes(1);
  fireEvent.submit(form);
  await screen.findByText('Too many requests; wait a moment and go on.');
});

it('while a rotation is open there is no other', async () => {
  await setUp([key(1, { previousUntil: Date.now() + 3_600_000 }), key(2)]);
  await screen.findByText(/The secret before the rotation is good until/);
  const rotate = (n: number) =>
    screen.getByRole<HTMLButtonElement>('button', { name: new RegExp(`Rotate ?Key ${n}`) });
  expect([rotate(1).disabled, rotate(2).disabled]).toEqual([true, false]);
});

it('a key is revoked only after it was asked for twice', async () => {
  const { ask } = await setUp([key(1)], {
    [`DELETE /v1/keys/${id(1)}`]: () => ({ ok: true, data: null }),
  });
  fireEvent.click(await screen.findByRole('button', { name: /Revoke ?Key 1/ }));
  const deleted = () => ask.mock.calls.some(([{ method }]) => method === 'DELETE');
  expect(deleted()).toBe(false);
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke', hidden: true }));
  await vi.waitFor(() => expect(deleted()).toBe(true));
});

it('a list that cannot be had says why, and can be asked for again', async () => {
  await setUp([], { 'GET /v1/keys': () => refusal('overloaded') });
  await screen.findByText('The keys could not be loaded.');
  expect(screen.getByText(/nothing was stored, try again shortly/)).toBeTruthy();
});

it('the line to try a key with asks for what the key opens', () => {
  expect(curlFor(['endpoints:write'], 'https://x.example')).toContain('/v1/endpoints"');
  expect(curlFor(['events:read', 'contacts:read'], '')).toContain('/v1/events?after=now"');
});

it('a level that makes a scope useless is named', () => {
  expect(lackOf(['conversations:read'], 'contact')).toMatch(/Everything, messages too/);
  expect(lackOf(['contacts:read', 'events:read'], 'none')).toMatch(/Names and addresses/);
  expect(lackOf(['contacts:read', 'conversations:read'], 'content')).toBeNull();
  expect(lackOf(['events:read', 'contacts:write'], 'none')).toBeNull();
});
