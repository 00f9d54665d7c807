import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { DeliverySummary, EndpointSummary } from '@throughline/shared/schema';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { id, NOW, refusal, testDesk } from '../../../test/desk.ts';
import { knowDialogs } from '../../../test/dialog.ts';
import type { Request } from '../../api.ts';
import { DeskProvider } from '../../store/context.ts';
import type { Place } from '../../store/place.ts';
import { Endpoints } from './Endpoints.tsx';
import { fateOf, stateOf } from './words.ts';

afterEach(cleanup);
beforeAll(knowDialogs);

const endpoint = (more: Partial<EndpointSummary> = {}): EndpointSummary => ({
  id: id(1),
  url: 'https://x.example/hooks',
  description: 'Orders',
  types: ['*'],
  pii: 'none',
  order: 'any',
  paused: false,
  disabled: null,
  failingSince: null,
  previousUntil: null,
  deliveries: { pending: 0, delivered: 3, dead: 0 },
  ...more,
});

const delivery = (more: Partial<DeliverySummary> = {}): DeliverySummary => ({
  offset: 7,
  state: 'delivered',
  attempts: 1,
  nextAt: NOW,
  createdAt: NOW,
  type: 'message.created',
  id: id(2),
  conversation: id(3),
  ...more,
});

const URL_OF_ONE = `/v1/endpoints/${id(1)}`;

type Answers = Record<string, (request: Request) => unknown>;

async function setUp(place: Partial<Extract<Place, { page: 'endpoints' }>>, answers: Answers) {
  const ask = vi.fn(async (request: Request) => {
    const [path] = request.path.split('?');
    const fallback = { ok: true, data: { data: [], next: null } };
    return answers[`${request.method} ${path}`]?.(request) ?? fallback;
  });
  const open = { page: 'endpoints' as const, endpoint: null, state: null, delivery: null };
  const test = testDesk({ api: { ask: ask as never }, route: { place: { ...open, ...place } } });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Endpoints />
    </DeskProvider>,
  );
  return { ...test, ask };
}

const asked = (ask: { mock: { calls: unknown[][] } }, method: string): Request[] =>
  ask.mock.calls.map(([request]) => request as Request).filter((it) => it.method === method);

describe('how an endpoint stands', () => {
  it.each([
    [{}, 'Works'],
    [{ deliveries: { pending: 0, delivered: 0, dead: 0 } }, 'Nothing sent yet'],
    [{ failingSince: NOW }, /^Failing since \d/],
    [{ failingSince: NOW, paused: true }, 'Paused'],
    [{ disabled: 'gone', paused: true }, /410/],
    [{ disabled: 'failing', failingSince: NOW }, /five days/],
  ] as const)('%j is said in words', (more, expected) => {
    expect(stateOf(endpoint(more as object), NOW).text).toMatch(expected);
  });

  it('what waits says when it is tried again', () => {
    const waiting = (attempts: number, nextAt: number) =>
      fateOf(delivery({ state: 'pending', attempts, nextAt }), NOW);
    expect(waiting(0, NOW)).toBe('Waiting');
    expect(waiting(1, NOW + 60_000)).toMatch(/^Next try \d/);
    expect(waiting(1, NOW - 1)).toBe('Trying again');
  });
});

it('the list shows counts, exact as far as the relay counts', async () => {
  const counts = { pending: 1000, delivered: 3, dead: 2 };
  await setUp(
    {},
    {
      'GET /v1/endpoints': () => ({ ok: true, data: { data: [endpoint({ deliveries: counts })] } }),
    },
  );
  const card = (await screen.findByRole('link', { name: 'Orders' })).closest('li');
  expect(card?.querySelector('.counts')?.textContent).toBe('delivered3waiting999+given up2');
});

it('a wrong address is said before the relay is asked', async () => {
  const { ask } = await setUp({ endpoint: 'new' }, {});
  fireEvent.submit(await screen.findByRole('form', { name: 'New endpoint' }));
  await screen.findByText(/has to be a whole one/);
  expect(screen.getByRole('textbox', { name: 'Address' }).getAttribute('aria-invalid')).toBe(
    'true',
  );
  expect(asked(ask, 'POST')).toEqual([]);
});

it('a new endpoint opens with its secret, shown this once', async () => {
  const { desk } = await setUp(
    { endpoint: 'new' },
    {
      'POST /v1/endpoints': () => ({ ok: true, data: { ...endpoint(), secret: 'whsec_x' } }),
      [`GET ${URL_OF_ONE}`]: () => ({ ok: true, data: endpoint(), etag: '"a"' }),
    },
  );
  fireEvent.input(await screen.findByRole('textbox', { name: 'Address' }), {
    target: { value: 'https://x.example/hooks' },
  });
  await screen.findByDisplayValue('https://x.example/hooks');
  fireEvent.submit(screen.getByRole('form', { name: 'New endpoint' }));
  await screen.findByText('whsec_x');
  expect(desk.store.getState().route.place).toMatchObject({ endpoint: id(1) });
  fireEvent.click(screen.getByRole('button', { name: 'I have stored it' }));
  await vi.waitFor(() => expect(screen.queryByText('whsec_x')).toBeNull());
});

