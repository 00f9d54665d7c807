import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from './client.ts';
import { happened, type PageEvent } from './events.ts';
import type { WidgetOptions } from './options.ts';
import type { MountPanel } from './panel.tsx';
import { createWidget, type Widget } from './widget.ts';

const options: WidgetOptions = { site: 'shop', relay: 'https://relay.example' };

/** A panel that only remembers what it was told. */
function createFakePanel() {
  const calls: unknown[][] = [];
  let open = false;
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args]);
  const client = new Proxy({}, { get: (_, name) => note(`client.${String(name)}`) }) as Client;
  const mount: MountPanel = ({ emitter }) => ({
    client,
    open(target) {
      open = true;
      calls.push(['open', target]);
      emitter.emit('widget.opened', happened('widget.opened', { trigger: 'api', view: 'list' }));
    },
    close() {
      open = false;
      emitter.emit('widget.closed', happened('widget.closed', { openMs: 1, view: 'list' }));
    },
    toggle: note('toggle'),
    newConversation: note('newConversation'),
    sendMessage: note('sendMessage'),
    logout: note('logout'),
    getState: () => ({ open, status: 'online', unread: 2, contact: 'me', conversations: [] }),
    update: note('update'),
    destroy: note('destroy'),
  });
  return { calls, mount };
}

const button = () =>
  document.querySelector('throughline-widget')?.shadowRoot?.querySelector('button');
const flush = () => new Promise((resolve) => setTimeout(resolve));

let widget: Widget;
let panel: ReturnType<typeof createFakePanel>;
let loads: number;
const begin = (more: Partial<WidgetOptions> = {}) => {
  widget = createWidget({ ...options, ...more }, async () => {
    loads += 1;
    return panel.mount;
  });
};

beforeEach(() => {
  localStorage.clear();
  panel = createFakePanel();
  loads = 0;
});
afterEach(() => widget?.destroy());

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

  test('options for its look reach it', () => {
    begin({ accent: '#123456', position: 'left', hideLauncher: true });
    const host = document.querySelector<HTMLElement>('throughline-widget');
    expect(host?.style.getPropertyValue('--throughline-accent')).toBe('#123456');
    expect(host?.dataset.position).toBe('left');
    expect(button()?.hidden).toBe(true);
    widget.showLauncher();
    expect(button()?.hidden).toBe(false);
  });
});

describe('calls work at once and in order', () => {
  test('what needs the panel loads it; what is about the visitor waits for it', async () => {
    begin();
    widget.identify({ name: 'Robin' });
    widget.setAttributes({ plan: 'pro' });
    await flush();
    expect(loads).toBe(0);
    widget.open({ conversation: 'c1' });
    widget.track('seen', { n: 1 });
    await flush();
    expect(panel.calls).toEqual([
      ['client.identify', { name: 'Robin' }],
      ['client.setAttributes', { plan: 'pro' }],
      ['client.track', 'seen', { n: 1 }],
      ['open', { conversation: 'c1' }],
    ]);
    expect(widget.getState()).toMatchObject({ open: true, unread: 2 });
  });

  test('before anything is loaded there is a state all the same', () => {
    begin();
    expect(widget.getState()).toEqual({
      open: false,
      status: 'idle',
      unread: 0,
      contact: null,
      conversations: [],
    });
  });

  test('events: ready, opened and closed; on hands back its undo, once fires once', async () => {
    begin();
    const heard: string[] = [];
    widget.once('ready', () => heard.push('ready'));
    const stop = widget.on('widget.opened', () => heard.push('opened'));
    widget.on('widget.closed', () => heard.push('closed'));
    widget.open();
    await flush();
    widget.close();
    stop();
    widget.open();
    await flush();
    expect(heard).toEqual(['ready', 'opened', 'closed']);
  });

  test('closed in the breath that opened it, it stays closed', async () => {
    begin();
    widget.open();
    widget.close();
    await flush();
    expect(widget.getState().open).toBe(false);
    expect(panel.calls).toEqual([['open', undefined]]);
  });

  test('update reaches button and panel', async () => {
    begin();
    widget.open();
    await flush();
    widget.update({ accent: '#654321', theme: 'dark' });
    expect(panel.calls.at(-1)).toEqual([
      'update',
      { ...options, accent: '#654321', theme: 'dark' },
    ]);
  });
});

describe('a panel that cannot be loaded', () => {
  test('is told at once, as an event without an id, and tried again at the next call', async () => {
    let isBroken = true;
    widget = createWidget(options, async () => {
      if (isBroken) throw new Error('offline');
      return panel.mount;
    });
    const errors: PageEvent[] = [];
    widget.on('widget.error', (event) => errors.push(event));
    widget.open();
    await flush();
    const data = { code: 'load_failed', message: 'Error: offline', fatal: true };
    expect(errors).toMatchObject([{ id: '', type: 'widget.error', data }]);
    isBroken = false;
    widget.open();
    await flush();
    expect(panel.calls).toEqual([['open', undefined]]);
  });
});

describe('destroy', () => {
  test('leaves no node, and no panel that comes too late', async () => {
    begin();
    widget.open();
    widget.destroy();
    await flush();
    expect(document.querySelector('throughline-widget')).toBeNull();
    expect(panel.calls).toEqual([]);
  });

  test('a hundred times on and off leaves the page as it was', async () => {
    const before = document.body.childElementCount;
    for (let i = 0; i < 100; i++) {
      begin();
      widget.open();
      await flush();
      widget.destroy();
    }
    expect(document.body.childElementCount).toBe(before);
    expect(panel.calls.filter(([name]) => name === 'destroy')).toHaveLength(100);
  });

  test('two widgets on one page know nothing of each other', async () => {
    begin();
    const other = createWidget({ ...options, site: 'other' }, async () => createFakePanel().mount);
    widget.open();
    await flush();
    expect(widget.getState().open).toBe(true);
    expect(other.getState().open).toBe(false);
    other.destroy();
    expect(document.querySelectorAll('throughline-widget')).toHaveLength(1);
  });
});
