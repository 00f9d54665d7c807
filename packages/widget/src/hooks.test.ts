import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { happened } from './events.ts';
import { chainHooks, type Hooks } from './hooks.ts';

const message = { text: 'hello', conversationId: null };
const shown = { id: 'm', conversationId: 'c', mine: false, text: 'hello', name: 'Ada' };

let failed: [name: string, error: unknown][];
const chain = (...all: Hooks[]) =>
  chainHooks(
    () => all,
    (name, error) => void failed.push([name, error]),
  );

beforeEach(() => {
  failed = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const add = (letter: string): Hooks => ({
  beforeSend: (it) => ({ ...it, text: it.text + letter }),
  beforeDisplay: (it) => ({ ...it, text: it.text + letter }),
});

describe('hooks run in order', () => {
  test('each on what the one before made of it; without any, nothing changes', () => {
    expect(chain().beforeSend(message)).toBe(message);
    expect(chain(add('a'), {}, add('b')).beforeSend(message)).toEqual({
      ...message,
      text: 'helloab',
    });
    expect(chain(add('a'), add('b')).beforeDisplay(shown)?.text).toBe('helloab');
  });

  test('what is no hook is passed over', () => {
    for (const none of [null, undefined, 'text', { beforeSend: 5 }] as never[])
      expect(chain(none, add('a')).beforeSend(message)).toEqual({ ...message, text: 'helloa' });
    expect(failed).toEqual([]);
  });

  test('null ends it', () => {
    const after = vi.fn();
    const stop: Hooks = { beforeSend: () => null, beforeDisplay: () => null };
    const { beforeSend, beforeDisplay } = chain(stop, { beforeSend: after, beforeDisplay: after });
    expect(beforeSend(message)).toBeNull();
    expect(beforeDisplay(shown)).toBeNull();
    expect(after).not.toHaveBeenCalled();
  });

  test('one that only looks changes nothing, and neither does changing what it was shown', () => {
    const look = vi.fn((event: { id: string; data: object }) => {
      event.id = 'other';
      Object.assign(event.data, { view: 'list' });
    });
    const event = happened('widget.opened', { trigger: 'api', view: 'thread' });
    const seen = chain({ beforeEvent: look as never }).beforeEvent(event);
    expect(look).toHaveBeenCalled();
    expect(seen).toEqual(event);
    expect(event.data.view).toBe('thread');
  });
});

test('of an event only its data can be changed', () => {
  const event = happened('widget.closed', { openMs: 5, view: 'list' });
  const other = { id: 'x', type: 'widget.loaded', conversation: 'Grace', actor: null, time: 0 };
  const hooks = { beforeEvent: () => ({ ...other, data: { openMs: 0, view: 'list' } }) as never };
  expect(chain(hooks).beforeEvent(event)).toEqual({ ...event, data: { openMs: 0, view: 'list' } });
});

describe('a hook that fails changes nothing and is told once', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    ['hands back no text', () => ({ text: 7 })],
    ['hands back a promise where there is no time for one', async () => shown],
  ])('one that %s', (_what, hook) => {
    const { beforeDisplay } = chain({ beforeDisplay: hook as never }, add('!'));
    expect(beforeDisplay(shown)?.text).toBe('hello!');
    expect(beforeDisplay(shown)?.text).toBe('hello!');
    expect(failed.map(([name]) => name)).toEqual(['beforeDisplay']);
  });

  test('each for itself', () => {
    const fail = () => () => {
      throw new Error('x');
    };
    chain({ beforeDisplay: fail() }, { beforeDisplay: fail(), beforeSend: fail() }).beforeDisplay(
      shown,
    );
    expect(failed).toHaveLength(2);
  });

  test('one that would send what cannot be sent', () => {
    expect(chain({ beforeSend: () => ({ ...message, text: ' ' }) }).beforeSend(message)).toBe(
      message,
    );
    expect(failed).toHaveLength(1);
  });
});

describe('before sending there is a little time', () => {
  test('what comes within two seconds counts', async () => {
    const slow: Hooks = { beforeSend: async (it) => ({ ...it, text: 'checked' }) };
    expect(await chain(slow, add('!')).beforeSend(message)).toMatchObject({ text: 'checked!' });
  });

  test('after two seconds it is sent as it was', async () => {
    vi.useFakeTimers();
    const never: Hooks = { beforeSend: () => new Promise(() => {}) };
    const sent = vi.fn();
    void Promise.resolve(chain(never).beforeSend(message)).then(sent);
    await vi.advanceTimersByTimeAsync(1990);
    expect(sent).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toHaveBeenCalledWith(message);
    expect(String(failed[0]?.[1])).toContain('too long');
  });

  test('one that fails late is a failure like any other', async () => {
    const hooks: Hooks = { beforeSend: () => Promise.reject(new Error('offline')) };
    expect(await chain(hooks).beforeSend(message)).toBe(message);
    expect(failed).toHaveLength(1);
  });
});
