import { describe, expect, it } from 'vitest';
import { id } from '../../test/desk.ts';
import { formatRoute, isHome, parseRoute } from './route.ts';
import { defaultSettings, parseSettings } from './settings.ts';
import { createStorage } from './storage.ts';

describe('routes', () => {
  it.each([
    { place: null, view: 'mine' as const, conversation: null, query: '' },
    { place: null, view: 'resolved' as const, conversation: id(7), query: 'two words & more' },
  ])('%# come back as they were written', (route) => {
    expect(parseRoute(new URL(formatRoute(route), 'http://x.example'))).toEqual(route);
  });

  it.each(['/console/', '/console', '/console/nonsense/x', '/console/__proto__', '/'])(
    '%s leads to the own conversations',
    (path) => {
      expect(parseRoute(new URL(path, 'http://x.example'))).toEqual({
        place: null,
        view: 'mine',
        conversation: null,
        query: '',
      });
    },
  );

  it.each(['..%2f..%2fv1', 'nope', '-'.repeat(36)])('take no %s for a conversation', (id) => {
    const route = parseRoute(new URL(`/console/all/${id}`, 'http://x.example'));
    expect(route.conversation).toBeNull();
  });

  it('tell an address that leaves open where to begin', () => {
    const found = ['/console', '/console/', '/console/bogus/path', '/console/mine'].map(
      (pathname) => isHome({ pathname }),
    );
    expect(found).toEqual([true, true, true, false]);
  });
});

describe('settings', () => {
  it('come back as they were kept', () => {
    const settings = { ...defaultSettings, theme: 'dark' as const, sound: false };
    expect(parseSettings(JSON.stringify(settings))).toEqual(settings);
  });

  it.each([null, '', 'not json', 'null', '[]', '{"theme":"pink","sound":"loud"}'])(
    'bear %s',
    (text) => {
      expect(parseSettings(text)).toEqual(defaultSettings);
    },
  );
});

describe('storage', () => {
  it('does without, when the browser forbids it', () => {
    const storage = createStorage(() => {
      throw new Error('forbidden');
    });
    storage.write('a', 'b');
    expect(storage.read('a')).toBeNull();
    expect(storage.keys('')).toEqual([]);
  });

  it('keeps, lists and removes under its own prefix', () => {
    const storage = createStorage(() => localStorage);
    localStorage.setItem('foreign', 'x');
    storage.write('draft.1', 'a');
    storage.write('draft.2', 'b');
    expect(storage.keys('draft.').sort()).toEqual(['draft.1', 'draft.2']);
    storage.write('draft.1', null);
    expect(storage.keys('')).toEqual(['draft.2']);
  });
});
