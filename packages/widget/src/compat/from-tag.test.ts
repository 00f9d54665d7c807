import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chatFromTag } from './from-tag.ts';

type Global = ((...call: unknown[]) => unknown) & { q?: unknown[]; src?: string; get?: () => void };
const page = globalThis as { Throughline?: Global };

/** A loader that does nothing, so that what waits for it can be seen. */
vi.mock('https://relay.example/sdk/v1/loader.js', () => ({}));

function load(attributes: Record<string, string> = {}) {
  const script = document.createElement('script');
  script.src = 'https://relay.example/sdk/v1/compat/crisp.js';
  for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
  vi.spyOn(document, 'currentScript', 'get').mockReturnValue(script);
  return chatFromTag();
}

beforeEach(() => {
  delete page.Throughline;
});
afterEach(() => vi.restoreAllMocks());

test('the site of the tag counts, its attributes begin the widget, and what follows is an update', () => {
  const chat = load({ 'data-throughline-site': 'shop', 'data-throughline-accent': '#2f6b4f' });
  chat.apply({ position: 'left' }, 'abc12345');
  chat.apply({ hideLauncher: true });
  expect(page.Throughline?.q).toEqual([
    ['init', { site: 'shop', accent: '#2f6b4f', position: 'left' }],
    ['update', { hideLauncher: true }],
  ]);
});

test('without one, the id that the vendor’s call names is the site', () => {
  const chat = load();
  expect(chat.isHere).toBe(false);
  chat.run('open');
  chat.apply({ position: 'left' });
  chat.apply({}, 'shop');
  expect(page.Throughline?.q).toEqual([
    ['open'],
    ['update', { position: 'left' }],
    ['init', { site: 'shop' }],
  ]);
});

test('calls wait for the loader beside the script, in the queue of the page if it has one', () => {
  const q: unknown[] = [['identify', { name: 'Robin' }]];
  page.Throughline = Object.assign(() => {}, { q });
  load({ 'data-throughline-site': 'shop' });
  expect(page.Throughline.q).toBe(q);
  expect(page.Throughline.src).toBe('https://relay.example/sdk/v1/loader.js');
});

test('reads before it has loaded answer nothing and leave nothing waiting', () => {
  const chat = load({ 'data-throughline-site': 'shop' });
  expect(chat.run('getState')).toBeUndefined();
  expect(page.Throughline?.q).toEqual([]);
});

test('a widget that is there already is spoken to, and nothing is fetched', () => {
  const calls: unknown[] = [];
  page.Throughline = Object.assign((...call: unknown[]) => calls.push(call), {
    get: () => {},
  });
  const chat = load({ 'data-throughline-site': 'shop' });
  chat.run('open');
  expect(calls).toEqual([['open']]);
  expect(page.Throughline.src).toBeUndefined();
});
