import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ErrorCode } from '../errors.ts';
import { problem } from '../errors.ts';
import type { Attachment } from '../schema/events/index.ts';
import { createTray, type TrayItem } from './tray.ts';

/** What the network does with each `PUT`, in order; the last one goes on. */
type Fate = 'there' | 'lost' | 'pending' | ErrorCode;

let fates: Fate[];
let aborted: number;

/** The browser's own way to send bytes; the network is in the test's hands. */
class FakeRequest {
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  responseText = '';
  onloadend = () => {};
  id = '';
  open(_method: string, address: string): void {
    this.id = address.split('/').at(-1) ?? '';
  }
  setRequestHeader(): void {}
  abort(): void {
    aborted += 1;
    this.onloadend();
  }
  send(file: File): void {
    const fate = fates.length > 1 ? fates.shift() : fates[0];
    this.upload.onprogress?.({ loaded: file.size / 2 });
    if (fate === 'pending') return;
    const { name, size: bytes } = file;
    if (fate === 'there')
      this.responseText = JSON.stringify({ id: this.id, name, type: 'text/plain', bytes });
    else if (fate !== 'lost') this.responseText = JSON.stringify({ code: fate });
    queueMicrotask(() => this.onloadend());
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  [fates, aborted] = [['there'], 0];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const text = (name = 'a.txt', size = 10) =>
  new File(['x'.repeat(size)], name, { type: 'text/plain' });
const settle = () => vi.advanceTimersByTimeAsync(0);

function open({ kept = '', refuse }: { kept?: string; refuse?: ErrorCode } = {}) {
  const notes: string[] = [];
  const asked: string[] = [];
  const tray = createTray({
    relay: '',
    maxBytes: 100,
    kept,
    keep: (note) => notes.push(note),
    async ask(_name, claim) {
      const { id } = claim as { id: string };
      asked.push(id);
      if (refuse) return { ok: false, error: problem(refuse) };
      return { ok: true, data: { id, url: `/v1/files/${id}`, ticket: 't' } };
    },
  });
  const states = () => tray.items.map(({ state, code }) => code ?? state);
  return { tray, notes, asked, states };
}

describe('a file in the tray', () => {
  test('waits for its conversation, then is brought', async () => {
    const { tray, states, asked } = open();
    tray.add([text(), text('b.txt')]);
    await settle();
    expect([states(), asked]).toEqual([['waiting', 'waiting'], []]);
    tray.open('c');
    await settle();
    expect(states()).toEqual(['there', 'there']);
  });

  test('goes on after whatever interrupts it, under the same id', async () => {
    fates = ['lost', 'overloaded', 'ticket_invalid', 'there'];
    const { tray, states, asked } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    expect(states()).toEqual(['sending']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states()).toEqual(['there']);
    expect(new Set(asked).size).toBe(1);
    expect(asked).toHaveLength(4);
  });

  test('says how far it is', async () => {
    fates = ['pending'];
    const { tray } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    expect(tray.items[0]).toMatchObject({ state: 'sending', sent: 5, bytes: 10 });
  });

  test.each(['file_content_mismatch', 'file_blocked'] as const)(
    'refused with %s stays, and says so',
    async (fate) => {
      fates = [fate];
      const { tray, states } = open();
      tray.open('c');
      tray.add([text()]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(states()).toEqual([fate]);
    },
  );

  test('refused when there is no room is brought under another id when asked again', async () => {
    const { tray, asked, states } = open({ refuse: 'quota_exceeded' });
    tray.open('c');
    tray.add([text()]);
    await settle();
    expect(states()).toEqual(['quota_exceeded']);
    tray.retry(tray.items[0]?.id ?? '');
    await settle();
    expect(new Set(asked).size).toBe(2);
  });

  test('that could never be taken is not sent at all', async () => {
    const { tray, states, asked } = open();
    tray.open('c');
    tray.add([text('a.txt', 0), text('b.txt', 101), ...Array.from({ length: 9 }, () => text())]);
    await settle();
    expect(states().slice(0, 2)).toEqual(['empty', 'file_too_large']);
    expect(states().at(-1)).toBe('too_long');
    expect(asked).toHaveLength(8);
  });

  test('taken out is stopped, and does not come back', async () => {
    fates = ['pending'];
    const { tray } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    tray.remove(tray.items[0]?.id ?? '');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([aborted, tray.items]).toEqual([1, []]);
  });

  test('broken off is not on its way any more, and is brought under the same id once it is let', async () => {
    fates = ['pending', 'there'];
    const { tray, states, asked } = open();
    tray.open('c');
    tray.add([text(), text('none.txt', 0)]);
    await settle();
    tray.pause();
    expect([aborted, states()]).toEqual([1, ['sending', 'empty']]);
    await settle();
    expect(states()).toEqual(['there', 'empty']);
    expect(new Set(asked).size).toBe(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('taken out with all others, none of them is handed over any more', async () => {
    const { tray, notes } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    fates = ['pending'];
    tray.add([text('b.txt')]);
    const given: unknown[] = [];
    tray.deliver((items) => given.push(items) > 0);
    await settle();
    tray.remove(...tray.items.map(({ id }) => id));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([tray.items, notes.at(-1), given]).toEqual([[], '', []]);
  });
});

describe('handing over', () => {
  const names = (items: readonly TrayItem[]) => items.map(({ name }) => name).join();

  test('is done at once where all is there, and empties the tray', async () => {
    const { tray } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    const given: string[] = [];
    tray.deliver((items) => given.push(names(items)) > 0);
    await settle();
    expect([given, tray.items]).toEqual([['a.txt'], []]);
  });

  test('waits for what is under way, and leaves what was refused', async () => {
    fates = ['lost', 'there'];
    const { tray, states } = open();
    tray.open('c');
    tray.add([text('a.txt'), text('none.txt', 0)]);
    const given: string[] = [];
    tray.deliver((items) => given.push(names(items)) > 0);
    await settle();
    expect([given, tray.isDue]).toEqual([[], true]);
    await vi.advanceTimersByTimeAsync(5000);
    expect([given, states(), tray.isDue]).toEqual([['a.txt'], ['empty'], false]);
  });

  test('what is not taken stays', async () => {
    const { tray, states } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    tray.deliver(async () => false);
    await settle();
    expect(states()).toEqual(['there']);
  });
});

describe('a later page', () => {
  test('has what the relay has, and says what went with the page before', async () => {
    const first = open();
    first.tray.open('c');
    first.tray.add([text('there.txt')]);
    await settle();
    fates = ['pending'];
    first.tray.add([text('half.txt'), text('none.txt', 0)]);
    await settle();
    const { tray, states } = open({ kept: first.notes.at(-1) ?? '' });
    expect(tray.items.map(({ name }) => name)).toEqual(['there.txt', 'half.txt']);
    expect(states()).toEqual(['there', 'lost']);
    let given: (Attachment | undefined)[] = [];
    tray.deliver((items) => {
      given = items.map(({ attachment }) => attachment);
      return true;
    });
    await settle();
    expect(given).toMatchObject([{ name: 'there.txt', type: 'text/plain' }]);
    expect(states()).toEqual(['lost']);
  });

  test('takes no note of progress, and none of an empty tray', async () => {
    const { tray, notes } = open();
    tray.open('c');
    tray.add([text()]);
    await settle();
    expect(notes).toHaveLength(2);
    tray.remove(tray.items[0]?.id ?? '');
    expect(notes.at(-1)).toBe('');
  });

  test.each(['', 'nothing', '{}', '[null]'])('is not troubled by %j', (kept) => {
    expect(open({ kept }).tray.items).toEqual([]);
  });
});
