import { expect, test } from 'vitest';
import { createStandings } from './standings.ts';

const standing = (contact: string, place: number | null) => ({
  ...{ conversation: `of ${contact}`, contact, place, range: undefined },
  ...{ promises: [], broken: null },
});

/** Who stands where, and what anybody was told of it. */
function stage(places: Record<string, number | null>) {
  const told: unknown[] = [];
  const standings = createStandings((room, message) =>
    told.push([room, message.kind === 'standing' && message.waits.map(({ place }) => place)]),
  );
  standings.learn((contacts) =>
    [...contacts].flatMap((it) => (it in places ? [standing(it, places[it] ?? null)] : [])),
  );
  const tell = (...here: string[]) => {
    standings.tell(here);
    return told.splice(0);
  };
  return { standings, places, tell };
}

test('who is here is told once, and again where it is another place', () => {
  const { places, tell } = stage({ eve: 1, bob: 2 });
  expect(tell('eve')).toEqual([['contact:eve', [1]]]);
  expect(tell('eve', 'bob', 'nobody')).toEqual([['contact:bob', [2]]]);
  places.bob = 1;
  expect(tell('eve', 'bob')).toEqual([['contact:bob', [1]]]);
  places.bob = null;
  expect(tell('eve', 'bob')).toEqual([['contact:bob', []]]);
  expect(tell('eve', 'bob')).toEqual([]);
});

test('who comes is told what is so now, whoever was here before', () => {
  const { standings, places, tell } = stage({ eve: 2 });
  tell();
  expect(standings.of('eve')).toMatchObject({ waits: [{ place: 2 }] });
  places.eve = 1;
  expect(standings.of('eve')).toMatchObject({ waits: [{ place: 1 }] });
  expect(standings.of('nobody')).toBeUndefined();
});
