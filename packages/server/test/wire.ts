import { type Socket, connect as tcp } from 'node:net';
import WebSocket from 'ws';
import { ORIGIN, until } from './relay.ts';

export const VISITOR = { protocol: 1, site: 'shop' };

/** A WebSocket without a client library on top: what is sent is sent as it stands. */
export interface RawSocket {
  ws: WebSocket;
  frames: string[];
  /** The close code, once it is closed. */
  closed(): number | undefined;
  send(frame: string | Buffer): void;
  /** The first frame that matches, now or soon. */
  next(match: RegExp): Promise<string>;
  /** Waits for the end, and gives the close code. */
  end(waitMs?: number): Promise<number>;
}

export const socketUrl = (url: string, query = 'EIO=4&transport=websocket') =>
  `${url.replace('http', 'ws')}/v1/socket/?${query}`;

/** Opens the WebSocket and nothing more. */
export async function openRaw(
  url: string,
  {
    query,
    headers = { origin: ORIGIN },
  }: { query?: string; headers?: Record<string, string> } = {},
): Promise<RawSocket> {
  const ws = new WebSocket(socketUrl(url, query), { headers, perMessageDeflate: false });
  const frames: string[] = [];
  let code: number | undefined;
  let failure: Error | undefined;
  ws.on('message', (data) => frames.push(String(data)));
  ws.on('close', (got) => {
    code ??= got;
  });
  ws.on('error', (error) => {
    failure = error;
  });
  await until(() => ws.readyState === WebSocket.OPEN || failure || code, 'the socket to open');
  if (failure) throw failure;
  return {
    ws,
    frames,
    closed: () => code,
    send: (frame) => ws.send(frame),
    next: (match) =>
      until(() => frames.find((frame) => match.test(frame)), `a frame like ${match}`),
    end: (waitMs = 10_000) => until(() => code, 'the socket to close', waitMs),
  };
}

/** Opens it and says hello, like a widget. */
export async function visitRaw(url: string, auth: unknown = VISITOR): Promise<RawSocket> {
  const raw = await openRaw(url);
  raw.send(`40/visitor,${JSON.stringify(auth)}`);
  await raw.next(/"welcome"/);
  return raw;
}

/** Sends bytes and gives what came back until the other side, or `waitMs`, ended it. */
export function bytes(
  url: string,
  data: string | Buffer,
  { waitMs = 2000, reset = false }: { waitMs?: number; reset?: boolean } = {},
): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket: Socket = tcp({ host: hostname, port: Number(port) });
    let got = '';
    const done = () => {
      socket.destroy();
      resolve(got);
    };
    socket.on('data', (part) => {
      got += part.toString('latin1');
    });
    socket.on('close', done);
    socket.on('error', done);
    socket.setTimeout(waitMs, done);
    socket.on('connect', () => {
      socket.write(data, () => {
        if (reset) setTimeout(() => socket.resetAndDestroy(), 20);
      });
    });
  });
}
