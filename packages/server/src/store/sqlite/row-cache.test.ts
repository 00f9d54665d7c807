import { expect, test } from 'vitest';
import type { Conversation } from '../store.ts';
import { createRowCache } from './row-cache.ts';

const row = (id: number) => ({ id: `${id}` }) as Conversation;

test('it keeps the rows written last, and no more of them than it may', () => {
  const cache = createRowCache();
  for (let id = 0; id < 10_000; id++) cache.put(row(id));
  cache.put(row(0));
  cache.put(row(10_000));
  expect(cache.get('0')).toBeDefined();
  expect(cache.get('1')).toBeUndefined();
  expect(cache.get('2')).toBeDefined();
  cache.clear();
  expect(cache.get('0')).toBeUndefined();
});
