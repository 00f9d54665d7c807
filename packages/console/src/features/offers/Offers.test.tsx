import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import {
  board,
  id,
  inboxChange,
  JONAS,
  ME,
  NOW,
  queue,
  refusal,
  row,
  testDesk,
} from '../../../test/desk.ts';
import { commandFor } from '../../store/commands.ts';
import { DeskProvider } from '../../store/context.ts';
import { Offers } from './Offers.tsx';

afterEach(cleanup);

const why = {
  rule: 'route.routes[0]',
  reasons: ['ring 1 of general', 'they have 0 of 5'],
  given: { language: 'de', contact: { facts: { plan: 'pro' } } },
};

const offered = (n: number, more: Partial<Parameters<typeof row>[1]> = {}) =>
  row(n, {
    ...{ queue: 'general', unansweredSince: NOW - 30_000, seq: 4 },
    offer: { id: id(0x9000 + n), agent: ME.id, until: Date.now() + 30_000 + n * 1000 },
    ...more,
  });

const receipt = (n: number) => ({
  ok: true as const,
  data: { id: id(1), conversation: id(n), seq: 5, pub: null, time: NOW },
});

async function setUp(rows: Parameters<typeof testDesk>[0] = {}) {
  const history = vi.fn(async () => ({
    ok: true,
    data: {
      events: [{ id: id(0x9001), type: 'conversation.offered', data: { agent: ME, why } }],
      more: false,
    },
  }));
  const test = testDesk({
    ...rows,
    api: {
      history: history as never,
      board: async () => ({ ok: true, data: board({ queues: [queue('general')] }) }),
      ...rows.api,
    },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Offers />
    </DeskProvider>,
  );
  let offset = 10;
  const change = async (...changed: ReturnType<typeof row>[]) => {
    test.say('inbox', inboxChange(offset, offset + 1, changed));
    offset += 1;
    await test.settle();
  };
  return { ...test, change };
}

const press = (test: Awaited<ReturnType<typeof setUp>>, key: string) =>
  commandFor(key, test.desk.store.getState())?.run(test.desk);

it('what is offered to me says who, what, where it waits and why, rings once, and takes no focus', async () => {
  const test = await setUp();
  await test.change(offered(1));
  const card = within(await screen.findByRole('article', { name: 'Visitor 1' }));
  expect(card.getByText('hello 1')).toBeTruthy();
  expect(card.getByText(/^General · waits/)).toBeTruthy();
  expect(await card.findByText('Ring 1 of general')).toBeTruthy();
  expect(card.getByText('contact.facts.plan')).toBeTruthy();
  expect(screen.getByText(/Visitor 1 is offered to you/)).toBeTruthy();
  await test.change(offered(1, { seq: 5 }));
  expect(test.rung.map(({ title }) => title)).toEqual(['Offered to you: Visitor 1']);
  expect(document.activeElement).toBe(document.body);
});

it('what is offered to a colleague is not shown', async () => {
  const test = await setUp();
  await test.change(
    offered(1, { offer: { id: id(0x9001), agent: JONAS.id, until: Date.now() + 9000 } }),
  );
  expect(screen.queryByRole('article')).toBeNull();
});

it('accepting opens the conversation once the relay has said yes, by button or key', async () => {
  const test = await setUp({ answers: { 'offer:accept': () => receipt(1) } });
  await test.change(offered(1));
  press(test, 'y');
  press(test, 'y');
  await test.settle();
  const accepts = test.sent.filter(({ name }) => name === 'offer:accept');
  expect(accepts).toHaveLength(1);
  expect(accepts[0]?.input).toMatchObject({ conversation: id(1), offer: id(0x9001) });
  expect(test.desk.store.getState().route.conversation).toBe(id(1));
});

it('an offer that is over is told, and nothing is opened', async () => {
  const test = await setUp({ answers: { 'offer:accept': () => refusal('offer_over') } });
  await test.change(offered(1));
  fireEvent.click(await screen.findByRole('button', { name: /^Accept/ }));
  await test.settle();
  expect(test.desk.store.getState().toast?.text).toContain('The offer is over');
  expect(test.desk.store.getState().route.conversation).toBeNull();
});

it('several stand one under the other, the one that ends first on top; declining takes one away at once', async () => {
  const test = await setUp();
  await test.change(offered(2), offered(1));
  const names = () =>
    screen.getAllByRole('article').map((it) => within(it).getByRole('heading').textContent);
  expect(names()).toEqual(['Visitor 1', 'Visitor 2']);
  fireEvent.click(screen.getByRole('button', { name: 'Decline Visitor 2' }));
  await vi.waitFor(() => expect(names()).toEqual(['Visitor 1']));
  expect(test.sent.at(-1)).toMatchObject({ name: 'offer:decline', input: { offer: id(0x9002) } });
});

it('it is gone when the relay says that it ended', async () => {
  const test = await setUp();
  await test.change(offered(1));
  expect(screen.getByRole('article')).toBeTruthy();
  await test.change(offered(1, { offer: null, seq: 5 }));
  await vi.waitFor(() => expect(screen.queryByRole('article')).toBeNull());
});

it('without a connection it is gone when its time is over', async () => {
  const test = await setUp();
  const soon = { id: id(0x9001), agent: ME.id, until: Date.now() + 300 };
  await test.change(offered(1, { offer: soon }));
  expect(screen.getByRole('article')).toBeTruthy();
  test.status('reconnecting');
  await vi.waitFor(() => expect(screen.queryByRole('article')).toBeNull(), 3000);
});

it('several that come at once make one sound', async () => {
  const test = await setUp();
  await test.change(offered(1), offered(2));
  expect(test.rung.map(({ sound }) => sound)).toEqual([true, false]);
});

it('one whose row is not held is fetched: it was made before this window was opened', async () => {
  const one = offered(1);
  const test = await setUp({
    rows: [one],
    api: {
      list: async () => ({
        ok: true,
        data: {
          ...{ data: [], nextCursor: null, offset: 10 },
          counts: { unassigned: 0, all: 0, snoozed: 0, resolved: 0, mine: {} },
        },
      }),
      board: async () => ({
        ok: true,
        data: board({
          queues: [queue('general')],
          offers: [{ conversation: one.id, agent: ME.id }],
        }),
      }),
    },
  });
  expect(await screen.findByRole('article', { name: 'Visitor 1' })).toBeTruthy();
  expect(test.api.detail).toHaveBeenCalledWith(one.id);
});
