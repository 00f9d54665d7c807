import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPersist } from './persist.ts';

const entry = (id: string) => ({
  name: 'message:send' as const,
  input: { id, conversation: 'c1', text: 'hello' },
  at: 1,
  state: 'queued' as const,
});

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

describe('before the visitor writes', () => {
  test('nothing is stored, and everything works in memory', () => {
    const persist = openPersist('shop', 'persistent');
    persist.keep({ token: 't' });
    persist.putEntry(entry('1'));
    persist.setNote('draft:new', 'Dear shop');
    expect(localStorage).toHaveLength(0);
    expect(persist.read().token).toBe('t');
    expect(persist.note('draft:new')).toBe('Dear shop');
  });

  test('[PR-02] once allowed, what was held in memory is stored as well', () => {
    const persist = openPersist('shop', 'persistent');
    persist.keep({ token: 't' });
    persist.putEntry(entry('1'));
    persist.allow();
    const again = openPersist('shop', 'persistent');
    expect(again.allowed).toBe(true);
    expect(again.read().token).toBe('t');
    expect(again.entries()).toEqual([entry('1')]);
  });
});

describe('one browser is one visitor', () => {
  const tabs = () =>
    [openPersist('shop', 'persistent'), openPersist('shop', 'persistent')] as const;
  const heard = (newValue: string | null) =>
    window.dispatchEvent(new StorageEvent('storage', { key: 'throughline:shop', newValue }));

  test('the tab that writes second is whom the first made known', () => {
    const [one, two] = tabs();
    one.keep({ token: 'one' });
    two.keep({ token: 'two' });
    expect(one.allow()).toBe(false);
    expect(two.allow()).toBe(true);
    expect(two.read().token).toBe('one');
    expect(openPersist('shop', 'persistent').read().token).toBe('one');
  });

  test('a tab that only looks hears of it at once', () => {
    const [one, two] = tabs();
    two.keep({ token: 'two' });
    let told = 0;
    const undo = two.onTakeOver(() => {
      told += 1;
    });
    one.keep({ token: 'one' });
    one.allow();
    heard('…');
    expect([told, two.read().token, two.allowed]).toEqual([1, 'one', true]);
    heard('…');
    undo();
    one.clear();
    heard(null);
    expect(told).toBe(1);
  });

  test('what one tab was told of the visitor the other one knows', () => {
    const [one, two] = tabs();
    one.keep({ token: 'one', attributes: 'free' });
    one.allow();
    two.takeOver();
    const undo = two.onTakeOver(() => expect.unreachable());
    one.keep({ attributes: 'pro' });
    heard('…');
    undo();
    expect(two.read()).toMatchObject({ token: 'one', attributes: 'pro' });
  });

  test('words sent in one tab are no draft in the other, unless somebody went on with them there', () => {
    const [one, two] = tabs();
    const undo = two.onTakeOver(() => {});
    one.setNote('draft:new', 'Dear shop');
    one.setNote('draft:c1', 'Thank');
    one.keep({ token: 'one' });
    one.allow();
    heard('{}');
    expect(two.note('draft:new')).toBe('Dear shop');
    two.setNote('draft:c1', 'Thank you');
    for (const [name, oldValue] of Object.entries({ new: 'Dear shop', c1: 'Thank' })) {
      one.setNote(`draft:${name}`, '');
      const key = `throughline:shop:draft:${name}`;
      window.dispatchEvent(new StorageEvent('storage', { key, oldValue, newValue: null }));
    }
    undo();
    expect(two.note('draft:new')).toBe('');
    expect(two.note('draft:c1')).toBe('Thank you');
  });

  test('logged out in one tab, the other keeps nothing of that visitor', () => {
    const [one, two] = tabs();
    one.keep({ token: 'one' });
    one.allow();
    two.takeOver();
    two.setNote('draft:c1', 'Dear shop');
    one.clear();
    expect(two.takeOver()).toBe(true);
    expect([two.read(), two.note('draft:c1'), two.entries(), two.allowed]).toEqual([
      {},
      '',
      [],
      false,
    ]);
  });

  test('a browser without storage is left alone', () => {
    const persist = openPersist('shop', 'none');
    persist.keep({ token: 't' });
    persist.allow();
    expect(persist.takeOver()).toBe(false);
    expect(persist.read().token).toBe('t');
  });
});

