import { newStream } from '@throughline/shared/client';
import type { VisitorEvent } from '@throughline/shared/schema';
import { describe, expect, test } from 'vitest';
import { event } from '../../test/fake-link.ts';
import { applyEvent, begunConversation, emptyConversation } from './apply.ts';
import { byActivity, hasOlder, threadOf, unreadTotal } from './selectors.ts';
import { initialState, type State } from './state.ts';

const conversation = begunConversation('c1', 0);
const withConversation = (c = conversation, more: Partial<State> = {}): State => ({
  ...initialState,
  conversations: { c1: c },
  ...more,
});
const pending = (id: string, state: 'queued' | 'sending' | 'failed' = 'queued') => ({
  name: 'message:send' as const,
  input: { id, conversation: 'c1', text: `pending ${id}` },
  at: 1,
  state,
});

describe('[P16] what a person wrote is in exactly one state', () => {
  test('what is in the outbox stands below what is in the log, with its state', () => {
    const state = withConversation(applyEvent(conversation, event(1)), {
      outbox: [pending('x', 'sending'), pending('y')],
    });
    expect(threadOf(state, 'c1')).toMatchObject([
      { id: 'event-1', state: 'sent' },
      { id: 'x', state: 'sending', mine: true },
      { id: 'y', state: 'queued' },
    ]);
  });

  test('[P15] one that is confirmed and still in the outbox is drawn once', () => {
    const state = withConversation(applyEvent(conversation, event(1)), {
      outbox: [pending('event-1')],
    });
    expect(threadOf(state, 'c1')).toHaveLength(1);
  });

  test('one that is held back behind a gap is drawn all the same, so that nothing blinks', () => {
    const held = { ...conversation, stream: { ...newStream<VisitorEvent>(), held: [event(9)] } };
    expect(threadOf(withConversation(held), 'c1')).toMatchObject([
      { id: 'event-9', text: 'text 9' },
    ]);
  });

  test('[P15] what is held back is drawn once and in order, however it came', () => {
    const held = [event(3), event(2), event(3)];
    const c = {
      ...applyEvent(conversation, event(1)),
      stream: { ...newStream<VisitorEvent>(), held },
    };
    const drawn = threadOf(withConversation(c), 'c1').map(({ id }) => id);
    expect(drawn).toEqual(['event-1', 'event-2', 'event-3']);
  });

  test('a message to another conversation is not drawn here', () => {
    expect(threadOf(withConversation(conversation, { outbox: [pending('x')] }), 'c2')).toEqual([]);
  });
});

test('edited, deleted and seen are told apart', () => {
  let c = applyEvent(conversation, event(1));
  c = applyEvent(c, event(2, { actor: { kind: 'visitor', id: 'me' } }));
  c = applyEvent(
    c,
    event(3, { type: 'message.updated', data: { message: 'event-1', text: 'new' } }),
  );
  c = applyEvent(c, event(4, { type: 'message.deleted', data: { message: 'event-2' } }));
  c = applyEvent(c, event(5, { type: 'message.read', data: { upTo: 2 } }));
  expect(threadOf(withConversation(c), 'c1')).toMatchObject([
    { text: 'new', edited: true, deleted: false },
    { text: '', edited: false, deleted: true, fate: 'seen', mine: true },
  ]);
});

test('the list is by activity and the badge is the sum', () => {
  const state = withConversation(conversation, {
    conversations: {
      a: { ...emptyConversation('a', 1), unread: 2 },
      b: { ...emptyConversation('b', 9), unread: 1 },
    },
  });
  expect(byActivity(state).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(unreadTotal(state)).toBe(3);
});

test('older messages are asked for only where there are some and the rest is whole', () => {
  const live = { ...newStream<VisitorEvent>(), phase: 'live' as const };
  expect(hasOlder({ ...conversation, stream: live, low: 12 })).toBe(true);
  expect(hasOlder({ ...conversation, stream: live, low: 1 })).toBe(false);
  expect(hasOlder(conversation)).toBe(false);
  expect(hasOlder(undefined)).toBe(false);
});
