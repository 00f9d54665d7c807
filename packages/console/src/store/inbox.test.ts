import { describe, expect, it } from 'vitest';
import { id, inboxChange, list, ME, NOW, row } from '../../test/desk.ts';
import {
  countOf,
  fallBehind,
  type Inbox,
  neighbour,
  newInbox,
  rowsIn,
  takeChange,
  takeFresh,
  takePage,
} from './inbox.ts';

const fresh = (inbox: Inbox, ...args: Parameters<typeof list>) =>
  takeFresh(inbox, 'all', { list: list(...args), keep: undefined });

const live = (...rows: ReturnType<typeof row>[]): Inbox => fresh(newInbox(), rows).inbox;

const idsIn = (inbox: Inbox, view: 'all' | 'mine' | 'unassigned' = 'all') =>
  rowsIn(inbox, view, ME.id).map((row) => row.id);

describe('continuity of the list', () => {
  it('[P27] applies a change that continues what is held', () => {
    const { inbox, reload } = takeChange(live(row(1)), inboxChange(10, 12, [row(2)]));
    expect(reload).toBe(false);
    expect(inbox.offset).toBe(12);
    expect(idsIn(inbox)).toEqual([id(1), id(2)]);
  });

  it('[P27] loads the list again when a change begins behind what is held', () => {
    const { inbox, reload } = takeChange(live(row(1)), inboxChange(11, 12, [row(2)]));
    expect(reload).toBe(true);
    expect(inbox.phase).toBe('behind');
    expect(idsIn(inbox)).toEqual([id(1)]);
  });

  it('[P27] ignores a change it has already', () => {
    const before = live(row(1));
    const { inbox, reload } = takeChange(before, inboxChange(8, 10, [row(2)]));
    expect(reload).toBe(false);
    expect(inbox).toBe(before);
  });

  it('[P27] takes a change that overlaps what is held, without going back', () => {
    const known = live(row(1, { seq: 9, status: 'waiting' }));
    const change = inboxChange(9, 11, [row(1, { seq: 8, status: 'resolved' }), row(2)]);
    const { inbox } = takeChange(known, change);
    expect(inbox.rows[id(1)]?.status).toBe('waiting');
    expect(inbox.offset).toBe(11);
  });

  it('[P27] holds changes back while a fresh list is under way, and puts them on top of it', () => {
    let inbox = fallBehind(live(row(1)));
    for (const change of [
      inboxChange(10, 20, [row(1, { seq: 3, tags: ['old'] })]),
      inboxChange(20, 21, [row(2)]),
    ])
      inbox = takeChange(inbox, change).inbox;
    expect(idsIn(inbox)).toEqual([id(1)]);
    const step = fresh(inbox, [row(1, { seq: 4, tags: ['new'] })], { offset: 20 });
    expect(step.reload).toBe(false);
    expect(step.inbox.offset).toBe(21);
    expect(step.inbox.rows[id(1)]?.tags).toEqual(['new']);
    expect(idsIn(step.inbox)).toEqual([id(1), id(2)]);
  });

  it('[P27] asks once more when there is a hole between the fresh list and what was held back', () => {
    const inbox = takeChange(fallBehind(live()), inboxChange(30, 31, [row(2)])).inbox;
    const step = fresh(inbox, [], { offset: 20 });
    expect(step.reload).toBe(true);
    expect(step.inbox.phase).toBe('behind');
    expect(step.inbox.held).toHaveLength(1);
  });

  it('[P27] forgets rows of before a hole: nobody knows what became of them', () => {
    const step = fresh(fallBehind(live(row(1), row(2))), [row(2)], { offset: 50 });
    expect(Object.keys(step.inbox.rows)).toEqual([id(2)]);
  });

  it('[P27] keeps everything when nothing was written since', () => {
    const held = takePage(live(row(1)), 'all', list([row(1), row(2)]));
    const step = fresh(fallBehind(held), [row(1)], { offset: 10 });
    expect(idsIn(step.inbox)).toEqual([id(1), id(2)]);
    expect(step.inbox.phase).toBe('live');
  });

  it('is not thrown back by a list that was asked for earlier and came later', () => {
    const now = takeChange(live(row(1)), inboxChange(10, 30, [row(2)])).inbox;
    expect(fresh(now, [row(1)], { offset: 20 }).inbox).toBe(now);
  });

  it('[P15] shows a conversation once, however often it is named', () => {
    let inbox = live(row(1));
    inbox = takePage(inbox, 'all', list([row(1), row(2)]));
    inbox = takeChange(inbox, inboxChange(10, 11, [row(1), row(2)])).inbox;
    expect(idsIn(inbox)).toEqual([id(1), id(2)]);
  });
});

