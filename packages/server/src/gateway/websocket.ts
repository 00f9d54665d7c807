import type { Socket } from 'node:net';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';

/** TCP connections with frames that have not left yet. */
const corked = new Set<Socket>();

function uncorkAll(): void {
  for (const tcp of corked) tcp.uncork();
  corked.clear();
}

/** Holds a connection's bytes back until the end of this turn of the event loop. */
function cork(tcp: Socket): void {
  if (corked.has(tcp)) return;
  if (corked.size === 0) setImmediate(uncorkAll);
  corked.add(tcp);
  tcp.cork();
}

/** The part of ws that writes frames; engine.io calls it directly for what it broadcasts. */
interface Sender {
  sendFrame(frame: Buffer[], done?: (error?: Error) => void): void;
}

/**
 * Frames of one turn leave together: an answer and the event that follows it, or all events of one
 * commit for an agent, are one write to the system instead of several. Measured with `pnpm bench
 * relay`: a third of the server's time went into such writes (decision 0006).
 */
class BatchingWebSocket extends WebSocket {
  setSocket(tcp: Socket, ...rest: unknown[]): void {
    const set = Reflect.get(WebSocket.prototype, 'setSocket') as (...args: unknown[]) => void;
    set.call(this, tcp, ...rest);
    const { _sender: sender } = this as unknown as { _sender: Sender };
    const send = sender.sendFrame.bind(sender);
    sender.sendFrame = (frame, done) => {
      cork(tcp);
      send(frame);
      // engine.io hands over the next packet only when told that this one is gone; that it waits for
      // its turn is none of its business. What a slow reader leaves is counted at the TCP socket.
      if (done) queueMicrotask(done);
    };
  }
}

/** What socket.io uses in place of ws itself. */
export class BatchingServer extends WebSocketServer {
  constructor(options: ServerOptions) {
    super({ ...options, WebSocket: BatchingWebSocket as never });
  }
}
