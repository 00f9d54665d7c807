import { describe, expect, it } from 'vitest';
import { id, testDesk } from '../../test/desk.ts';
import { formatPlace, isSamePlace, type Place, parsePlace, placeOf } from './place.ts';
import { isHome } from './route.ts';

const parse = (path: string) => parsePlace(new URL(path, 'http://x.example'));
const endpoint = (more: object = {}): Place =>
  ({ page: 'endpoints', endpoint: id(1), state: null, delivery: null, ...more }) as Place;

describe('places', () => {
  it.each<Place>([
    placeOf('events'),
    placeOf('endpoints'),
    placeOf('keys'),
    { page: 'events', types: ['message.*', 'test.event'], contact: id(1), conversation: id(2) },
    endpoint({ endpoint: 'new' }),
    endpoint(),
    endpoint({ state: 'dead', delivery: 12 }),
  ])('%j come back as they were written', (place) => {
    expect(parse(formatPlace(place))).toEqual(place);
    expect(isHome(new URL(formatPlace(place), 'http://x.example'))).toBe(false);
  });

  it('take nothing from an address the relay would refuse', () => {
    expect(parse('/console/events?types=a.*.b,<x>,message.*&contact=x&conversation=1')).toEqual({
      page: 'events',
      types: ['message.*'],
      contact: null,
      conversation: null,
    });
    expect(parse('/console/endpoints/..%2fkeys/3?state=x')).toEqual(placeOf('endpoints'));
    expect(parse(`/console/endpoints/${id(1)}/-3?state=__proto__`)).toEqual(endpoint());
    expect(parse('/console/mine')).toBeNull();
  });

  it('are steps of the history, filters are not', () => {
    expect(isSamePlace(placeOf('events'), placeOf('keys'))).toBe(false);
    expect(isSamePlace(endpoint(), endpoint({ delivery: 1 }))).toBe(false);
    expect(isSamePlace(endpoint({ delivery: 2 }), endpoint({ delivery: 1 }))).toBe(true);
    expect(isSamePlace(endpoint(), endpoint({ state: 'dead' }))).toBe(true);
    expect(isSamePlace(placeOf('events'), null)).toBe(false);
  });
});

it('a page takes the place of the inbox, and the inbox that of the page', async () => {
  const test = testDesk({ route: { conversation: id(1) } });
  await test.online();
  const { go, store } = test.desk;
  go.place(placeOf('keys'));
  expect(store.getState().route).toMatchObject({ place: { page: 'keys' }, conversation: null });
  go.open(id(2));
  expect(store.getState().route).toMatchObject({ place: null, conversation: id(2) });
  go.place(placeOf('keys'));
  go.view('mine');
  expect(store.getState().route).toMatchObject({ place: null, view: 'mine' });
});
