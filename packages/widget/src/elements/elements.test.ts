import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Widget } from '../api.ts';
import type { WidgetOptions } from '../options.ts';
import type { ThroughlineChat } from './chat-element.ts';
import { define } from './define.ts';

interface Made {
  options: Partial<WidgetOptions>;
  calls: unknown[][];
  state: { open: boolean; unread: number };
  isGone: boolean;
  emit(type: string, event?: object): void;
  listening(): number;
}
const made: Made[] = [];

function fakeWidget(options: Partial<WidgetOptions>): Widget {
  if (options.site === 'wrong') throw new TypeError('no such site');
  const listeners: [string, (event: object) => void][] = [];
  const record: Made = {
    options,
    calls: [],
    state: { open: false, unread: 0 },
    isGone: false,
    listening: () => listeners.length,
    emit(type, event = {}) {
      for (const [name, then] of listeners) if (name === type) then(event);
    },
  };
  made.push(record);
  return {
    on: (name: string, then: () => void) => void listeners.push([name, then]),
    off: (name: string, then: () => void) =>
      void listeners.splice(
        listeners.findIndex((own) => own[0] === name && own[1] === then),
        1,
      ),
    update: (change: object) => void record.calls.push(['update', change]),
    toggle: () => void record.calls.push(['toggle']),
    getState: () => record.state,
    destroy() {
      record.isGone = true;
    },
  } as unknown as Widget;
}

define({ relay: 'https://relay.example', theme: 'dark' }, fakeWidget);

const settle = () => Promise.resolve();
/** Puts this on the page, and waits until its elements have settled. */
async function show(html: string): Promise<void> {
  document.body.innerHTML = html;
  await settle();
}
const chat = () => document.querySelector('throughline-chat') as ThroughlineChat;
const button = (at = 'throughline-launcher') =>
  document.querySelector(at)?.shadowRoot?.querySelector('button') as HTMLButtonElement;
const said = (element: Element) => [
  element.getAttribute('aria-label'),
  element.getAttribute('aria-expanded'),
  element.querySelector('[part="badge"]')?.textContent,
];
const asked = (options: Partial<WidgetOptions> | undefined) =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => name !== 'container'));

beforeEach(() => {
  made.length = 0;
  Reflect.deleteProperty(globalThis, 'Throughline');
});
afterEach(async () => {
  document.body.replaceChildren();
  await settle();
  vi.restoreAllMocks();
});

describe('<throughline-chat>', () => {
  test('is a widget with its attributes as options, over what the page says for all', async () => {
    await show(
      '<throughline-chat site="shop" mode="inline" hide-launcher offset-x="8" theme="light"></throughline-chat>',
    );
    expect(asked(made[0]?.options)).toEqual({
      relay: 'https://relay.example',
      site: 'shop',
      mode: 'inline',
      hideLauncher: '',
      offsetX: '8',
      theme: 'light',
    });
    expect(made[0]?.options.container).toBe(chat());
    expect(chat().widget).toBeDefined();
  });

  test('is destroyed when it leaves the page, and stays when it is only moved', async () => {
    await show('<throughline-chat site="shop"></throughline-chat><main></main>');
    document.querySelector('main')?.append(chat());
    await settle();
    expect(made.map(({ isGone }) => isGone)).toEqual([false]);
    const left = chat();
    left.remove();
    await settle();
    expect(made.map(({ isGone }) => isGone)).toEqual([true]);
    expect(left.widget).toBeUndefined();
  });

  test('an attribute that changes is one update; another site begins anew', async () => {
    await show('<throughline-chat site="shop"></throughline-chat>');
    chat().setAttribute('accent', '#2f6b4f');
    chat().setAttribute('language', 'de');
    await settle();
    expect(made[0]?.calls).toMatchObject([['update', { accent: '#2f6b4f', language: 'de' }]]);
    chat().setAttribute('site', 'help');
    await settle();
    expect(made.map(({ isGone, options }) => [options.site, isGone])).toEqual([
      ['shop', true],
      ['help', false],
    ]);
  });

  test('without a site it waits for one; with a wrong one the page stays and hears why', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    await show('<throughline-chat></throughline-chat>');
    expect(made).toEqual([]);
    chat().setAttribute('site', 'wrong');
    await settle();
    expect(String(report.mock.calls[0]?.[0])).toContain('no such site');
    chat().setAttribute('site', 'shop');
    await settle();
    expect(chat().widget).toBeDefined();
  });
});

