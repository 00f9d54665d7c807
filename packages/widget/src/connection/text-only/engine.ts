import { Emitter } from '@socket.io/component-emitter';

/**
 * Stands in for engine.io-client in the SDK's build: one WebSocket with text frames, which is all the
 * protocol has (docs/protocol.md). The original carries polling, upgrades and binary along, a fifth of
 * what a visitor would load (decision 0011). Speaks engine.io protocol 4: a type, then the data.
 */
const OPEN = '0';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';

interface Events {
  open(): void;
  data(text: string): void;
  error(error: Error): void;
  close(reason: string): void;
}

export class Socket extends Emitter<Record<never, never>, Record<never, never>, Events> {
  readyState: 'opening' | 'open' | 'closed' = 'opening';
  private readonly ws: WebSocket;
  private patienceMs = 0;
  private expiresAt = Number.POSITIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(relay: string, { path }: { path: string }) {
    super();
    const ws = new WebSocket(`${relay.replace(/^http/, 'ws')}${path}/?EIO=4&transport=websocket`);
    ws.onmessage = ({ data }) => this.take(String(data));
    ws.onclose = ws.onerror = () => this.end('transport close');
    this.ws = ws;
  }

  write(text: string): void {
    if (this.readyState === 'open') this.ws.send(MESSAGE + text);
  }

  close(): void {
    this.end('forced close');
  }

  /** Timers sleep with the machine: whoever is about to send asks the clock as well. */
  _hasPingExpired(): boolean {
    const hasExpired = Date.now() > this.expiresAt;
    if (hasExpired) queueMicrotask(() => this.end('ping timeout'));
    return hasExpired;
  }

  private take(frame: string): void {
    if (this.readyState === 'closed') return;
    const text = frame.slice(1);
    if (frame[0] === OPEN) {
      const { pingInterval, pingTimeout } = JSON.parse(text);
      this.patienceMs = pingInterval + pingTimeout;
      this.readyState = 'open';
      this.waitForPing();
      this.emitReserved('open');
    } else if (frame[0] === PING) {
      this.ws.send(PONG);
      this.waitForPing();
    } else if (frame[0] === MESSAGE) this.emitReserved('data', text);
  }

  private waitForPing(): void {
    clearTimeout(this.timer);
    this.expiresAt = Date.now() + this.patienceMs;
    this.timer = setTimeout(() => this.end('ping timeout'), this.patienceMs);
  }

  private end(reason: string): void {
    const { readyState, ws } = this;
    if (readyState === 'closed') return;
    this.readyState = 'closed';
    clearTimeout(this.timer);
    ws.onmessage = ws.onclose = ws.onerror = null;
    ws.close();
    if (readyState === 'opening') this.emitReserved('error', new Error(reason));
    this.emitReserved('close', reason);
  }
}