it('who saves what somebody else changed meanwhile sees theirs, and is told so', async () => {
  let now = { data: endpoint(), etag: '"a"' };
  const { ask } = await setUp(
    { endpoint: id(1) },
    {
      [`GET ${URL_OF_ONE}`]: () => ({ ok: true, ...now }),
      [`PATCH ${URL_OF_ONE}`]: ({ ifMatch }) =>
        ifMatch === now.etag ? { ok: true, ...now } : refusal('changed_meanwhile'),
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Edit…', hidden: true }));
  await screen.findByDisplayValue('Orders');
  now = { data: endpoint({ description: 'Orders and returns' }), etag: '"b"' };
  fireEvent.submit(screen.getByRole('form', { name: 'Edit endpoint' }));
  await screen.findByText(/Somebody changed this endpoint/);
  expect(screen.getByDisplayValue('Orders and returns')).toBeTruthy();
  fireEvent.submit(screen.getByRole('form', { name: 'Edit endpoint' }));
  await screen.findByRole('heading', { name: 'Deliveries' });
  expect(asked(ask, 'PATCH').map(({ ifMatch }) => ifMatch)).toEqual(['"a"', '"b"']);
});

it('what is switched off can be enabled again; what is gone says so', async () => {
  const { ask } = await setUp(
    { endpoint: id(1) },
    {
      [`GET ${URL_OF_ONE}`]: () => ({
        ok: true,
        data: endpoint({ disabled: 'gone' }),
        etag: '"a"',
      }),
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Enable again' }));
  await vi.waitFor(() =>
    expect(asked(ask, 'POST').map(({ path }) => path)).toEqual([`${URL_OF_ONE}/enable`]),
  );
  cleanup();
  await setUp({ endpoint: id(9) }, { [`GET /v1/endpoints/${id(9)}`]: () => refusal('not_found') });
  await screen.findByText('This endpoint does not exist.');
});

it('deliveries are paged and narrowed by what became of them', async () => {
  const { ask, desk } = await setUp(
    { endpoint: id(1) },
    {
      [`GET ${URL_OF_ONE}`]: () => ({ ok: true, data: endpoint(), etag: '"a"' }),
      [`GET ${URL_OF_ONE}/deliveries`]: () => ({ ok: true, data: { data: [delivery()], next: 7 } }),
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Older' }));
  await vi.waitFor(() => expect(asked(ask, 'GET').at(-1)?.path).toContain('before=7'));
  fireEvent.click(screen.getByRole('radio', { name: 'Given up' }));
  await vi.waitFor(() =>
    expect(asked(ask, 'GET').at(-1)?.path).toBe(`${URL_OF_ONE}/deliveries?state=dead&limit=50`),
  );
  expect(desk.store.getState().route.place).toMatchObject({ state: 'dead' });
});

it('a replay says what, since when, and how many were filed', async () => {
  const { ask, desk } = await setUp(
    { endpoint: id(1) },
    {
      [`GET ${URL_OF_ONE}`]: () => ({ ok: true, data: endpoint(), etag: '"a"' }),
      [`POST ${URL_OF_ONE}/replay`]: () => ({ ok: true, data: { count: 12 } }),
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Replay…' }));
  fireEvent.click(await screen.findByRole('radio', { name: 'Everything', hidden: true }));
  fireEvent.click(screen.getByRole('radio', { name: 'Last hour', hidden: true }));
  await screen.findByText(/What happened since/);
  fireEvent.click(screen.getByRole('button', { name: 'Replay', hidden: true }));
  await vi.waitFor(() =>
    expect(desk.store.getState().toast?.text).toBe('12 events were filed again.'),
  );
  const [{ body }] = asked(ask, 'POST') as [Request];
  expect(Date.now() - (body as { since: number }).since).toBeLessThan(3_700_000);
});

it('Escape closes the delivery that is open, wherever the focus is, but not from under a dialog', async () => {
  const { desk } = await setUp(
    { endpoint: id(1), delivery: 7 },
    {
      [`GET ${URL_OF_ONE}`]: () => ({ ok: true, data: endpoint(), etag: '"a"' }),
      [`GET ${URL_OF_ONE}/deliveries/7`]: () => ({
        ok: true,
        data: { ...delivery(), event: undefined, tries: [] },
      }),
    },
  );
  await screen.findByText('The event is no longer in the log.');
  fireEvent.click(screen.getByRole('button', { name: 'Replay…' }));
  const open = () => (desk.store.getState().route.place as { delivery: number | null }).delivery;
  await screen.findByRole('dialog');
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(open()).toBe(7);
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  fireEvent.keyDown(document.body, { key: 'Escape' });
  expect(open()).toBeNull();
});