describe('<throughline-launcher>', () => {
  test('toggles the chat, shows what is unread and says both to those who cannot see it', async () => {
    await show(
      '<throughline-launcher>Help</throughline-launcher><throughline-chat site="shop"></throughline-chat>',
    );
    expect(said(button())).toEqual(['Help', 'false', '']);
    button().click();
    expect(made[0]?.calls).toEqual([['toggle']]);
    made[0]?.emit('widget.opened');
    made[0]?.emit('unread.changed', { count: 3 });
    expect(said(button())).toEqual(['Help (3)', 'true', '3']);
    made[0]?.emit('widget.closed');
    made[0]?.emit('unread.changed', { count: 120 });
    expect(said(button())).toEqual(['Help (120)', 'false', '99+']);
    made[0]?.emit('unread.changed', { count: 0 });
    expect(said(button())).toEqual(['Help', 'false', '']);
  });

  test('follows the element to its next widget, with what that one says', async () => {
    await show(
      '<throughline-chat site="shop"></throughline-chat><throughline-launcher label="Talk"></throughline-launcher>',
    );
    made[0]?.emit('unread.changed', { count: 3 });
    chat().setAttribute('site', 'help');
    await settle();
    made[0]?.emit('unread.changed', { count: 9 });
    expect(said(button())).toEqual(['Talk', 'false', '']);
    button().click();
    expect(made.map(({ calls }) => calls)).toEqual([[], [['toggle']]]);
  });

  test('leaves no listener behind, however often it comes and goes', async () => {
    await show(
      '<throughline-chat site="shop"></throughline-chat><throughline-launcher></throughline-launcher>',
    );
    const launcher = document.querySelector('throughline-launcher') as HTMLElement;
    const before = made[0]?.listening();
    for (let i = 0; i < 3; i++) {
      launcher.remove();
      document.body.append(launcher);
      launcher.setAttribute('label', `Talk ${i}`);
      await settle();
    }
    expect(made[0]?.listening()).toBe(before);
    launcher.remove();
    await settle();
    expect(made[0]?.listening()).toBe(0);
  });

  test('speaks to the element it names', async () => {
    await show(
      '<throughline-chat site="shop"></throughline-chat><throughline-chat id="help" site="help"></throughline-chat><throughline-launcher for="help"></throughline-launcher>',
    );
    button().click();
    expect(made.map(({ calls }) => calls)).toEqual([[], [['toggle']]]);
    document.querySelector('#help')?.remove();
    await settle();
    button().click();
    expect(made.map(({ calls }) => calls)).toEqual([[], [['toggle']]]);
  });

  test('without an element it speaks to the script tag’s widget, which may still be on its way', async () => {
    await show('<throughline-launcher></throughline-launcher>');
    button().click();
    const { q } = (globalThis as unknown as { Throughline: { q: unknown[][] } }).Throughline;
    expect(q.filter(([command]) => command !== 'on')).toEqual([['getState'], ['toggle']]);
  });
});

test('defining them again, or where a name is taken, changes nothing', () => {
  const before = customElements.get('throughline-chat');
  define({}, fakeWidget);
  expect(customElements.get('throughline-chat')).toBe(before);
});

test('where there are no elements at all, nothing happens', () => {
  vi.stubGlobal('customElements', undefined);
  expect(() => define({}, fakeWidget)).not.toThrow();
  vi.unstubAllGlobals();
});
