import { type Entry, newStream } from '@throughline/shared/client';
import type { AgentEvent } from '@throughline/shared/schema';
import { describe, expect, it } from 'vitest';
import { event, id, ME, NOW } from '../../test/desk.ts';
import { readThread, type Utterance } from './items.ts';
import { applyStep, newThread } from './thread.ts';

const me = { kind: 'agent' as const, id: ME.id, name: ME.name };
const read = (events: Parameters<typeof readThread>[0], outbox: Entry[] = []) =>
  readThread(events, outbox, { conversation: id(1), me });

const utterances = (reading: ReturnType<typeof readThread>): Utterance[] =>
  reading.items.filter((item): item is Utterance => item.kind !== 'fact');

const hello = event(1, 'message.created', { text: 'helo' });

const send = (text: string, more: Partial<Entry> = {}): Entry =>
  ({
    name: 'message:send',
    input: { id: id(0x77), conversation: id(1), text },
    at: NOW,
    state: 'queued',
    ...more,
  }) as Entry;

describe('readThread', () => {
  it('[P9] folds edits and deletions onto the message they name', () => {
    const edited = event(2, 'message.updated', { message: hello.id, text: 'hello' });
    expect(utterances(read([hello, edited]))[0]).toMatchObject({ text: 'hello', isEdited: true });
    const deleted = event(3, 'message.deleted', { message: hello.id });
    expect(utterances(read([hello, edited, deleted]))[0]).toMatchObject({
      text: '',
      isDeleted: true,
    });
  });

  it('[P9] shows a tombstone in its place', () => {
    const gone = event(1, 'message.created', { redacted: true });
    const edit = event(2, 'message.updated', { redacted: true });
    const items = utterances(read([gone, edit]));
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ isDeleted: true, text: '' });
  });

  it('[PR-06] holds nothing of what was said before it was erased, loaded or not', () => {
    const erased = event(2, 'conversation.erased', { events: 1, files: 0 });
    const after = event({ seq: 3, by: 'me' }, 'message.created', { text: 'after' });
    const step = { stream: newStream<AgentEvent>(), reset: false, ask: false };
    const thread = applyStep(newThread(), { ...step, apply: [hello] });
    const { events } = applyStep(thread, { ...step, apply: [erased, after] });
    expect(JSON.stringify(events)).not.toContain('helo');
    const items = read(events).items;
    expect(items).toMatchObject([
      { kind: 'message', isDeleted: true, text: '' },
      { kind: 'fact', type: 'conversation.erased' },
      { kind: 'message', isDeleted: false, text: 'after' },
    ]);
  });

  it('bears an edit of a message that is not held, and a type it does not know', () => {
    const stray = event(2, 'message.updated', { message: id(999), text: 'x' });
    const unknown = { ...event(3, 'message.read', { upTo: 1 }), type: 'future.thing' } as never;
    expect(read([stray, unknown]).items).toEqual([]);
  });

  it('counts what the visitor read, and that writing means having read', () => {
    const events = [
      event({ seq: 1, by: 'me' }, 'message.created', { text: 'hi' }),
      event(2, 'message.read', { upTo: 1 }),
    ];
    expect(read(events)).toMatchObject({ visitorRead: 1, agentRead: 0 });
    const answered = [...events, event(3, 'message.created', { text: 'yes' })];
    expect(read(answered).visitorRead).toBe(3);
    const seen = [...answered, event({ seq: 4, by: 'jonas' }, 'message.read', { upTo: 3 })];
    expect(read(seen).agentRead).toBe(3);
  });

  it('says which tags came and which went', () => {
    const events = [
      event({ seq: 1, by: 'me' }, 'conversation.updated', { tags: ['a'] }),
      event({ seq: 2, by: 'me' }, 'conversation.updated', { tags: ['b'] }),
    ];
    expect(read(events).items).toMatchObject([
      { tags: ['a'], before: null },
      { tags: ['b'], before: ['a'] },
    ]);
  });

  it('[P16] puts what is unsent behind what is there, in its state', () => {
    const items = utterances(
      read([hello], [send('later', { state: 'failed', code: 'too_long' } as Partial<Entry>)]),
    );
    expect(items.map(({ text }) => text)).toEqual(['helo', 'later']);
    expect(items[1]).toMatchObject({ state: 'failed', code: 'too_long', pub: null });
  });

  it('[P15] shows a message once while both outbox and log have it', () => {
    const mine = { ...event({ seq: 2, by: 'me' }, 'message.created', { text: 'x' }), id: id(0x77) };
    expect(utterances(read([hello, mine], [send('x')]))).toHaveLength(2);
  });

  it('shows an edit on its way, and takes no other conversation for this one', () => {
    const edit = {
      ...send('x'),
      name: 'message:edit',
      input: { id: id(5), conversation: id(1), message: hello.id, text: 'hallo' },
    } as Entry;
    expect(utterances(read([hello], [edit]))[0]).toMatchObject({
      text: 'hallo',
      change: 'editing',
    });
    const elsewhere = send('x', { input: { id: id(6), conversation: id(2), text: 'x' } } as never);
    expect(read([hello], [elsewhere]).items).toHaveLength(1);
  });
});