describe('views', () => {
  const others = [
    row(1, { assignee: ME.id }),
    row(2, { status: 'waiting' }),
    row(3, { status: 'snoozed', assignee: ME.id }),
    row(4, { status: 'resolved' }),
  ];
  const inbox: Inbox = {
    ...live(...others),
    views: Object.fromEntries(
      ['mine', 'unassigned', 'all', 'snoozed', 'resolved'].map((view) => [
        view,
        { floor: 0, cursor: null, more: 'idle' },
      ]),
    ),
  };

  it.each([
    ['mine', [1]],
    ['unassigned', [2]],
    ['all', [1, 2]],
    ['snoozed', [3]],
    ['resolved', [4]],
  ] as const)('%s holds what the relay would put there', (view, expected) => {
    expect(rowsIn(inbox, view, ME.id).map((row) => row.id)).toEqual(expected.map(id));
  });

  it('shows nothing below its last page: there would be a hole above it', () => {
    const paged = fresh(newInbox(), [row(1), row(2)], { nextCursor: 'next' }).inbox;
    const found = takeChange(paged, inboxChange(10, 11, [row(9)])).inbox;
    expect(idsIn(found)).toEqual([id(1), id(2)]);
    const whole = takePage(found, 'all', list([row(5), row(9)]));
    expect(idsIn(whole)).toEqual([id(1), id(2), id(5), id(9)]);
  });

  it('moves a row to the top when somebody writes', () => {
    const later = row(2, { seq: 3, activeAt: NOW + 1 });
    const { inbox } = takeChange(live(row(1), row(2)), inboxChange(10, 11, [later]));
    expect(idsIn(inbox)).toEqual([id(2), id(1)]);
  });

  it('counts mine by agent', () => {
    const counts = { unassigned: 1, all: 5, snoozed: 2, resolved: 3, mine: { [ME.id]: 4 } };
    expect(countOf(counts, 'mine', ME.id)).toBe(4);
    expect(countOf(counts, 'mine', 'nobody')).toBe(0);
    expect(countOf(counts, 'snoozed', ME.id)).toBe(2);
    expect(countOf(null, 'all', ME.id)).toBeNull();
  });
});

describe('neighbours', () => {
  const rows = [row(1), row(3), row(5)];

  it('go down and up and stop at the ends', () => {
    expect(neighbour(rows, rows[0], 1)?.id).toBe(id(3));
    expect(neighbour(rows, rows[1], -1)?.id).toBe(id(1));
    expect(neighbour(rows, rows[2], 1)).toBeUndefined();
    expect(neighbour(rows, undefined, 1)?.id).toBe(id(1));
  });

  it('of a row that left the list are those around its place', () => {
    expect(neighbour(rows, row(4), 1)?.id).toBe(id(5));
    expect(neighbour(rows, row(4), -1)?.id).toBe(id(3));
    expect(neighbour(rows, row(9), 1)).toBeUndefined();
    expect(neighbour(rows, row(9), -1)?.id).toBe(id(5));
  });
});

describe('news', () => {
  const written = (n: number, more: object = {}) =>
    row(n, {
      seq: 3,
      unread: true,
      activeAt: NOW + 5,
      lastMessage: { id: id(0x9999), text: 'new', by: 'visitor' },
      ...more,
    });

  it('is a message of a visitor nobody has read', () => {
    const { news } = takeChange(live(row(1)), inboxChange(10, 11, [written(1)]));
    expect(news.map((row) => row.id)).toEqual([id(1)]);
  });

  it('is neither an answer, nor a tag, nor what was read already', () => {
    const changes = [
      written(1, { lastMessage: { id: id(7), text: 'x', by: 'agent' } }),
      written(1, { unread: false }),
      row(1, { seq: 3, unread: true, tags: ['x'] }),
    ];
    for (const changed of changes)
      expect(takeChange(live(row(1)), inboxChange(10, 11, [changed])).news).toEqual([]);
  });

  it('comes from a row not held only when it is newer than all that was seen', () => {
    const old = written(7, { activeAt: NOW - 1_000_000 });
    expect(takeChange(live(row(1)), inboxChange(10, 11, [old])).news).toEqual([]);
    expect(takeChange(live(row(1)), inboxChange(10, 11, [written(7)])).news).toHaveLength(1);
  });

  it('is none of what was there when the console was opened', () => {
    expect(fresh(newInbox(), [written(1)]).news).toEqual([]);
  });

  it('is also what came while the line was down', () => {
    expect(fresh(fallBehind(live(row(1))), [written(1)], { offset: 99 }).news).toHaveLength(1);
  });
});
