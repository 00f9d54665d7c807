import type { AgentEvent, OpenPromise } from '@throughline/shared/schema';
import { expect, it } from 'vitest';
import { duePromise, promisesIn } from './promise.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const reply: OpenPromise = { id: 'r', what: 'reply', owner: 'business', dueAt: NOW + 2 };
const payment: OpenPromise = {
  ...{ id: 'p', what: 'payment', owner: 'visitor', dueAt: NOW + 1 },
  amount: { value: 4990, currency: 'EUR' },
};

const made = ({ id, ...data }: OpenPromise) =>
  ({ id, type: 'promise.made', data }) as unknown as AgentEvent;
const ended = (promise: string, outcome: string) =>
  ({ id: 'e', type: 'promise.ended', data: { promise, outcome } }) as unknown as AgentEvent;

it('what is due first is said, with the sum where it is money', () => {
  expect(duePromise([reply, payment], NOW)).toMatch(/^Payment of €49\.90 due by /);
  expect(duePromise([], NOW)).toBeNull();
});

it('what was promised is known from the thread, and what became of it; what is open, in any case', () => {
  expect(promisesIn([made(payment), ended('p', 'kept')], [reply])).toEqual([
    { ...payment, state: 'kept' },
    { ...reply, state: 'open' },
  ]);
  expect(promisesIn([ended('p', 'kept')], [])).toEqual([]);
});
