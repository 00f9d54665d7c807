import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deliver, otherWindow, wrongShapes } from '../test/window.ts';
import type { Handed } from './host/handover.ts';

const SHOP = 'https://shop.example.com';
const EVIL = 'https://evil.example';
const handed: Handed = {
  throughline: 'visitor',
  token: 't1',
  conversation: 'c1',
  draft: 'Half a',
  user: { id: '7', token: 'proof' },
  options: { accent: '#2f6b4f' },
};

const answer = (command: string, ..._: unknown[]): unknown =>
  command === 'handOver' ? Promise.resolve(handed) : undefined;
const chat = vi.fn(answer);
/** What the relay says about the origin that is named to it. */
const relay = vi.fn(async (asked: string) => ({
  ok: new URL(asked, SHOP).searchParams.get('origin') === SHOP,
}));
let opener = otherWindow();
beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  chat.mockClear();
  relay.mockClear();
  opener = otherWindow();
  vi.stubGlobal('Throughline', chat);
  vi.stubGlobal('fetch', relay);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The page is there and has asked whom it can. */
async function start(query: string, by: Window | null = opener): Promise<void> {
  vi.stubGlobal('opener', by);
  history.replaceState(null, '', `/chat/?${query}`);
  await import('./chat-page.ts');
  await vi.advanceTimersByTimeAsync(0);
}
const from = (origin: string) => `${new URLSearchParams({ site: 'shop', origin })}`;
const says = async (data: unknown, { source = opener as unknown, origin = SHOP } = {}) => {
  deliver({ source, origin, data });
  await vi.advanceTimersByTimeAsync(0);
};
const calls = (command: string) => chat.mock.calls.filter(([name]) => name === command);

/** Nobody was heard: what begins is a chat of its own. */
async function expectAlone(): Promise<void> {
  await vi.advanceTimersByTimeAsync(5000);
  expect(calls('init')).toEqual([
    [
      'init',
      {
        site: 'shop',
        mode: 'inline',
        container: 'main',
        storage: 'session',
        consent: 'granted',
      },
    ],
  ]);
  expect(chat.mock.calls).toHaveLength(1);
}

describe('opened by a page of the site', () => {
  test('it goes on as that page says, and proves it anew at every connect', async () => {
    await start(from(SHOP));
    expect(relay.mock.calls).toEqual([
      [`/v1/sites/shop?origin=${encodeURIComponent(SHOP)}`, { cache: 'no-store' }],
    ]);
    await says(handed);
    expect(calls('init')[0]?.[1]).toMatchObject({ site: 'shop', accent: '#2f6b4f' });
    expect(calls('become')).toEqual([
      ['become', { throughline: 'visitor', token: 't1', conversation: 'c1', draft: 'Half a' }],
    ]);
    const [, user] = calls('identify')[0] ?? [];
    const proof = (user as { token(): Promise<string> }).token();
    await says({ ...handed, user: { id: '7', token: 'newer' } });
    expect(await proof).toBe('newer');
  });

  test('there is nothing to write in before it goes on as that page says', async () => {
    const place = document.createElement('main');
    document.body.append(place);
    const gone = Promise.withResolvers<void>();
    chat.mockImplementation((command) => (command === 'become' ? gone.promise : undefined));
    await start(from(SHOP));
    expect(place.isConnected).toBe(true);
    await says(handed);
    expect(calls('become')).toHaveLength(1);
    expect(place.isConnected).toBe(false);
    gone.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(place.isConnected).toBe(true);
    place.remove();
    chat.mockImplementation(answer);
  });

  test('[MD-13] it speaks to that origin alone', async () => {
    await start(from(SHOP));
    await says(handed);
    const [, , begun] = calls('on')[0] ?? [];
    await (begun as () => Promise<void>)();
    expect(opener.postMessage.mock.calls).toEqual([
      [{ throughline: 'ready' }, SHOP],
      [handed, SHOP],
    ]);
  });

  test('[MD-13] another origin, and another window, are not heard', async () => {
    await start(from(SHOP));
    for (const origin of [EVIL, 'null', '', `${SHOP}.evil.example`]) await says(handed, { origin });
    await says(handed, { source: otherWindow() });
    await says(handed, { source: null });
    await expectAlone();
  });

  test.each(wrongShapes)('[MD-13] %s is not heard', async (_, data) => {
    await start(from(SHOP));
    await says(data);
    await expectAlone();
  });
});

describe('[MD-13] it is a chat of its own, and says nothing to anybody,', () => {
  test.each<[string, string, Window | null | undefined]>([
    ['if the site does not know the page that opened it', from(EVIL), undefined],
    ['if that page does not say who it is', 'site=shop', undefined],
    ['if nobody opened it', from(SHOP), null],
  ])('%s', async (_, query, by) => {
    await start(query, by);
    await says(handed, { origin: EVIL });
    await says(handed);
    expect(opener.postMessage).not.toHaveBeenCalled();
    await expectAlone();
  });

  test('if the relay does not answer', async () => {
    relay.mockRejectedValueOnce(new TypeError('offline'));
    await start(from(SHOP));
    await says(handed);
    expect(opener.postMessage).not.toHaveBeenCalled();
    await expectAlone();
  });
});
