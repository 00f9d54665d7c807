import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deliver, otherWindow, wrongShapes } from '../../test/window.ts';
import type { Handed } from './handover.ts';
import { popOut } from './popout.ts';

const RELAY = 'https://chat.example.com';
const handed: Handed = { throughline: 'visitor', token: 't1', conversation: null };

let child = otherWindow();
let undo = () => {};
const become = vi.fn();
const open = vi.fn((_at: URL): Window | null => child);
beforeEach(() => {
  child = otherWindow();
  vi.stubGlobal('open', open.mockClear());
  become.mockClear();
  undo = popOut({ relay: RELAY, site: 'shop' }, { handOver: async () => handed, become });
});
afterEach(() => undo());

const says = async (data: unknown, { source = child as unknown, origin = RELAY } = {}) => {
  deliver({ source, origin, data });
  await Promise.resolve();
};

test('the window is told where it comes from', () => {
  const [[at] = []] = open.mock.calls;
  expect(at?.origin).toBe(RELAY);
  expect(Object.fromEntries(at?.searchParams ?? [])).toEqual({
    site: 'shop',
    origin: location.origin,
  });
});

test('a window that the browser did not open is named', () => {
  open.mockReturnValueOnce(null);
  expect(() => popOut({ relay: RELAY, site: 'shop' }, {} as never)).toThrow('into a click');
});

describe('[MD-13] who asks is answered', () => {
  test('if it is the opened window, on the relay, and nobody else can read the answer', async () => {
    await says({ throughline: 'ready' });
    expect(child.postMessage.mock.calls).toEqual([[handed, RELAY]]);
  });

  test('and not from another origin, from another window, or after the end', async () => {
    const ready = { throughline: 'ready' };
    const other = otherWindow();
    for (const origin of ['https://evil.example', 'null', '', `${RELAY}.evil.example`])
      await says(ready, { origin });
    await says(ready, { source: other });
    await says(ready, { source: null });
    undo();
    await says(ready);
    expect([child.postMessage.mock.calls, other.postMessage.mock.calls]).toEqual([[], []]);
  });
});

describe('[MD-13] who became somebody there is taken over', () => {
  test('if it is the opened window, on the relay', async () => {
    await says(handed, { origin: 'https://evil.example' });
    await says(handed, { source: otherWindow() });
    expect(become).not.toHaveBeenCalled();
    await says(handed);
    expect(become.mock.calls).toEqual([[handed]]);
  });

  test.each(wrongShapes)('and not as %s', async (_, data) => {
    await says(data);
    expect(become).not.toHaveBeenCalled();
    expect(child.postMessage).not.toHaveBeenCalled();
  });
});
