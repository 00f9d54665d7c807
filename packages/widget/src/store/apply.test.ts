import { newStream } from '@throughline/shared/client';
import type { VisitorEvent } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { event } from '../../test/fake-link.ts';
import { applyEvent, applyHistory, applySummary, emptyConversation, resetItems } from './apply.ts';
import type { Conversation } from './state.ts';

const loaded = (): Conversation => ({
  ...emptyConversation('c1', 0),
  stream: newStream<VisitorEvent>(),
});
const fold = (events: VisitorEvent[], from = loaded()) => events.reduce(applyEvent, from);
const mine = { kind: 'visitor', id: 'me' } as const;

describe('a live event', () => {
  test('a message of an agent is unread, one of our own makes all read', () => {
    const two = fold([event(1), event(2)]);
    expect(two).toMatchObject({ unread: 2, head: 2, last: { text: 'text 2', by: 'agent' } });
    expect(applyEvent(two, event(3, { actor: mine }))).toMatchObject({ unread: 0, visitorRead: 3 });
  });

  test('one that is known already does not count as unread again', () => {
    const known = { ...loaded(), head: 5 };
    expect(applyEvent(known, event(5)).unread).toBe(0);
  });

  test('an older one of our own does not make read what the list says is unread', () => {
    const known = { ...loaded(), head: 3, visitorRead: 2, unread: 1 };
    const read = { type: 'message.read', data: { upTo: 1 } } as const;
    const replay = [event(1), event(2, { ...read, actor: mine }), event(3)];
    expect(fold(replay, known)).toMatchObject({ unread: 1, visitorRead: 2 });
    expect(fold([event(2, { actor: mine }), event(3)], known)).toMatchObject({ unread: 1 });
  });

  test('read marks: ours empties the count, the agent’s shows as seen', () => {
    const read = { type: 'message.read', data: { upTo: 2 } } as const;
    const c = fold([event(1), event(2), event(3), event(4, { ...read, actor: mine })]);
    expect(c).toMatchObject({ visitorRead: 2, unread: 1 });
    expect(applyEvent(c, event(5, read))).toMatchObject({ agentRead: 2, unread: 1 });
  });

  test('joining, closing and opening again are one quiet line each', () => {
    const ada = { id: 'a1', name: 'Ada' };
    const c = fold([
      event(1, {
        type: 'conversation.assigned',
        data: { assignee: ada, previous: null, epoch: 1 },
      }),
      event(2, { type: 'conversation.resolved', data: {} }),
      event(3, { type: 'conversation.reopened', data: { trigger: 'message' } }),
      event(4, {
        type: 'conversation.assigned',
        data: { assignee: null, previous: ada, epoch: 2 },
      }),
    ] as VisitorEvent[]);
    expect(c.items).toMatchObject([
      { kind: 'line', what: 'joined', name: 'Ada' },
      { kind: 'line', what: 'resolved' },
      { kind: 'line', what: 'reopened' },
    ]);
    expect(c).toMatchObject({ status: 'open', agent: null });
  });

  test('of a conversation nobody looks at, only the summary is kept', () => {
    const c = fold([event(1), event(2)], emptyConversation('c1', 0));
    expect(c).toMatchObject({ items: [], unread: 2, last: { text: 'text 2' } });
  });
});

describe('[P9] edits and deletions', () => {
  const edit = event(7, { type: 'message.updated', data: { message: 'event-3', text: 'better' } });
  const removal = event(8, { type: 'message.deleted', data: { message: 'event-3' } });

  test('change how an older message reads, not what is stored of it', () => {
    const c = fold([event(3), edit]);
    expect(c.items).toHaveLength(1);
    expect(c.amendments['event-3']).toEqual({ pub: 7, text: 'better' });
  });

  test('the newest word counts in whatever order pages arrive', () => {
    const c = applyHistory(fold([edit, removal]), [event(3)]);
    expect(c.amendments['event-3']?.text).toBeNull();
    const again = applyHistory(c, [
      event(5, { type: 'message.updated', data: { message: 'event-3', text: 'old' } }),
    ]);
    expect(again.amendments['event-3']?.text).toBeNull();
  });

  test('a tombstone in a page is a deleted message with its place', () => {
    const c = fold([event(3, { data: { redacted: true } })]);
    expect(c.items).toMatchObject([{ pub: 3, text: '' }]);
    expect(c.amendments['event-3']?.text).toBeNull();
  });
});

describe('files', () => {
  const bike = { id: 'f1', name: 'bike.png', type: 'image/png', bytes: 9, width: 3, height: 2 };

  test('what the answer alone could not say of them, the event does', () => {
    const answer = event(1, {
      actor: mine,
      data: { text: '', attachments: [{ id: 'f1' } as never] },
    });
    const known = event(1, { actor: mine, data: { text: '', attachments: [bike] } });
    expect(fold([answer, known]).items).toMatchObject([{ pub: 1, attachments: [bike] }]);
  });

  test('without words, a row of the list says what they are called', () => {
    const c = fold([event(1, { data: { text: '', attachments: [bike] } })]);
    expect(c.last?.text).toBe('bike.png');
  });

  test('one that was not accepted is one quiet line', () => {
    const data = { attachment: 'f1', type: 'image/png', bytes: 9, reason: 'malware' as const };
    const c = fold([event(1, { type: 'attachment.rejected', data } as Partial<VisitorEvent>)]);
    expect(c.items).toMatchObject([{ kind: 'line', what: 'rejected' }]);
  });
});

describe('[P15] each message once, by its place', () => {
  test('the same event twice, or a page that overlaps, changes nothing', () => {
    const c = fold([event(1), event(2), event(2), event(1)]);
    expect(c.items.map(({ pub }) => pub)).toEqual([1, 2]);
    expect(applyHistory(c, [event(1), event(2)]).items).toHaveLength(2);
  });

  test('history goes above what is there and moves the lower end', () => {
    const c = applyHistory({ ...fold([event(61), event(62)]), low: 61 }, [event(59), event(60)]);
    expect(c.items.map(({ pub }) => pub)).toEqual([59, 60, 61, 62]);
    expect(c.low).toBe(59);
  });

  test('history says nothing about how things stand now', () => {
    const now = { ...fold([event(61)]), agent: { id: 'a1', name: 'Ada' }, low: 61 };
    const closed = event(40, { type: 'conversation.resolved', data: {} } as Partial<VisitorEvent>);
    expect(applyHistory(now, [closed])).toMatchObject({
      status: 'open',
      unread: now.unread,
      last: now.last,
    });
  });

  test('a reset drops what was loaded and keeps what is known of the whole', () => {
    const c = resetItems(fold([event(1), event(2)]), 40);
    expect(c).toMatchObject({ items: [], amendments: {}, low: 40, unread: 2 });
  });
});

test('a row of the list lies over what is known and leaves what is loaded', () => {
  const c = fold([event(1)]);
  const said = {
    id: 'c1',
    status: 'resolved' as const,
    pub: 9,
    activeAt: 5,
    agent: null,
    lastMessage: null,
    unread: 3,
    visitorRead: 4,
    agentRead: 2,
    delivered: 3,
  };
  expect(applySummary(c, said)).toMatchObject({
    items: c.items,
    head: 9,
    unread: 3,
    status: 'resolved',
  });
});
