import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Turn } from '@throughline/shared/schema';
import { newWebhookSecret, signWebhook } from '@throughline/shared/webhooks';
import { expect, onTestFinished, test } from 'vitest';
import { createEgress } from '../../lib/egress.ts';
import { createPoster } from '../../lib/post.ts';
import { callTool } from './call.ts';
import type { Call } from './interpret.ts';

const NOW = 1_795_422_929_000;
const secret = newWebhookSecret();

const turn = {
  id: 'run:1',
  contact: { id: 'c', externalId: 'C-1', verified: true, name: 'Ada', facts: [] },
  conversation: { id: 'v', site: 'shop', language: null, page: null },
} as unknown as Turn;

const call: Call = {
  ...{ kind: 'call', tool: 'score', take: [], facts: [], timeoutMs: 300, attempts: 3 },
  ...{ next: 'done', otherwise: 'person' },
};

interface Got {
  headers: IncomingMessage['headers'];
  body: string;
}

/** A program of the business that answers one after another; null: never. */
async function tool(...answers: ([status: number, body: string] | null)[]) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const answer =
      answers[Math.min(got.push({ headers: request.headers, body }), answers.length) - 1];
    if (answer) response.writeHead(answer[0]).end(answer[1]);
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const poster = createPoster(createEgress(['127.0.0.0/8']));
  onTestFinished(() => {
    poster.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`;
  const caller = { poster, urlOf: () => url, secretsOf: async () => [secret], now: () => NOW };
  const { signal } = new AbortController();
  const asked = (more: object = {}, over: object = {}) =>
    callTool(
      { call: { ...call, ...over }, step: 'score', vars: { size: 3 } },
      { turn, signal, ...more },
      caller,
    );
  return { got, asked, caller };
}

test('a tool is told of whom, where and what, signed as a webhook is', async () => {
  const { got, asked } = await tool([200, '{"score":7,"more":{"a":1},"ok":true}']);
  const { answer, trace } = await asked();
  expect(answer).toEqual({ score: 7, ok: true });
  expect(trace).toMatchObject({ kind: 'tool', name: 'score', ok: true, input: '{"size":3}' });
  const [{ headers, body } = { headers: {}, body: '' }] = got;
  expect(JSON.parse(body)).toEqual({
    contact: { id: 'c', externalId: 'C-1', verified: true, name: 'Ada' },
    conversation: { id: 'v', site: 'shop' },
    vars: { size: 3 },
  });
  const id = 'run:1:score';
  expect(headers).toMatchObject({
    'idempotency-key': id,
    ...signWebhook([secret], { id, timestamp: NOW / 1000, body }),
  });
});

test('a tool that fails is asked again, under the same key', async () => {
  const { got, asked } = await tool([503, ''], [200, '{"score":1}']);
  expect((await asked()).answer).toEqual({ score: 1 });
  expect(new Set(got.map(({ headers }) => headers['idempotency-key']))).toEqual(
    new Set(['run:1:score']),
  );
  expect(got).toHaveLength(2);
});

test('a tool that refuses is asked once', async () => {
  const { got, asked } = await tool([422, '']);
  const { answer, trace } = await asked();
  expect(answer).toBeNull();
  expect(trace).toMatchObject({ ok: false, output: 'it answered 422' });
  expect(got).toHaveLength(1);
});

test.each([
  ['says nothing', null],
  ['breaks', [500, ''] as [number, string]],
  ['speaks no JSON', [200, 'score: 1'] as [number, string]],
])('a tool that %s has no answer', async (_what, answer) => {
  const { got, asked } = await tool(answer);
  expect(await asked({}, { attempts: 2 })).toMatchObject({ answer: null, isMade: true });
  expect(got).toHaveLength(2);
});

test('a tool without a secret, or that is published no more, is not asked', async () => {
  const { got, caller } = await tool([200, '{}']);
  const { signal } = new AbortController();
  const at = { call: call, step: 'score', vars: {} };
  const none = { ...caller, secretsOf: async () => [] };
  const unsigned = await callTool(at, { turn, signal }, none);
  expect(unsigned).toMatchObject({ isMade: false, trace: { output: 'it has no secret' } });
  const gone = { ...caller, urlOf: () => undefined };
  expect(await callTool(at, { turn, signal }, gone)).toMatchObject({ answer: null, isMade: false });
  expect(got).toHaveLength(0);
});

test('nobody goes on where nobody waits any more', async () => {
  const { asked } = await tool(null);
  const over = new AbortController();
  const asking = asked({ signal: over.signal }, { timeoutMs: 5000 });
  over.abort();
  await expect(asking).rejects.toThrow();
});
