import { cleanup, render } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { event, id, JONAS, ME, NOW, testDesk } from '../../../test/desk.ts';
import { DeskProvider } from '../../store/context.ts';
import { readThread } from '../../store/items.ts';
import { FactLine } from './Facts.tsx';
import { layOut } from './lay-out.ts';

afterEach(cleanup);

const me = { kind: 'agent' as const, id: ME.id };
const jonas = { id: JONAS.id, name: JONAS.name };

/** The lines these events make, without their times. */
async function lines(...events: Parameters<typeof readThread>[0]): Promise<(string | undefined)[]> {
  const test = testDesk();
  await test.online();
  const { items } = readThread(events, [], { conversation: id(1), me });
  const blocks = layOut(items, { now: NOW, readBefore: null });
  render(
    <DeskProvider value={test.desk}>
      {blocks.map((block) => block.kind === 'facts' && <FactLine facts={block.facts} />)}
    </DeskProvider>,
  );
  return [...document.querySelectorAll('.fact')].map((line) =>
    line.textContent?.slice(0, -(line.querySelector('time')?.textContent?.length ?? 0)).trim(),
  );
}

it('says behind the title of a page where it really is', async () => {
  const page = { url: 'https://evil.example/x', title: 'https://bank.example/account' };
  const started = event(1, 'conversation.started', { context: { page } });
  expect(await lines(started)).toEqual(['started on https://bank.example/account (evil.example)']);
});

it('links no page that cannot be opened with confidence', async () => {
  const page = { url: 'javascript:alert(1)', title: 'Free' };
  await lines(event(1, 'conversation.started', { context: { page } }));
  expect(document.querySelector('a')).toBeNull();
});

it('says what was done and then who did it', async () => {
  const assigned = event({ seq: 1, by: 'me' }, 'conversation.assigned', {
    assignee: jonas,
    previous: null,
    epoch: 1,
  });
  const taken = event({ seq: 2, by: 'jonas' }, 'conversation.assigned', {
    assignee: jonas,
    previous: null,
    epoch: 2,
  });
  const left = event({ seq: 3, by: 'me' }, 'conversation.assigned', {
    assignee: null,
    previous: jonas,
    epoch: 3,
  });
  expect(await lines(assigned, taken, left)).toEqual([
    'assigned to Jonas Weber by you',
    'taken by Jonas Weber',
    'unassigned from Jonas Weber by you',
  ]);
});

it('says once who did several things', async () => {
  const tagged = (seq: number, ...tags: string[]) =>
    event({ seq, by: 'me', time: NOW }, 'conversation.updated', { tags });
  const resolved = event({ seq: 3, by: 'me', time: NOW }, 'conversation.resolved', {});
  expect(await lines(tagged(1, 'a'), tagged(2, 'a', 'b'), resolved)).toEqual([
    'tagged a b and resolved by you',
  ]);
});

it('leaves it at what happened when nobody of the team did it', async () => {
  const woken = event({ seq: 1, by: 'system' }, 'conversation.snoozed', {
    until: null,
    trigger: 'timer',
  });
  expect(await lines(woken)).toEqual(['the snooze is over']);
});

it('says where it waited, whom it was offered to, and what became of that, as one line', async () => {
  const why = { reasons: [] };
  const queued = event({ seq: 1, by: 'system' }, 'conversation.queued', {
    ...{ queue: 'general', since: NOW, base: 0, rate: 1, need: {}, hold: null, why },
  });
  const offered = event({ seq: 2, by: 'system' }, 'conversation.offered', {
    ...{ agent: jonas, until: NOW + 30_000, why },
  });
  const ended = (
    seq: number,
    outcome: 'missed' | 'declined' | 'accepted',
    by: 'system' | 'jonas',
  ) => event({ seq, by }, 'conversation.offer_ended', { offer: id(0x5002), agent: jonas, outcome });
  expect(await lines(queued, offered, ended(3, 'missed', 'system'))).toEqual([
    'waits in general, offered to Jonas Weber and not answered by Jonas Weber',
  ]);
  cleanup();
  expect(await lines(offered, ended(3, 'declined', 'jonas'))).toEqual([
    'offered to Jonas Weber',
    'declined by Jonas Weber',
  ]);
  cleanup();
  expect(await lines(ended(3, 'accepted', 'jonas'))).toEqual([]);
});

it('says for whom a place in a queue is held', async () => {
  const queued = event({ seq: 1, by: 'system' }, 'conversation.queued', {
    ...{ queue: 'general', since: NOW, base: 0, rate: 1, need: {} },
    ...{ hold: { agent: JONAS.id, until: NOW }, why: { reasons: [] } },
  });
  expect(await lines(queued)).toEqual(['waits in general, for Jonas Weber first']);
});

it('says what was promised by when, what became of it, and when it was parked', async () => {
  const made = event({ seq: 1, by: 'system' }, 'promise.made', {
    ...{ what: 'reply', owner: 'business', dueAt: NOW + 3_600_000 },
  });
  const over = event({ seq: 2, by: 'system' }, 'promise.ended', {
    ...{ promise: id(0x5001), what: 'reply', outcome: 'broken' },
  });
  const parked = event({ seq: 3, by: 'system' }, 'conversation.parked', { parked: true });
  const [line] = await lines(made, over, parked);
  expect(line).toMatch(
    /^promised a reply by .+, the promise of a reply was not kept and parked: the visitor is quiet$/,
  );
});

it('what was moved by hand stands there once, with the word that came along', async () => {
  const moved = { queue: 'billing', note: 'Charged twice' };
  const queued = { queue: 'billing', since: 1, base: 0, rate: 1, need: {}, hold: null };
  expect(
    await lines(
      event({ seq: 1, by: 'me' }, 'conversation.transferred', moved),
      event({ seq: 2, by: 'me' }, 'conversation.queued', { ...queued, why: { reasons: [] } }),
    ),
  ).toEqual(['moved to billing (“Charged twice”) by you']);
});
