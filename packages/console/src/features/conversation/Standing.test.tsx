import { cleanup, render, screen } from '@testing-library/preact';
import type { ConversationSummary } from '@throughline/shared/schema';
import { afterEach, expect, it } from 'vitest';
import {
  board,
  event,
  id,
  JONAS,
  ME,
  NOW,
  page,
  queue,
  row,
  testDesk,
} from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { Standing } from './Standing.tsx';

afterEach(cleanup);

const queued = event({ seq: 1, by: 'system' }, 'conversation.queued', {
  ...{ queue: 'general', since: NOW, base: 0, rate: 1, need: {}, hold: null },
  why: { rule: 'route.routes[0]', reasons: ['route.routes[0] matches'], given: { language: 'de' } },
});
const offeredTo = (agent: { id: string; name: string }) =>
  event({ seq: 2, by: 'system' }, 'conversation.offered', {
    ...{ agent: { id: agent.id, name: agent.name }, until: NOW, why: { reasons: ['ring 1'] } },
  });

async function setUp(more: Partial<ConversationSummary>, events: ReturnType<typeof event>[] = []) {
  const test = testDesk({
    rows: [row(1, more)],
    route: { conversation: id(1) },
    answers: { 'conversation:resume': () => ({ ok: true, data: page(events) }) },
    api: { board: async () => ({ ok: true, data: board({ queues: [queue('general')] }) }) },
  });
  await test.online();
  render(
    <DeskProvider value={test.desk}>
      <Standing />
    </DeskProvider>,
  );
  return test;
}

const text = () => document.querySelector('.standing-line')?.textContent ?? '';

it('a conversation that was never routed has nothing to say here', async () => {
  await setUp({ assignee: ME.id });
  expect(document.querySelector('.standing')).toBeNull();
});

it('says in which queue it waits since when, and whom it is offered to', async () => {
  await setUp(
    {
      ...{ queue: 'general', unansweredSince: Date.now() - 65_000 },
      offer: { id: id(9), agent: JONAS.id, until: Date.now() + 9000 },
    },
    [queued],
  );
  expect(text()).toMatch(/^Waits in General · 1:0\dOffered to Jonas Weber$/);
  expect(screen.getByText('Why here?')).toBeTruthy();
});

it('“Why me?” says the reasons of the queue and of the offer, the rule, and what was known', async () => {
  await setUp({ assignee: ME.id }, [queued, offeredTo(ME)]);
  expect(text()).toBe('From General');
  expect(screen.getByText('Why me?')).toBeTruthy();
  expect([...document.querySelectorAll('.reasons li')].map((it) => it.textContent)).toEqual([
    'route.routes[0] matches',
    'Ring 1',
  ]);
  expect(screen.getByText('route.routes[0]')).toBeTruthy();
  expect(screen.getByText('language').nextSibling?.textContent).toBe('de');
});

it('asks about a colleague by their first name', async () => {
  await setUp({ assignee: JONAS.id }, [queued, offeredTo(JONAS)]);
  expect(screen.getByText('Why Jonas?')).toBeTruthy();
});

it('says what is promised first, and that it is parked', async () => {
  const promises = [
    { id: id(8), what: 'call_back' as const, owner: 'business' as const, dueAt: NOW + 7_200_000 },
    { id: id(9), what: 'reply' as const, owner: 'business' as const, dueAt: NOW + 3_600_000 },
  ];
  await setUp({ assignee: ME.id, parked: true, promises });
  expect(text()).toMatch(/^Parked: .*Reply due by/);
});

it('says that an answer is late, whoever has it', async () => {
  const replyDue = { at: Date.now() - 125_000, soonAt: Date.now() - 300_000 };
  await setUp({ assignee: ME.id, replyDue });
  expect(text()).toBe('Late by 2 min');
});
