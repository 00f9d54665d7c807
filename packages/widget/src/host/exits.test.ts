import { catalogue, eventNames, type PageEventType } from '@throughline/shared/schema';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import guide from '../../../../docs/guides/embed.md?raw';
import { happened, type PageEvent } from '../events.ts';
import { createEmitter } from '../lib/emitter.ts';
import { type Exits, openExits, type PageEmitter } from './exits.ts';
import { rows } from './mirror.ts';

interface Page {
  dataLayer?: Record<string, unknown>[];
  analytics?: unknown;
}
const page = globalThis as unknown as Page;

/** What may be in no mirror, planted wherever an event has room for it. */
const MARKS = ['MARKED TEXT', 'Grace Marked', 'grace@marked.example'];

const mark = (value: unknown): unknown => {
  if (typeof value === 'string') return MARKS.join(' ');
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mark(inner)]));
};

const visible = eventNames.filter(
  (name): name is PageEventType => catalogue[name].seenBy !== 'agents',
);

/** One of its kind, as the relay or the widget makes it, full of marks. */
const marked = (type: string, by = 'agent'): PageEvent =>
  ({
    id: `id of ${type}`,
    type,
    time: 1,
    conversation: type.startsWith('widget.') ? null : 'c1',
    actor: type.startsWith('widget.') ? null : { kind: by, id: 'a1', name: MARKS[1] },
    data: { ...(mark(catalogue[type as 'message.created'].example) as object), extra: MARKS },
  }) as unknown as PageEvent;

let host: HTMLElement;
let emitter: PageEmitter;
let exits: Exits;

beforeEach(() => {
  host = document.body.appendChild(document.createElement('throughline-widget'));
  emitter = createEmitter();
  exits = openExits({ host, emitter });
});
afterEach(() => {
  host.remove();
  delete page.dataLayer;
  delete page.analytics;
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const both = { dataLayer: true, analytics: true };
const pushed = () => page.dataLayer ?? [];
const heard = (name: string) => {
  const events: PageEvent[] = [];
  document.addEventListener(name, (event) => events.push((event as CustomEvent).detail), {
    once: true,
  });
  return events;
};

describe('every event a page may see', () => {
  test('has a decision about mirrors, and nothing else has', () => {
    const said = eventNames.filter((name) => /^(contact\.identified|proactive\.)/.test(name));
    const typing = ['typing.started', 'typing.stopped'];
    expect(Object.keys(rows).sort()).toEqual([...visible, ...said, ...typing].sort());
  });

  test('is in the guide’s table, and nothing else is', () => {
    const [, text = ''] = guide.split('## Events in the page');
    const [table = ''] = text.split('\n\nTwo names are states');
    const cells = [...table.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell = '']) => cell);
    let entity = '';
    const names = [...cells.join().matchAll(/`(\w*)(\.\w+)`/g)].map(([, first, last]) => {
      // `.closed` is of the one before.
      entity = first || entity;
      return entity + last;
    });
    expect(names.sort()).toEqual(Object.keys(rows).sort());
  });

  test.each(visible)('%s has one id and one name wherever it turns up', async (type) => {
    const track = vi.fn();
    page.analytics = { track };
    await exits.mirrorTo(both);
    const byName: PageEvent[] = [];
    const all: PageEvent[] = [];
    emitter.on(type, (event: PageEvent) => byName.push(event));
    emitter.on('*', (event) => all.push(event));
    const dom = heard(`throughline:${type}`);
    const event = marked(type, 'visitor');
    exits.tell(event);
    expect([byName, all, dom]).toEqual([[event], [event], [event]]);
    const name = `chat_${type.replace('.', '_')}`;
    const isMirrored = rows[type] !== null;
    expect(pushed().map((entry) => [entry.event, entry.chat_event_id])).toEqual(
      isMirrored ? [[name, event.id]] : [],
    );
    expect(track.mock.calls.map(([, , { messageId }]) => messageId)).toEqual(
      isMirrored ? [event.id] : [],
    );
  });

  test('leaves nothing of what was written, or of who wrote it, in a mirror', async () => {
    const analytics: unknown[] = [];
    page.analytics = analytics;
    await exits.mirrorTo(both);
    for (const type of [...visible, 'contact.identified'])
      for (const by of ['visitor', 'agent', 'bot', 'system']) exits.tell(marked(type, by));
    expect(pushed().length).toBeGreaterThan(8);
    expect(analytics.length).toBeGreaterThan(8);
    const all = JSON.stringify([pushed(), analytics]).toLowerCase();
    for (const word of MARKS) expect(all).not.toContain(word.toLowerCase());
  });
});

