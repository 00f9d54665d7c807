import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from './api.ts';
import { happened, type PageEvent } from './events.ts';
import type { WidgetOptions } from './options.ts';
import type { PanelFile } from './panel.tsx';
import { createRun } from './widget.ts';

const options: WidgetOptions = { site: 'shop', relay: 'https://relay.example' };

/** A panel that only remembers what it was told. */
function createFakePanel() {
  const calls: unknown[][] = [];
  let open = false;
  const mountPanel: PanelFile['mountPanel'] = ({ emitter }) => ({
    run(command, ...args) {
      if (command === 'getState')
        return { open, status: 'online', unread: 2, contact: 'me', conversations: [] };
      calls.push([command, ...args]);
      const isChange = /open|close/.test(command);
      if (isChange) open = command === 'open';
      if (command === 'open')
        emitter.emit('widget.opened', happened('widget.opened', { trigger: 'api', view: 'list' }));
      if (command === 'close')
        emitter.emit('widget.closed', happened('widget.closed', { openMs: 1, view: 'list' }));
      return command;
    },
    update: (now) => void calls.push(['update', now]),
    destroy: () => void calls.push(['destroy']),
  });
  return { calls, mountPanel };
}

const button = () =>
  document.querySelector('throughline-widget')?.shadowRoot?.querySelector('button');
const flush = () => new Promise((resolve) => setTimeout(resolve));

let run: Run;
let panel: ReturnType<typeof createFakePanel>;
let loads: number;
const begin = (more: Partial<WidgetOptions> = {}) => {
  run = createRun({ ...options, ...more }, async () => {
    loads += 1;
    return panel;
  });
};

beforeEach(() => {
  localStorage.clear();
  panel = createFakePanel();
  loads = 0;
});
afterEach(() => {
  run?.('destroy');
  vi.useRealTimers();
});

describe('at first there is a button and nothing else', () => {
  test('it has a name, and nothing is loaded or stored', async () => {
    begin();
    await flush();
    expect(button()?.getAttribute('aria-label')).toBe('Open chat');
    expect(button()?.getAttribute('aria-expanded')).toBe('false');
    expect(loads).toBe(0);
    expect(localStorage).toHaveLength(0);
  });

  test('somebody about to click has it loaded once, and a click uses it', async () => {
    begin();
    button()?.dispatchEvent(new Event('pointerenter'));
    button()?.dispatchEvent(new Event('focus'));
    button()?.click();
    await flush();
    expect(loads).toBe(1);
    expect(panel.calls).toEqual([['toggle', 'launcher']]);
  });

  test('a visitor who wrote before has it loaded when the page is idle', async () => {
    vi.useFakeTimers();
    localStorage.setItem('throughline:shop', '{}');
    begin();
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(1);
    vi.useRealTimers();
  });

  test('its first name is the page’s, and the whole window hears that it is there', async () => {
    const heard = vi.fn();
    window.addEventListener('throughline:ready', heard, { once: true });
    begin({ texts: { open: 'Frag uns' } });
    await flush();
    expect(button()?.getAttribute('aria-label')).toBe('Frag uns');
    expect(heard).toHaveBeenCalledOnce();
  });

  test('options for its look reach it', () => {
    begin({ accent: '#123456', position: 'left', hideLauncher: true });
    const host = document.querySelector<HTMLElement>('throughline-widget');
    expect(host?.style.getPropertyValue('--throughline-accent')).toBe('#123456');
    expect(host?.dir).toBe('rtl');
    expect(button()?.hidden).toBe(true);
    run('showLauncher');
    expect(button()?.hidden).toBe(false);
  });
});

