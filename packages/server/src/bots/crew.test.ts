import { botsDocument } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { type BotInForce, compileBots } from '../settings/bots/in-force.ts';
import { createCrew } from './crew.ts';

const bot = (id: string, more: object = {}) => ({
  ...{ id, name: id, kind: 'http', url: 'https://bots.example/', ...more },
});

function crewOf(...bots: object[]) {
  const published = { current: compileBots(botsDocument.parse({ bots })), refresh: async () => {} };
  const off = new Set<string | null>();
  const made: string[] = [];
  const crew = createCrew({
    bots: published,
    switches: {
      off,
      isOn: (id) => !off.has(null) && !off.has(id),
      set: async () => {},
      refresh: async () => {},
    },
    participants: {
      http: ({ id, version }) => {
        made.push(`${id} ${version}`);
        return { answer: () => Promise.reject(new Error('nobody asked')) };
      },
    },
  });
  const publish = (...next: object[]) => {
    published.current = compileBots(botsDocument.parse({ bots: next }));
    return crew.refresh();
  };
  return { crew, off, made, publish };
}

const ids = (bots: BotInForce[]): string[] => bots.map(({ id }) => id);

test('those speak that are live, switched on, and of a kind somebody can ask', () => {
  const mind = { ...bot('mind'), kind: 'llm', model: 'm' };
  const { crew, off } = crewOf(bot('one'), bot('two', { mode: 'shadow' }), mind, bot('four'));
  expect(ids(crew.speaking())).toEqual(['one', 'four']);
  off.add('one');
  expect(ids(crew.speaking())).toEqual(['four']);
  off.add(null);
  expect(crew.speaking()).toEqual([]);
});

test('[F9] the next in line goes on that may speak', () => {
  const line = [bot('one', { otherwise: 'two' }), bot('two', { otherwise: 'three' }), bot('three')];
  const { crew, off } = crewOf(...line);
  expect(crew.after('one')?.id).toBe('two');
  off.add('two');
  expect(crew.after('one')?.id).toBe('three');
  off.add('three');
  expect([crew.after('one'), crew.after('three'), crew.after('nobody')]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

test('one that is as it was keeps what it remembers; one that is another is made anew', async () => {
  const { crew, made, publish } = crewOf(bot('one'), bot('two'));
  const find = (id: string) => {
    const found = crew.get(id);
    return found && crew.participantOf(found);
  };
  const [one, two] = [find('one'), find('two')];
  await publish(bot('one'), bot('two', { name: 'Other' }));
  expect(find('one')).toBe(one);
  expect(find('two')).not.toBe(two);
  expect(made).toHaveLength(3);
});
