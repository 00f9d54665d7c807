import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectApi } from './api.ts';
import { follow } from './follow.ts';

/** Something that speaks server-sent events and behaves as it is told. */
async function serve(connections: ((response: ServerResponse, after: string) => void)[]) {
  const server = createServer((request, response) => {
    const next = connections.shift();
    response.writeHead(next ? 200 : 503, { 'content-type': 'text/event-stream' });
    if (next) next(response, String(request.headers['last-event-id']));
    else response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return connectApi({ env: { THROUGHLINE_API_KEY: 'k' }, values: { url } });
}

const message = (n: number) => `id: e.${n}\nevent: x\ndata: {"id":"${n}"}\n\n`;

/** What is seen until `count` have come; each takes `busyMs` to be worked on. */
async function collect(api: ReturnType<typeof connectApi>, count: number, busyMs = 0) {
  const stopped = new AbortController();
  const notes: string[] = [];
  const options = { query: {}, after: 'e.0', silenceMs: 300 };
  const note = (line: string) => void notes.push(line);
  const seen: string[] = [];
  for await (const { event } of follow(api, { ...options, signal: stopped.signal, note })) {
    seen.push(event.id);
    await sleep(busyMs);
    if (seen.length === count) stopped.abort();
  }
  return { seen, notes };
}

test('a connection that is cut within an event goes on behind the last whole one', async () => {
  const asked: string[] = [];
  const api = await serve([
    (response, after) => {
      asked.push(after);
      response.write(message(1) + message(2).slice(0, -1));
      setTimeout(() => response.destroy(), 50);
    },
    (response, after) => {
      asked.push(after);
      response.end(message(2) + message(3).slice(0, -1));
    },
    (response, after) => {
      asked.push(after);
      response.write(message(3));
    },
  ]);
  expect((await collect(api, 3)).seen).toEqual(['1', '2', '3']);
  expect(asked).toEqual(['e.0', 'e.1', 'e.2']);
});

test('a connection without a heartbeat is cut; one with a heartbeat is not', async () => {
  const api = await serve([
    (response) => response.write(message(1)),
    (response) => {
      const beat = setInterval(() => response.write(': still here\n\n'), 100);
      setTimeout(() => response.write(message(2)), 900);
      response.on('close', () => clearInterval(beat));
    },
  ]);
  const { seen, notes } = await collect(api, 2);
  expect(seen).toEqual(['1', '2']);
  expect(notes.slice(1)).toEqual(['The connection was lost; trying again.', 'Connected again.']);
});

test('time a reader takes is no silence of the relay', async () => {
  const api = await serve([(response) => response.write(message(1) + message(2))]);
  const { seen, notes } = await collect(api, 2, 500);
  expect(seen).toEqual(['1', '2']);
  expect(notes).toHaveLength(1);
});
