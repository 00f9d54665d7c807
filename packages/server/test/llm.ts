import { randomUUIDv7 } from 'node:crypto';
import {
  type Line,
  type LlmConfig,
  llmFields,
  type Reply,
  reply,
  type Turn,
  turn,
} from '@throughline/shared/schema';
import { createLlmAgent, type LlmBot, type LlmParts } from '../src/bots/llm/agent.ts';
import type { Passage } from '../src/bots/llm/session.ts';
import type { Answer } from '../src/bots/participant.ts';
import type { Amount, Spendings } from '../src/settings/spendings.ts';
import { modelInProcess, type Play } from './model-server.ts';

export const NOW = Date.UTC(2026, 0, 5, 12);

/** As the blueprint reads it. */
export const llmConfig = (given: object = {}): LlmBot => {
  const about = { url: 'http://model.test/v1', model: 'test-1', ...given };
  const fields = Object.entries(llmFields).map(([name, schema]) => [
    name,
    schema.parse(Reflect.get(about, name)),
  ]);
  const config = Object.fromEntries(fields) as LlmConfig;
  return { id: 'helper', name: 'Helper', deadlineMs: 15_000, ...config };
};

let count = 0;
const at = () => ({ seq: ++count, id: randomUUIDv7(), time: NOW });

export const visitor = (text: string): Line => ({ ...at(), by: 'visitor', name: null, text });
export const person = (text: string): Line => ({ ...at(), by: 'agent', name: 'Ada', text });
export const bot = (text: string): Line => ({ ...at(), by: 'bot', name: 'Helper', text });

export function turnOf(lines: Line[], given: object = {}): Turn {
  const id = randomUUIDv7();
  return turn.parse({
    version: 1,
    id: `${id}:0`,
    reason: 'message',
    bot: { id: 'helper', version: 'v' },
    conversation: { id, site: 'shop', language: 'en', page: null },
    contact: { id: randomUUIDv7(), externalId: 'c-1', verified: true, name: 'Grace', facts: [] },
    lines,
    heard: count,
    goal: null,
    asked: null,
    state: null,
    deadlineAt: NOW + 15_000,
    ...given,
  });
}

/** Kept in memory, by the same rules as in the store. */
export function spendingsInMemory(): Spendings & { of(key: string): Amount } {
  const spent = new Map<string, Amount>();
  const of = (key: string) => spent.get(key) ?? { tokens: 0, microUsd: 0 };
  const add = (key: string, { tokens, microUsd }: Amount) =>
    spent.set(key, { tokens: of(key).tokens + tokens, microUsd: of(key).microUsd + microUsd });
  return {
    of,
    async take(purses, spending) {
      const fits = purses.every(
        ({ key, tokens, microUsd }) =>
          of(key).tokens + spending.tokens <= tokens &&
          of(key).microUsd + spending.microUsd <= microUsd,
      );
      if (fits) for (const { key } of purses) add(key, spending);
      return fits;
    },
    async settle(purses, difference) {
      for (const { key } of purses) add(key, difference);
    },
  };
}

/** A call that reached one of the business's systems. */
export interface Reached {
  url: string;
  headers: Record<string, string>;
  body: { arguments: Record<string, unknown>; contact: object; conversation: string };
}

type Answering = (reached: Reached) => { status?: number; body: string };

interface Given {
  config?: object;
  play?: Play;
  tools?: Answering;
  passages?: Passage[];
  parts?: Partial<LlmParts>;
}

/** A bot with all that is around it, and what came of it. */
export function stage({
  config = {},
  play = () => ({ text: 'Hello.' }),
  tools,
  passages = [],
  parts,
}: Given = {}) {
  const reached: Reached[] = [];
  const model = modelInProcess(play);
  const spendings = spendingsInMemory();
  const drafts: string[] = [];
  const agent = createLlmAgent(llmConfig(config), {
    poster: {
      open: model,
      async post(url, { headers, body }) {
        const one = { url, headers, body: JSON.parse(String(body)) as Reached['body'] };
        reached.push(one);
        const answer = tools?.(one) ?? { body: '{"ok":true}' };
        return { status: answer.status ?? 200, headers: {}, body: answer.body };
      },
    },
    spendings,
    approvals: { last: async () => undefined, use: async () => false },
    search: async () => passages,
    secret: async () => undefined,
    origins: () => ['https://shop.example'],
    timeZone: () => 'UTC',
    now: () => NOW,
    ...parts,
  });
  return {
    agent,
    reached,
    spendings,
    drafts,
    asked: model.asked,
    async answer(about: Turn, signal = new AbortController().signal): Promise<Answer> {
      const answer = await agent.answer(about, { signal, draft: (text) => drafts.push(text) });
      // Whatever a model does, what comes of it is a reply as every bot gives it.
      reply.parse(answer.reply);
      return answer;
    },
  };
}

export const saidIn = ({ acts }: Reply): string =>
  acts.flatMap((act) => (act.do === 'say' ? [act.text] : [])).join('\n');