describe('[P16] a reload loses nothing', () => {
  test('unsent commands come back in the order in which they were asked for', () => {
    const persist = openPersist('shop', 'persistent');
    persist.allow();
    for (const id of ['01-a', '03-c', '02-b']) persist.putEntry(entry(id));
    persist.removeEntry('01-a');
    expect(
      openPersist('shop', 'persistent')
        .entries()
        .map((e) => e.input.id),
    ).toEqual(['02-b', '03-c']);
  });

  test('two tabs never write over each other, and each finds what the other left', () => {
    const [one, two] = [openPersist('shop', 'persistent'), openPersist('shop', 'persistent')];
    one.allow();
    two.allow();
    one.putEntry(entry('01'));
    two.putEntry(entry('02'));
    expect(one.entries().map((e) => e.input.id)).toEqual(['01', '02']);
    two.removeEntry('02');
    expect(openPersist('shop', 'persistent').entries()).toHaveLength(1);
  });

  test('what another program broke is skipped', () => {
    const persist = openPersist('shop', 'persistent');
    persist.allow();
    persist.keep({ token: 't' });
    localStorage.setItem('throughline:shop:out:1', '{"name":');
    localStorage.setItem('throughline:shop', '[');
    const again = openPersist('shop', 'persistent');
    expect(again.entries()).toEqual([]);
    expect(again.read()).toEqual({});
  });
});

describe('a storage that fails costs durability and nothing else', () => {
  test('[PR-04] denied: everything stays in memory', () => {
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const persist = openPersist('shop', 'persistent');
    persist.allow();
    persist.putEntry(entry('1'));
    expect(persist.durable).toBe(false);
    expect(persist.entries()).toHaveLength(1);
  });

  test('[PR-04] full: the command is kept in memory', () => {
    const persist = openPersist('shop', 'persistent');
    persist.allow();
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    persist.putEntry(entry('1'));
    expect(persist.durable).toBe(false);
    expect(persist.entries()).toHaveLength(1);
  });
});

test('[PR-02] kinds: session ends with the tab, none leaves no trace', () => {
  const session = openPersist('shop', 'session');
  session.allow();
  session.keep({ token: 's' });
  expect(sessionStorage.getItem('throughline:shop')).toContain('"s"');
  const none = openPersist('shop', 'none');
  none.allow();
  none.keep({ token: 'n' });
  expect(localStorage).toHaveLength(0);
  sessionStorage.clear();
});

test('clear removes everything of this site and nothing of another, or of the page', () => {
  localStorage.setItem('cart', '3');
  for (const site of ['shop', 'shop-two']) {
    const persist = openPersist(site, 'persistent');
    persist.allow();
    persist.keep({ token: site });
    persist.putEntry(entry('1'));
    persist.setNote('draft:new', 'words');
  }
  openPersist('shop', 'persistent').clear();
  expect(Object.keys(localStorage).sort()).toEqual([
    'cart',
    'throughline:shop-two',
    'throughline:shop-two:draft:new',
    'throughline:shop-two:out:1',
  ]);
});

test('moved to memory and back, it keeps what it held, and stores it once allowed anew', () => {
  const persist = openPersist('shop', 'persistent');
  persist.keep({ token: 't' });
  persist.allow();
  localStorage.clear();
  persist.keepIn('none');
  persist.allow();
  persist.setNote('new', 'Dear shop');
  expect(localStorage).toHaveLength(0);
  expect(persist.read().token).toBe('t');
  persist.keepIn('persistent');
  persist.allow();
  expect(openPersist('shop', 'persistent').note('new')).toBe('Dear shop');
});