describe('calls work at once and in order', () => {
  test('who is named behind a logout is not logged out by it', async () => {
    begin();
    run('track', 'seen');
    run('logout');
    run('identify', { id: 'bob' });
    await flush();
    expect(panel.calls).toEqual([['track', 'seen'], ['logout'], ['identify', { id: 'bob' }]]);
  });

  test('what needs the panel loads it; what is about the visitor waits for it', async () => {
    begin();
    run('identify', { name: 'Robin' });
    run('setAttributes', { plan: 'pro' });
    await flush();
    expect(loads).toBe(0);
    run('open', { conversation: 'c1' });
    run('track', 'seen', { n: 1 });
    await flush();
    expect(panel.calls).toEqual([
      ['identify', { name: 'Robin' }],
      ['setAttributes', { plan: 'pro' }],
      ['track', 'seen', { n: 1 }],
      ['open', { conversation: 'c1' }],
    ]);
    expect(run('getState')).toMatchObject({ open: true, unread: 2 });
  });

  test('before anything is loaded there is a state all the same', () => {
    begin();
    expect(run('getState')).toEqual({
      open: false,
      status: 'idle',
      unread: 0,
      contact: null,
      conversations: [],
    });
  });

  test('the document hears when the widget is there, once for each', async () => {
    const heard = vi.fn();
    document.addEventListener('throughline:ready', heard);
    begin();
    await flush();
    document.removeEventListener('throughline:ready', heard);
    expect(heard.mock.calls.map(([event]) => event.target)).toEqual([document]);
  });

  test('events: ready, opened and closed; on hands back its undo, once fires once', async () => {
    begin();
    const heard: string[] = [];
    run('once', 'ready', () => heard.push('ready'));
    const stop = run('on', 'widget.opened', () => heard.push('opened')) as () => void;
    run('on', 'widget.closed', () => heard.push('closed'));
    run('open');
    await flush();
    run('close');
    stop();
    run('open');
    await flush();
    expect(heard).toEqual(['ready', 'opened', 'closed']);
  });

  test('closed in the breath that opened it, it stays closed', async () => {
    begin();
    run('open');
    run('close');
    await flush();
    expect(run('getState')).toMatchObject({ open: false });
    expect(panel.calls).toEqual([['open'], ['close']]);
  });

  test('update reaches button and panel', async () => {
    begin();
    run('open');
    await flush();
    run('update', { accent: '#654321', theme: 'dark' });
    expect(panel.calls.at(-1)).toMatchObject([
      'update',
      { ...options, accent: '#654321', theme: 'dark' },
    ]);
  });
});

