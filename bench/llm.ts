import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEgress,
  createLlmAgent,
  createPoster,
  createSpendings,
  openSqliteStore,
} from '@throughline/server';
import { uuidv7 } from '@throughline/shared';
import { type Turn, turn } from '@throughline/shared/schema';
import { type Bench, percentile, round } from './figures.ts';
import { syncTime } from './load/rounds.ts';

const TURNS = 200;
const WARM_UP = 20;
const LINES = 20;

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const END = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`;

/** An endpoint that thinks for no time. */
async function startModel() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk('Hello '));
      setImmediate(() => response.end(chunk('there.') + END));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const line = (n: number) => ({
  ...{ seq: n + 1, id: uuidv7(), by: n % 2 === 0 ? 'visitor' : 'bot', name: null, time: n },
  text: 'Where is my parcel, please? It was ordered last week.',
});

function newTurn(): Turn {
  const id = uuidv7();
  return turn.parse({
    ...{ version: 1, id: `${id}:0`, reason: 'message', bot: { id: 'bench', version: 'v' } },
    conversation: { id, site: 'bench', language: 'en', page: null },
    contact: { id: uuidv7(), externalId: null, verified: false, name: null, facts: [] },
    lines: Array.from({ length: LINES + 1 }, (_, n) => line(n)),
    ...{ heard: LINES + 1, goal: null, asked: null, state: null, deadlineAt: Date.now() + 15_000 },
  });
}

/** From asking to the first token, with nothing of ours but the connection. */
async function askDirectly(url: string, poster: ReturnType<typeof createPoster>): Promise<number> {
  const startMs = performance.now();
  const headers = { 'content-type': 'application/json' };
  const outgoing = { headers, body: '{}', signal: AbortSignal.timeout(10_000) };
  const { body } = await poster.open(`${url}/chat/completions`, outgoing);
  let tookMs = 0;
  for await (const _ of body) tookMs ||= performance.now() - startMs;
  return tookMs;
}

/** What the relay adds to the endpoint's own time until the first token can be shown. */
export const llm: Bench = async (report) => {
  const { server, url } = await startModel();
  const poster = createPoster(createEgress(['127.0.0.1/32']));
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-llm-'));
  const store = openSqliteStore({ dataDir });
  const noLimit = { tokens: 1e9, microUsd: 1e9 };
  const agent = createLlmAgent(
    {
      ...{
        id: 'bench',
        name: 'Bench',
        deadlineMs: 15_000,
        url,
        structured: false,
        model: 'none',
        instructions: 'Help.',
      },
      ...{ tools: [], mcp: [], knowledge: [], facts: [], promises: [], linkHosts: [] },
      ...{ discloses: false, prices: { input: 0, output: 0 }, approvalMs: 60_000 },
      budget: { turn: { ...noLimit, toolCalls: 8 }, conversation: noLimit, siteDay: noLimit },
    },
    {
      poster,
      spendings: createSpendings(store, Date.now),
      approvals: { last: async () => undefined, use: async () => false },
      search: async () => [],
      secret: async () => undefined,
      origins: () => [],
      timeZone: () => 'UTC',
      now: Date.now,
    },
  );
  const added: number[] = [];
  const own: number[] = [];
  for (let n = 0; n < TURNS + WARM_UP; n++) {
    const ownMs = await askDirectly(url, poster);
    const about = newTurn();
    const startMs = performance.now();
    let firstMs = 0;
    const draft = () => {
      firstMs ||= performance.now() - startMs;
    };
    await agent.answer(about, { signal: AbortSignal.timeout(10_000), draft });
    if (n < WARM_UP) continue;
    own.push(ownMs);
    added.push(firstMs - ownMs);
  }
  poster.close();
  server.close();
  await store.close();
  rmSync(dataDir, { recursive: true });
  const setting = `${TURNS} turns of ${LINES} lines, endpoint on this machine, purses synced to disk; ${syncTime()}`;
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const)
    report({
      ...{
        metric: `first_token_added_${name}_ms`,
        value: round(percentile(added, share)),
        unit: 'ms',
      },
      ...{ goal: 20, floor: round(percentile(own, share)), setting },
    });
};
