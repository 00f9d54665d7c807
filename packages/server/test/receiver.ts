import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { CloudEvent } from '@throughline/shared/schema';

/** One delivery as it arrived. */
export interface Received {
  headers: IncomingHttpHeaders;
  /** The body, byte for byte. */
  body: string;
  event: CloudEvent;
}

type Answering = (response: ServerResponse, received: Received) => void;

export interface Receiver extends AsyncDisposable {
  url: string;
  received: Received[];
  /** Short names of what arrived, in order. */
  types(): string[];
  /** What it answers from now on; 200 unless told otherwise. */
  answers(how: number | Answering): void;
  close(): Promise<void>;
}

/** A business's own server, as obedient or as broken as a test needs it. */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let answer: Answering = (response) => response.end('thanks');
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const one = { headers: request.headers, body, event: JSON.parse(body) as CloudEvent };
      received.push(one);
      answer(response, one);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      for (const socket of sockets) socket.destroy();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    types: () => received.map(({ event }) => event.type.replace('dev.throughline.', '')),
    answers(how) {
      answer = typeof how === 'number' ? (response) => response.writeHead(how).end() : how;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
