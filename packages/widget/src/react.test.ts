import { act, createElement, StrictMode, useState } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run } from './api.ts';
import type { WidgetOptions } from './options.ts';

interface Made {
  options: WidgetOptions;
  calls: unknown[][];
  listeners: Map<string, Set<(event: unknown) => void>>;
  isGone: boolean;
}
const made: Made[] = [];

/** Beside the real button, what the wrapper asks of the widget. */
vi.mock('./widget.ts', async (original) => {
  const { createRun } = await original<typeof import('./widget.ts')>();
  return {
    createRun(options: WidgetOptions, load: Parameters<typeof createRun>[1]): Run {
      const run = createRun(options, load);
      const record: Made = { options, calls: [], listeners: new Map(), isGone: false };
      made.push(record);
      return (command, ...args) => {
        const [name, listener] = args as [string, () => void];
        if (command === 'on') {
          const all = record.listeners.get(name) ?? new Set();
          record.listeners.set(name, all.add(listener));
          return () => all.delete(listener);
        }
        if (command === 'destroy') record.isGone = true;
        record.calls.push([command, ...args]);
        return run(command, ...args);
      };
    },
  };
});

const { ThroughlineChat, useThroughline } = await import('./react.ts');

const options: WidgetOptions = { site: 'shop', relay: 'https://relay.example' };
const hosts = () => document.querySelectorAll('throughline-widget');
const here = () => made.filter(({ isGone }) => !isGone);

let root: Root;
let place: HTMLElement;
beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  made.length = 0;
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
});
afterEach(async () => {
  await act(async () => root.unmount());
  place.remove();
  vi.restoreAllMocks();
});

const render = (node: Parameters<Root['render']>[0]) => act(async () => root.render(node));

describe('useThroughline', () => {
  const Page = (props: WidgetOptions) => {
    const widget = useThroughline(props);
    return createElement(
      'button',
      { type: 'button', onClick: () => widget?.open() },
      widget ? 'ready' : 'not yet',
    );
  };

  test('makes one widget, and nothing stays behind when the component goes', async () => {
    await render(createElement(Page, options));
    expect(place.textContent).toBe('ready');
    expect(hosts()).toHaveLength(1);
    await act(async () => place.querySelector('button')?.click());
    expect(made[0]?.calls).toContainEqual(['open']);
    await act(async () => root.unmount());
    root = createRoot(place);
    expect([hosts().length, here().length]).toEqual([0, 0]);
  });

  test('in strict mode, which mounts twice, there is one all the same', async () => {
    await render(createElement(StrictMode, null, createElement(Page, options)));
    expect(made).toHaveLength(2);
    expect([hosts().length, here().length]).toEqual([1, 1]);
    await act(async () => place.querySelector('button')?.click());
    expect(here()[0]?.calls).toContainEqual(['open']);
    await act(async () => root.unmount());
    root = createRoot(place);
    expect([hosts().length, here().length]).toEqual([0, 0]);
  });

  test('drawn again with the same options it asks nothing; with others it updates; another site begins anew', async () => {
    await render(createElement(Page, options));
    await render(createElement(Page, { ...options }));
    expect(made[0]?.calls).toEqual([]);
    await render(createElement(Page, { ...options, theme: 'dark' }));
    expect(made[0]?.calls).toEqual([['update', { ...options, theme: 'dark' }]]);
    await render(createElement(Page, { ...options, site: 'help' }));
    expect(here().map((it) => it.options.site)).toEqual(['help']);
    expect(hosts()).toHaveLength(1);
  });

  test('on a server it is nothing', () => {
    expect(renderToString(createElement(Page, options))).toBe(
      '<button type="button">not yet</button>',
    );
    expect(made).toEqual([]);
  });

  test('an option that is wrong is told, and the page around it stays', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    await render(createElement(Page, { ...options, site: 'no site' }));
    expect(String(report.mock.calls[0]?.[0])).toContain('"site"');
    expect(place.textContent).toBe('not yet');
  });
});

describe('<ThroughlineChat>', () => {
  test('hears by its newest listeners, each under its name, and each once', async () => {
    const heard: string[] = [];
    const Page = () => {
      const [count, setCount] = useState(0);
      const on = {
        'unread.changed': (event: { count: number }) => {
          heard.push(`${count} then ${event.count}`);
          setCount(event.count);
        },
      };
      return createElement(ThroughlineChat, { ...options, on });
    };
    await render(createElement(StrictMode, null, createElement(Page)));
    for (const count of [2, 3])
      await act(async () => {
        for (const listener of here()[0]?.listeners.get('unread.changed') ?? [])
          listener({ count });
      });
    expect(heard).toEqual(['0 then 2', '2 then 3']);
  });

  test('inline it fills an element of its own, and is made once that is there', async () => {
    const chat = { ...options, mode: 'inline', className: 'help', consent: 'required' } as const;
    await render(createElement(StrictMode, null, createElement(ThroughlineChat, chat)));
    expect(here()).toMatchObject([
      { options: { mode: 'inline', container: place.querySelector('.help') } },
    ]);
    await act(async () => root.unmount());
    root = createRoot(place);
    expect([hosts().length, here().length]).toEqual([0, 0]);
  });
});
