import { expect, it } from 'vitest';
import { nobody, viewOf } from './view-of.ts';

it('what is empty is not known', () => {
  expect(viewOf(nobody)).toEqual({});
});

it('a visitor is described as rules see them', () => {
  expect(
    viewOf({
      ...{ page: '/pricing', language: ' de-AT ', intent: 'sales', tags: 'vip, b2b,' },
      contact: ['plan = enterprise', 'seats: 30', 'trial=false', 'nothing'],
      conversation: ['order = 90402'],
    }),
  ).toEqual({
    ...{ page: { path: '/pricing' }, language: 'de-AT', intent: 'sales' },
    contact: { facts: { plan: 'enterprise', seats: 30, trial: false } },
    conversation: { facts: { order: 90402 }, tags: ['vip', 'b2b'] },
  });
});

it('a whole address is an address', () => {
  expect(viewOf({ ...nobody, page: 'https://shop.example/a' })).toEqual({
    page: { url: 'https://shop.example/a' },
  });
});
