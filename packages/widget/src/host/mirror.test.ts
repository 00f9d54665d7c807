import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PageEvent } from '../events.ts';
import { openMirror } from './mirror.ts';

type Call = unknown[];
const page = globalThis as unknown as { dataLayer?: unknown[]; analytics?: unknown };

const event = (type: string, kind: string, id = 'e1') =>
  ({
    id,
    type,
    time: 1,
    conversation: 'c1',
    actor: { kind, id: 'a' },
    data: {},
  }) as unknown as PageEvent;

let host: HTMLElement;
beforeEach(() => {
  host = document.createElement('throughline-widget');
  document.body.replaceChildren(host);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  delete page.dataLayer;
  delete page.analytics;
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the data layer', () => {
  test('gets every key every time: a tag manager keeps what is not named', () => {
    const tell = openMirror({ dataLayer: true, analytics: false }, host);
    tell(event('message.created', 'bot'));
    tell({ ...event('widget.opened', ''), conversation: null, actor: null } as PageEvent);
    expect(page.dataLayer).toEqual([
      {
        event: 'chat_message_created',
        chat_event_id: 'e1',
        chat_conversation_id: 'c1',
        chat_author: 'agent',
      },
      {
        event: 'chat_widget_opened',
        chat_event_id: 'e1',
        chat_conversation_id: null,
        chat_author: null,
      },
    ]);
    expect(page.analytics).toBeUndefined();
  });
});

describe('analytics', () => {
  const names = (calls: Call[]) => calls.map(([name]) => name);

  test('has names of its own, and a conversation starts with the visitor', () => {
    const track = vi.fn();
    page.analytics = { track };
    const tell = openMirror({ dataLayer: false, analytics: true }, host);
    for (const kind of ['visitor', 'bot'])
      for (const type of ['conversation.started', 'message.created', 'conversation.resolved'])
        tell(event(type, kind));
    expect(names(track.mock.calls)).toEqual([
      'Live Chat Conversation Started',
      'Live Chat Message Sent',
      'Live Chat Conversation Ended',
      'Live Chat Message Received',
      'Live Chat Conversation Ended',
    ]);
    expect(track.mock.calls[0]?.slice(1)).toEqual([{ conversation_id: 'c1' }, { messageId: 'e1' }]);
    expect(page.dataLayer).toBeUndefined();
  });

  test('may be the list of calls its snippet begins with', () => {
    const calls: Call[] = [];
    page.analytics = calls;
    openMirror({ dataLayer: false, analytics: true }, host)(event('message.created', 'visitor'));
    expect(calls).toEqual([
      ['track', 'Live Chat Message Sent', { conversation_id: 'c1' }, { messageId: 'e1' }],
    ]);
  });

  test('may come late: what waited is told then, once and in order', () => {
    const tell = openMirror({ dataLayer: false, analytics: true }, host);
    tell(event('conversation.started', 'visitor', 'e1'));
    tell(event('message.created', 'visitor', 'e2'));
    vi.advanceTimersByTime(5000);
    const track = vi.fn();
    page.analytics = { track };
    tell(event('message.created', 'agent', 'e3'));
    vi.advanceTimersByTime(5000);
    expect(track.mock.calls.map(([, , { messageId }]) => messageId)).toEqual(['e1', 'e2', 'e3']);
  });

  test('is not waited for for ever', () => {
    const tell = openMirror({ dataLayer: false, analytics: true }, host);
    tell(event('message.created', 'visitor'));
    vi.advanceTimersByTime(120_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that comes after the widget was destroyed hears nothing of it, whatever else is on the page', () => {
    openMirror({ dataLayer: false, analytics: true }, host)(event('widget.opened', 'visitor'));
    host.replaceWith(document.createElement('throughline-widget'));
    const track = vi.fn();
    page.analytics = { track };
    vi.advanceTimersByTime(1000);
    expect(track).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that throws is a mistake of the page, and told there', () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    page.analytics = {
      track() {
        throw new Error('x');
      },
    };
    const tell = openMirror({ dataLayer: true, analytics: true }, host);
    tell(event('message.created', 'visitor'));
    tell(event('message.created', 'visitor'));
    expect(page.dataLayer).toHaveLength(2);
    expect(report).toHaveBeenCalledTimes(2);
  });
});

test('a visitor who asks not to be passed on is not', () => {
  vi.stubGlobal('navigator', { globalPrivacyControl: true });
  const tell = openMirror({ dataLayer: true, analytics: true }, host);
  tell(event('message.created', 'visitor'));
  expect(page).not.toHaveProperty('dataLayer');
});
