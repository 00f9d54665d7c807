import { expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { openBlueprint } from './blueprint.ts';
import { openSwitches } from './bots/switches.ts';

/** A database that says what is so when it is asked, and answers when it is let. */
function slow<T>(value: T) {
  const asked: (() => void)[] = [];
  const it = {
    value,
    asked,
    read: () => {
      const { value } = it;
      return new Promise<T>((answer) => asked.push(() => answer(value)));
    },
    async opened<R>(opening: Promise<R>): Promise<R> {
      while (asked.length === 0) await new Promise(setImmediate);
      asked.shift()?.();
      return opening;
    },
  };
  return it;
}

/** Whoever asked last is answered first. */
async function answerBackwards(asked: (() => void)[], all: Promise<void>[]): Promise<void> {
  let isDone = false;
  const done = Promise.all(all).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    asked.pop()?.();
    await new Promise(setImmediate);
  }
  await done;
}

test('what is published stays in force, though an older answer comes after it', async () => {
  const version = (n: number) => {
    const document = JSON.stringify({ sites: [], endpoints: [], sources: [] });
    return { version: n, document, publishedAt: n, by: 'ada' };
  };
  const blueprints = slow(version(1));
  const store = { read: { blueprints: { latest: blueprints.read } } } as unknown as Store;
  const published = await blueprints.opened(openBlueprint(store, Date.now));
  const refreshing = [2, 3].map((n) => {
    blueprints.value = version(n);
    return published.refresh();
  });
  await answerBackwards(blueprints.asked, refreshing);
  expect(published.version).toBe(3);
});

test('a bot that is switched off stays off, though an older answer comes after it', async () => {
  const row = { bot: 'llm', since: 1, by: 'ada' };
  const off = slow<(typeof row)[]>([]);
  const store = { read: { bots: { off: off.read } } } as unknown as Store;
  const switches = await off.opened(openSwitches(store, Date.now));
  const refreshing = [[], [row]].map((rows) => {
    off.value = rows;
    return switches.refresh();
  });
  await answerBackwards(off.asked, refreshing);
  expect(switches.isOn('llm')).toBe(false);
});
