import { expect, test } from 'vitest';
import { spreadOver } from './spread.ts';

/** Lanes that answer when told, and which keys each was given. */
function setUp(count = 3) {
  const given: string[][] = Array.from({ length: count }, () => []);
  const answers = new Map<string, () => void>();
  const lanes = given.map((mine) => ({
    submit: <T>(work: (tx: never) => T) =>
      new Promise<Awaited<T>>((resolve) => {
        const name = String(work(undefined as never));
        mine.push(name);
        answers.set(name, () => resolve(undefined as Awaited<T>));
      }),
  }));
  const write = spreadOver(lanes as never);
  const works = new Map<string, Promise<unknown>>();
  return {
    given,
    ask: (key: string, name: string) =>
      void works.set(
        name,
        write(key, () => name),
      ),
    async answer(name: string) {
      answers.get(name)?.();
      await works.get(name);
    },
  };
}

test('[P4] a key stays where it is while a work of it is unanswered, and other keys go elsewhere', async () => {
  const { given, ask, answer } = setUp();
  ask('a', 'a1');
  ask('b', 'b1');
  ask('a', 'a2');
  ask('c', 'c1');
  ask('d', 'd1');
  expect(given).toEqual([['a1', 'a2'], ['b1', 'd1'], ['c1']]);
  await answer('a1');
  ask('a', 'a3');
  expect(given[0]).toEqual(['a1', 'a2', 'a3']);
});

test('a key whose works are all answered goes where there is least to do', async () => {
  const { given, ask, answer } = setUp(2);
  ask('long', 'follower');
  ask('a', 'a1');
  await answer('a1');
  ask('b', 'b1');
  await answer('b1');
  ask('a', 'a2');
  expect(given).toEqual([['follower'], ['a1', 'b1', 'a2']]);
});
