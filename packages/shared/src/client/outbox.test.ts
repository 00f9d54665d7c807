import { expect, test } from 'vitest';
import {
  type Entry,
  enqueue,
  failed,
  head,
  type Outbox,
  remove,
  retry,
  sending,
  unanswered,
} from './outbox.ts';

const A = 'conversation A';
const B = 'conversation B';

const message = (id: string, conversation = A): Entry => ({
  name: 'message:send',
  input: { id, conversation, text: id },
  at: 1,
  state: 'queued',
});

const box = (...entries: [id: string, state?: Entry['state'], conversation?: string][]): Outbox =>
  entries.map(([id, state = 'queued', conversation = A]) => ({
    ...message(id, conversation),
    state,
    ...(state === 'failed' ? { code: 'forbidden' as const } : {}),
  }));

const states = (of: Outbox) => of.map(({ input, state }) => `${input.id} ${state}`);

test('[P4] entries keep the order in which they were asked for', () => {
  const all = ['1', '2', '3'].reduce((before, id) => enqueue(before, message(id)), [] as Outbox);
  expect(states(all)).toEqual(['1 queued', '2 queued', '3 queued']);
});

test('[P6] the same entry is queued once', () => {
  const once = enqueue([], message('1'));
  expect(enqueue(once, message('1'))).toBe(once);
});

test('[P4] one at a time: nothing is sent while the head is under way', () => {
  expect(head([])).toBeUndefined();
  expect(head(box(['1'], ['2']))?.input.id).toBe('1');
  expect(head(box(['1', 'sending'], ['2']))).toBeUndefined();
});

test('[P16] a refused one stays where a person sees it, and holds nobody up', () => {
  const after = failed(box(['1', 'sending'], ['2']), '1', 'forbidden');
  expect(states(after)).toEqual(['1 failed', '2 queued']);
  expect(after[0]?.code).toBe('forbidden');
  expect(head(after)?.input.id).toBe('2');
  expect(head(box(['1', 'failed']))).toBeUndefined();
});

test('what is removed is gone, and only that', () => {
  expect(states(remove(box(['1', 'sending'], ['2']), '1'))).toEqual(['2 queued']);
  expect(states(remove(box(['1', 'failed'], ['2']), '1'))).toEqual(['2 queued']);
  expect(states(remove(box(['1']), 'nobody'))).toEqual(['1 queued']);
});

test('[P16] without an answer it is queued again, in its place', () => {
  expect(states(sending(box(['1'], ['2']), '1'))).toEqual(['1 sending', '2 queued']);
  expect(states(unanswered(box(['1', 'sending'], ['2'])))).toEqual(['1 queued', '2 queued']);
  const quiet = box(['1'], ['2', 'failed']);
  expect(unanswered(quiet)).toBe(quiet);
});

test('a retry takes along what failed before it in its conversation, and nothing else', () => {
  const before = box(['1', 'failed'], ['2', 'failed', B], ['3', 'failed'], ['4', 'failed']);
  const after = retry(before, '3');
  expect(states(after)).toEqual(['1 queued', '2 failed', '3 queued', '4 failed']);
  expect(after[2]).not.toHaveProperty('code');
  expect(retry(before, 'nobody')).toBe(before);
  expect(states(retry(box(['1', 'sending']), '1'))).toEqual(['1 sending']);
});

test('commands without a conversation count as one line of their own', () => {
  const identify = (id: string): Entry => ({
    name: 'contact:identify',
    input: { id },
    at: 1,
    state: 'failed',
  });
  const after = retry([identify('1'), ...box(['2', 'failed']), identify('3')], '3');
  expect(states(after)).toEqual(['1 queued', '2 failed', '3 queued']);
});

test('nothing is changed in place', () => {
  const before = Object.freeze(box(['1', 'sending'], ['2', 'failed']).map((e) => Object.freeze(e)));
  expect(() => {
    enqueue(before, message('3'));
    sending(before, '2');
    unanswered(before);
    failed(before, '1', 'empty');
    retry(before, '2');
    remove(before, '1');
  }).not.toThrow();
});
