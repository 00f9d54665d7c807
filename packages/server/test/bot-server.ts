import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Asked {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Byte for byte. */
  text: string;
  json: never;
}

type Answering = (asked: Asked, response: ServerResponse) => unknown;

export interface BotServer extends AsyncDisposable {
  url: string;
  asked: Asked[];
}

/** Somebody's bot: `answer` gives the JSON it answers with, or writes something of its own. */
export async function startBotServer(answer: Answering): Promise<BotServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const text = (await buffer(request)).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      text,
      json: (text ? JSON.parse(text) : undefined) as never,
    };
    asked.push(one);
    const value = await answer(one, response);
    if (value === undefined) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