describe('when the panel is fetched', () => {
  const intend = () => button()?.dispatchEvent(new Event('pointerenter'));
  const wrote = () => localStorage.setItem('throughline:shop', '{}');

  test.each([
    ['immediate', 1, 1],
    ['idle', 0, 1],
    ['interaction', 0, 0],
    ['manual', 0, 0],
  ] as const)('%s: at once %i, once the page is idle %i', async (defer, atOnce, later) => {
    vi.useFakeTimers();
    begin({ defer });
    await vi.advanceTimersByTimeAsync(0);
    expect(loads).toBe(atOnce);
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(later);
  });

  test('manual waits for a click or a call, whoever was here and whatever the pointer does', async () => {
    vi.useFakeTimers();
    wrote();
    begin({ defer: 'manual' });
    intend();
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(0);
    run('open');
    expect(loads).toBe(1);
  });

  test('[PR-01] while consent is required, storage is not looked at and a pointer fetches nothing', async () => {
    vi.useFakeTimers();
    wrote();
    const read = vi.spyOn(Storage.prototype, 'getItem');
    begin({ consent: 'required', defer: 'immediate' });
    intend();
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(0);
    expect(read).not.toHaveBeenCalled();
    run('setConsent', 'granted');
    await vi.advanceTimersByTimeAsync(0);
    expect(loads).toBe(1);
    read.mockRestore();
  });

  test('[PR-03] consent that is denied fetches what removes what was kept, and only then', async () => {
    vi.useFakeTimers();
    begin({ consent: 'denied' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(0);
    run('destroy');
    wrote();
    begin({ consent: 'denied' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(loads).toBe(1);
  });
});

describe('elements of the page', () => {
  const click = (html: string) => {
    document.body.innerHTML = html;
    const target = document.body.querySelector<HTMLElement>('[data-at]');
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, composed: true });
    target?.dispatchEvent(event);
    return event;
  };
  afterEach(() => document.body.replaceChildren());

  test.each([
    ['<a href="/help" data-throughline-open><b data-at></b></a>', [['open', '']]],
    ['<button data-at data-throughline-open="list"></button>', [['open', 'list']]],
    [
      '<i data-at data-throughline-open data-throughline-draft="Hi"></i>',
      [['newConversation', { draft: 'Hi' }]],
    ],
    [
      '<i data-at data-throughline-track="seen" data-throughline-open></i>',
      [
        ['track', 'seen'],
        ['open', ''],
      ],
    ],
  ])('%s', async (html, calls) => {
    begin();
    expect(click(html).defaultPrevented).toBe(true);
    await flush();
    expect(panel.calls).toEqual(calls);
  });

  test('that only tell something keep what a click does, and fetch nothing', async () => {
    begin();
    expect(click('<a data-at data-throughline-track="seen"></a>').defaultPrevented).toBe(false);
    await flush();
    expect(loads).toBe(0);
  });

  test('put the chat away', () => {
    begin();
    click('<i data-at data-throughline-hide></i>');
    expect(button()?.hidden).toBe(true);
  });

  test('are for the widget without a name', async () => {
    begin({ name: 'second' });
    click('<i data-at data-throughline-open></i>');
    await flush();
    expect(loads).toBe(0);
  });
});

describe('a panel that cannot be loaded', () => {
  test('is told at once, as an event without an id, and tried again at the next call', async () => {
    let isBroken = true;
    run = createRun(options, async () => {
      if (isBroken) throw new Error('offline');
      return panel;
    });
    const errors: PageEvent[] = [];
    run('on', 'widget.error', (event: PageEvent) => errors.push(event));
    run('open');
    await flush();
    const data = { code: 'load_failed', message: 'Error: offline', fatal: true };
    expect(errors).toMatchObject([{ id: '', type: 'widget.error', data }]);
    isBroken = false;
    run('open');
    await flush();
    expect(panel.calls).toEqual([['open']]);
  });
});

describe('destroy', () => {
  test('leaves no node, and no panel that comes too late', async () => {
    begin();
    run('open');
    run('destroy');
    await flush();
    expect(document.querySelector('throughline-widget')).toBeNull();
    expect(panel.calls).toEqual([]);
  });

  test('leaves no listener and no timer: every one that was added is gone', async () => {
    vi.useFakeTimers();
    localStorage.setItem('throughline:shop', '{}');
    const left = new Set<string>();
    const add = vi.spyOn(EventTarget.prototype, 'addEventListener');
    add.mockImplementation(function (this: EventTarget, ...[name, , how]) {
      // What hangs on its own nodes goes with them.
      if (this !== document && this !== window) return;
      left.add(name);
      const { signal } = how as AddEventListenerOptions;
      if (signal) signal.onabort = () => left.delete(name);
    });
    begin();
    expect([...left]).toEqual(['click']);
    expect(vi.getTimerCount()).toBe(1);
    run('destroy');
    expect([...left]).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    begin();
    run('open');
    expect(vi.getTimerCount()).toBe(1);
    run('destroy');
    expect(vi.getTimerCount()).toBe(0);
    add.mockRestore();
  });

  test('is for good: later calls do nothing, and nothing throws', async () => {
    begin();
    run('destroy');
    expect(run('open')).toBeUndefined();
    await flush();
    expect(loads).toBe(0);
  });

  test('a hundred times on and off leaves the page as it was', async () => {
    const before = document.body.childElementCount;
    for (let i = 0; i < 100; i++) {
      begin();
      run('open');
      await flush();
      run('destroy');
    }
    expect(document.body.childElementCount).toBe(before);
    expect(panel.calls.filter(([name]) => name === 'destroy')).toHaveLength(100);
  });

  test('two widgets on one page know nothing of each other', async () => {
    begin();
    const other = createRun({ ...options, site: 'other' }, async () => createFakePanel());
    run('open');
    await flush();
    expect(run('getState')).toMatchObject({ open: true });
    expect(other('getState')).toMatchObject({ open: false });
    other('destroy');
    expect(document.querySelectorAll('throughline-widget')).toHaveLength(1);
  });
});
