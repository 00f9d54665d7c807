import type { CloudEvent } from '@throughline/shared/schema';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OpenStream } from '../connection/stream.ts';
import { createLiveTail } from './live-tail.ts';
import { NO_FILTER } from './place.ts';
import type { Relay } from './relay.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (n: number) =>
  ({ id: String(n), sequence: String(n).padStart(20, '0') }) as CloudEvent;

type Handlers = Parameters<OpenStream>[2];

/** A log of `length` events, of which those fit that `fits` says. */
function setUp(length: number, fits: (n: number) => boolean = () => true) {
  const log = { length, refuses: undefined as string | undefined };
  const opened: { path: string; handlers: Handlers; isClosed: boolean }[] = [];
  const page = (after: number, limit: number) => {
    const numbers = Array.from({ length: log.length - after }, (_, i) => after + i + 1);
    const data = numbers.filter(fits).slice(0, limit);
    const next = data.length === limit ? (data.at(-1) ?? 0) : log.length;
    return { data: data.map(event), next: `e1.${next}`, hasMore: next < log.length };
  };
  const ask = vi.fn(async ({ path }: { path: string }) => {
    if (log.refuses)
      return { ok: false, code: log.refuses, message: `No: ${log.refuses}`, field: null };
    const query = new URLSearchParams(path.split('?')[1]);
    const after = query.get('after') ?? '';
    const from = after === 'now' ? log.length : Number(after.replace('e1.', ''));
    return { ok: true, etag: null, data: page(from, Number(query.get('limit'))) };
  });
  const openStream: OpenStream = (path, _names, handlers) => {
    const stream = { path, handlers, isClosed: false };
    opened.push(stream);
    return () => {
      stream.isClosed = true;
    };
  };
  const relay = { ask } as unknown as Relay;
  const tail = createLiveTail({ relay, openStream, filter: NO_FILTER, names: ['a.b'] });
  const stop = tail.start();
  const ids = () => tail.store.getState().rows.map(({ id }) => Number(id));
  return { log, tail, stop, opened, ids, settle: () => vi.advanceTimersByTimeAsync(200) };
}

it('shows the end of the log and follows right behind it', async () => {
  const { tail, opened, ids, settle } = setUp(300);
  await settle();
  expect([ids()[0], ids().length]).toEqual([300, 200]);
  expect(opened[0]?.path).toBe('/v1/events/stream?after=e1.300');
  opened[0]?.handlers.opened();
  opened[0]?.handlers.event(event(301), 'e1.301');
  await settle();
  expect(tail.store.getState()).toMatchObject({ phase: 'ready', isLive: true, floor: 100 });
  expect(ids()[0]).toBe(301);
});

it('looks further back where little fits, as far as the log goes', async () => {
  const { tail, ids, settle } = setUp(5000, (n) => n % 1000 === 0);
  await settle();
  expect(ids()).toEqual([5000, 4000, 3000, 2000, 1000]);
  expect(tail.store.getState()).toMatchObject({ floor: 0, phase: 'ready' });
});

it('loads what was before, when asked', async () => {
  const { tail, ids, settle } = setUp(300);
  await settle();
  await tail.loadEarlier();
  expect(ids()).toHaveLength(300);
  expect(tail.store.getState()).toMatchObject({ floor: 0, earlier: 'idle' });
});

it('comes back by itself behind the last event it has, when the relay ends the stream', async () => {
  const { tail, log, opened, settle } = setUp(3);
  await settle();
  opened[0]?.handlers.opened();
  opened[0]?.handlers.event(event(4), 'e1.4');
  opened[0]?.handlers.lost(false);
  expect(tail.store.getState().isLive).toBe(false);
  expect(opened).toHaveLength(1);
  opened[0]?.handlers.lost(true);
  log.refuses = 'overloaded';
  await vi.advanceTimersByTimeAsync(2000);
  expect(tail.store.getState().fault).toBe('No: overloaded');
  expect(opened[1]?.path).toBe('/v1/events/stream?after=e1.4');
  log.refuses = undefined;
  opened[1]?.handlers.lost(true);
  await vi.advanceTimersByTimeAsync(4000);
  opened[2]?.handlers.opened();
  expect(tail.store.getState()).toMatchObject({ isLive: true, fault: null });
});

it('begins anew when the log is another one, held or not as before', async () => {
  const { tail, log, opened, ids, settle } = setUp(3);
  await settle();
  tail.hold(true);
  opened[0]?.handlers.lost(true);
  log.refuses = 'log_replaced';
  await vi.advanceTimersByTimeAsync(1999);
  setTimeout(() => {
    log.refuses = undefined;
    log.length = 1;
  }, 0);
  await vi.advanceTimersByTimeAsync(1);
  await tail.restart();
  await settle();
  expect(ids()).toEqual([1]);
  expect(tail.store.getState().isHeld).toBe(true);
});

it('says why nothing could be loaded, and tries again when asked', async () => {
  const { tail, log, ids, settle, stop } = setUp(3);
  log.refuses = 'overloaded';
  await tail.restart();
  expect(tail.store.getState()).toMatchObject({ phase: 'failed', fault: 'No: overloaded' });
  log.refuses = undefined;
  await tail.restart();
  await settle();
  expect(ids()).toEqual([3, 2, 1]);
  stop();
});

it('once stopped, it has closed its stream', async () => {
  const { opened, stop, settle } = setUp(3);
  await settle();
  stop();
  expect(opened[0]?.isClosed).toBe(true);
});