describe('the ways out', () => {
  test('an event comes from the widget it belongs to, up to the window', () => {
    const targets: unknown[] = [];
    const listen = (event: Event) => targets.push(event.target);
    for (const at of [host, document, window])
      at.addEventListener('throughline:widget.opened', listen);
    exits.say('widget.opened', { trigger: 'api', view: 'list' });
    expect(targets).toEqual([host, host, host]);
    host.remove();
    exits.say('widget.opened', { trigger: 'api', view: 'list' });
    expect(targets.slice(3)).toEqual([document, document]);
    for (const at of [host, document, window])
      at.removeEventListener('throughline:widget.opened', listen);
  });

  test('a listener that throws stops no other, and no other way out', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    const after = vi.fn();
    await exits.mirrorTo(both);
    emitter.on('widget.opened', () => {
      throw new Error('a page’s mistake');
    });
    emitter.on('widget.opened', after);
    const dom = heard('throughline:widget.opened');
    exits.say('widget.opened', { trigger: 'api', view: 'list' });
    expect(after).toHaveBeenCalledTimes(1);
    expect(dom).toHaveLength(1);
    expect(pushed()).toHaveLength(1);
    expect(report).toHaveBeenCalledTimes(1);
  });

  test('what happens before the configuration is there is mirrored once it is, in order', async () => {
    exits.tell(marked('widget.opened'));
    exits.tell(marked('message.created'));
    await exits.mirrorTo({ dataLayer: true, analytics: false });
    exits.tell(marked('conversation.resolved'));
    expect(pushed().map(({ event }) => event)).toEqual([
      'chat_widget_opened',
      'chat_message_created',
      'chat_conversation_resolved',
    ]);
  });

  test.each([[undefined], [{ dataLayer: false, analytics: false }]])(
    'nothing is mirrored that was not switched on (%j)',
    async (where) => {
      page.analytics = [];
      exits.tell(marked('widget.opened'));
      await exits.mirrorTo(where);
      exits.tell(marked('message.created'));
      expect([page.dataLayer, page.analytics]).toEqual([undefined, []]);
    },
  );
});

describe('beforeEvent', () => {
  test('drops an event for every way out, and changes its data for all of them', async () => {
    const all: PageEvent[] = [];
    await exits.mirrorTo(both);
    emitter.on('*', (event) => all.push(event));
    const undo = emitter.on('use', (take) =>
      take({
        beforeEvent: (event) =>
          event.type === 'widget.opened' ? null : ({ ...event, data: { text: '…' } } as PageEvent),
      }),
    );
    const dom = heard('throughline:message.created');
    exits.tell(marked('widget.opened'));
    exits.tell(marked('message.created'));
    undo();
    exits.tell(marked('widget.opened'));
    expect(all.map(({ type }) => type)).toEqual(['message.created', 'widget.opened']);
    expect([all[0]?.data, dom[0]?.data]).toEqual([{ text: '…' }, { text: '…' }]);
    expect(pushed()).toHaveLength(2);
  });

  test('one that throws is told as widget.error, once, and the event goes on', () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {});
    const all: PageEvent[] = [];
    emitter.on('*', (event) => all.push(event));
    const failing = () => {
      throw new Error(MARKS[0]);
    };
    emitter.on('use', (take) => take({ beforeEvent: failing }));
    exits.say('widget.opened', { trigger: 'api', view: 'list' });
    exits.say('widget.opened', { trigger: 'api', view: 'list' });
    expect(all.map(({ type }) => type)).toEqual(['widget.error', 'widget.opened', 'widget.opened']);
    expect(all[0]?.data).toMatchObject({ code: 'hook_failed', fatal: false });
    expect(JSON.stringify(all)).not.toContain(MARKS[0]);
    expect(report).toHaveBeenCalledTimes(1);
  });
});

test('an event of the page is what its schema says', () => {
  const event = happened('widget.opened', { trigger: 'launcher', view: 'thread' });
  expect(catalogue['widget.opened'].data.safeParse(event.data).success).toBe(true);
  expect(event.id).toMatch(/^[0-9a-f-]{14}7/);
});
