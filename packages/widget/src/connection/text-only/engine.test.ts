import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Socket } from './engine.ts';

/** The browser's WebSocket, in a test's hands. */
class FakeWebSocket {
  static last: FakeWebSocket;
  readonly sent: string[] = [];
  closed = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeWebSocket.last = this;
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed += 1;
  }
}

const HELLO = '0{"sid":"x","upgrades":[],"pingInterval":20000,"pingTimeout":15000}';

function connect() {
  const socket = new Socket('https://relay.example', { path: '/v1/socket' });
  const heard: string[] = [];
  socket.on('open', () => heard.push('open'));
  socket.on('data', (text) => heard.push(`data ${text}`));
  socket.on('error', ({ message }) => heard.push(`error ${message}`));
  socket.on('close', (reason) => heard.push(`close ${reason}`));
  const wire = FakeWebSocket.last;
  const receive = (data: string) => wire.onmessage?.({ data });
  return { socket, wire, heard, receive };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('engine.io protocol 4, as text over a WebSocket', () => {
  test('connects, opens with the hello, and passes messages both ways', () => {
    const { socket, wire, heard, receive } = connect();
    expect(wire.url).toBe('wss://relay.example/v1/socket/?EIO=4&transport=websocket');
    socket.write('too early');
    receive(HELLO);
    receive('40/visitor,');
    socket.write('2["hi"]');
    expect(heard).toEqual(['open', 'data 0/visitor,']);
    expect(wire.sent).toEqual(['42["hi"]']);
  });

  test('answers pings, and gives up when none comes in time', () => {
    const { wire, heard, receive } = connect();
    receive(HELLO);
    vi.advanceTimersByTime(34_000);
    receive('2');
    expect(wire.sent).toEqual(['3']);
    vi.advanceTimersByTime(34_999);
    expect(heard).toEqual(['open']);
    vi.advanceTimersByTime(1);
    expect(heard.at(-1)).toBe('close ping timeout');
    expect(wire.closed).toBe(1);
  });

  test('after a sleep without timers, whoever is about to send notices', async () => {
    const { socket, heard, receive } = connect();
    receive(HELLO);
    expect(socket._hasPingExpired()).toBe(false);
    vi.setSystemTime(Date.now() + 60_000);
    expect(socket._hasPingExpired()).toBe(true);
    await Promise.resolve();
    expect(heard.at(-1)).toBe('close ping timeout');
  });

  test('a connection that never opened is an error; one that ends is closed, once', () => {
    const never = connect();
    never.wire.onerror?.();
    expect(never.heard).toEqual(['error transport close', 'close transport close']);
    const { wire, heard, receive, socket } = connect();
    receive(HELLO);
    wire.onclose?.();
    socket.close();
    receive('4late');
    socket.write('late');
    expect(heard).toEqual(['open', 'close transport close']);
    expect(wire.sent).toEqual([]);
  });

  test.each(['', '9', '1', '6', '5', 'xyz'])('%j means nothing and disturbs nothing', (frame) => {
    const { heard, receive } = connect();
    receive(HELLO);
    receive(frame);
    expect(heard).toEqual(['open']);
  });
});
