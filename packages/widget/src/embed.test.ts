import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run, Widget } from './api.ts';
import type { WidgetOptions } from './options.ts';

const created: { options: WidgetOptions; calls: unknown[][]; destroyed: boolean }[] = [];

vi.mock('./widget.ts', () => ({
  createRun(options: WidgetOptions): Run {
    const record = { options, calls: [] as unknown[][], destroyed: false };
    created.push(record);
    return (command, ...args) => {
      if (command === 'dance') throw new TypeError('there is no "dance"');
      if (command === 'getState') return { open: false };
      if (command === 'destroy') record.destroyed = true;
      else record.calls.push([command, ...args]);
      return undefined;
    };
  },
}));

type Page = typeof globalThis & {
  Throughline?: ((...call: unknown[]) => unknown) & { q?: unknown[]; get?(name: string): Run };
};
const page = globalThis as Page;

/** Runs the script as a page would: with the tag that carries it. */
async function load(attributes: Record<string, string>): Promise<void> {
  const script = document.createElement('script');
  script.src = 'https://relay.example/sdk/v1/loader.js';
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  vi.spyOn(document, 'currentScript', 'get').mockReturnValue(script);
  vi.resetModules();
  await import('./embed.ts');
}

// Filled in by the build.
vi.stubGlobal('__PANEL__', '../0.1.0/panel.js');

beforeEach(() => {
  created.length = 0;
  delete page.Throughline;
});
afterEach(() => vi.restoreAllMocks());

describe('the script tag', () => {
  test('is all it takes: its attributes are options, its origin is the relay', async () => {
    await load({
      'data-throughline-site': 'shop',
      'data-throughline-accent': '#2f6b4f',
      'data-throughline-hide-launcher': '',
    });
    expect(created[0]?.options).toEqual({
      relay: 'https://relay.example',
      site: 'shop',
      accent: '#2f6b4f',
      hideLauncher: '',
    });
  });

  test('calls made before it has loaded are made now, in order', async () => {
    const queue: unknown[] = [];
    page.Throughline = Object.assign((...call: unknown[]) => void queue.push(call), { q: queue });
    page.Throughline('open');
    page.Throughline('identify', { name: 'Robin' });
    await load({ 'data-throughline-site': 'shop' });
    page.Throughline('close');
    expect(created[0]?.calls).toEqual([['open'], ['identify', { name: 'Robin' }], ['close']]);
  });

  test('a queue of arguments objects, as older snippets make, works as well', async () => {
    const queue: unknown[] = [];
    (function stub(..._: unknown[]) {
      // biome-ignore lint/complexity/noArguments: this is what such a snippet does.
      queue.push(arguments);
    })('open');
    page.Throughline = Object.assign(() => {}, { q: queue });
    await load({ 'data-throughline-site': 'shop' });
    expect(created[0]?.calls).toEqual([['open']]);
  });

  test('loaded twice, the first stays', async () => {
    await load({ 'data-throughline-site': 'shop' });
    const first = page.Throughline;
    await load({ 'data-throughline-site': 'shop' });
    expect(page.Throughline).toBe(first);
    expect(created).toHaveLength(1);
  });
});

describe('methods', () => {
  test('every call is one, of a named widget as well, and calls that came before are made first', async () => {
    page.Throughline = Object.assign(() => {}, { q: [['identify', { name: 'Robin' }]] });
    await load({ 'data-throughline-site': 'shop' });
    const chat = page.Throughline as unknown as Widget & { init(...call: unknown[]): void };
    chat.open('list');
    expect(chat.getState()).toEqual({ open: false });
    chat.init({ site: 'second', relay: 'https://relay.example' }, 'two');
    const second = page.Throughline?.get?.('two') as unknown as Widget;
    second.close();
    expect(created.map(({ calls }) => calls)).toEqual([
      [
        ['identify', { name: 'Robin' }],
        ['open', 'list'],
      ],
      [['close']],
    ]);
  });

  test('it is no promise, can be printed, and a mistake in one breaks nothing', async () => {
    await load({ 'data-throughline-site': 'shop' });
    const chat = page.Throughline as unknown as Record<string, () => void>;
    expect(await Promise.resolve(chat)).toBe(chat);
    expect(`${chat}`).toContain('native code');
    expect(created[0]?.calls).toEqual([]);
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    chat.dance?.();
    expect(report).toHaveBeenCalledOnce();
  });
});

describe('init', () => {
  test('in manual mode nothing happens before it, and calls wait for it', async () => {
    await load({ 'data-throughline-site': 'shop', 'data-throughline-mode': 'manual' });
    page.Throughline?.('open');
    expect(created).toHaveLength(0);
    page.Throughline?.('init', { theme: 'dark' });
    expect(created[0]).toMatchObject({
      options: { site: 'shop', theme: 'dark' },
      calls: [['open']],
    });
  });

  test('for the same site it is an update, which keeps listeners; for another it starts over', async () => {
    await load({ 'data-throughline-site': 'shop' });
    page.Throughline?.('init', { theme: 'dark' });
    expect(created).toHaveLength(1);
    expect(created[0]?.calls).toMatchObject([['update', { site: 'shop', theme: 'dark' }]]);
    page.Throughline?.('init', { site: 'other' });
    expect(created.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  });

  test('with a name it begins a second widget, which takes its own calls and no attributes', async () => {
    await load({ 'data-throughline-site': 'shop', 'data-throughline-accent': '#2f6b4f' });
    page.Throughline?.('init', { site: 'help' }, 'second');
    page.Throughline?.get?.('second')('open');
    page.Throughline?.('close');
    page.Throughline?.get?.('second')('destroy');
    expect(created).toMatchObject([
      { options: { site: 'shop' }, calls: [['close']], destroyed: false },
      {
        options: { relay: 'https://relay.example', site: 'help', name: 'second' },
        calls: [['open']],
        destroyed: true,
      },
    ]);
    expect(created[1]?.options).not.toHaveProperty('accent');
  });

  test('of a named widget may come after calls to it', async () => {
    await load({ 'data-throughline-site': 'shop' });
    page.Throughline?.get?.('second')('open');
    page.Throughline?.('init', { site: 'help' }, 'second');
    expect(created[1]?.calls).toEqual([['open']]);
  });

  test('after being destroyed twice, as strict frameworks do, it starts and stays', async () => {
    await load({ 'data-throughline-site': 'shop' });
    page.Throughline?.('destroy');
    page.Throughline?.('destroy');
    page.Throughline?.('init');
    expect(created.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  });
});

test('what a method returns is returned, and a mistake breaks nothing on the page', async () => {
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
  await load({ 'data-throughline-site': 'shop' });
  expect(page.Throughline?.('getState')).toEqual({ open: false });
  expect(page.Throughline?.('dance')).toBeUndefined();
  expect(String(report.mock.calls[0]?.[0])).toContain('there is no "dance"');
});
