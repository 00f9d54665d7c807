import { uuidv7 } from '@throughline/shared';
import type { Line, Turn } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import { createHttpBot, type HttpBotConfig } from '../src/bots/http/index.ts';
import { createTurnReplies } from '../src/conversations/turn-replies.ts';
import { createEgress } from '../src/lib/egress.ts';
import { createPoster } from '../src/lib/post.ts';
import { createSigner } from '../src/lib/signer.ts';

export const line = (more: Partial<Line> = {}): Line => ({
  seq: 1,
  id: uuidv7(),
  by: 'visitor',
  name: 'Grace',
  text: 'Where is my order?',
  time: 0,
  ...more,
});

export const turnOf = (more: Partial<Turn> = {}): Turn => ({
  version: 1,
  id: `${uuidv7()}:1`,
  reason: 'message',
  bot: { id: 'orders', version: 'v' },
  conversation: { id: uuidv7(), site: 'shop', language: 'en', page: null },
  contact: { id: uuidv7(), externalId: 'C-7', verified: true, name: 'Grace', facts: [] },
  lines: [line()],
  heard: 1,
  goal: null,
  asked: null,
  state: null,
  deadlineAt: Date.now() + 15_000,
  ...more,
});

/** A bot as the relay has it, with real connections; only the wait between tries is made short. */
export function httpBot(
  config: Partial<HttpBotConfig> & { url: string },
  more: { now?(): number; secrets?: string[]; allow?: string[] } = {},
) {
  const { now = Date.now, secrets = [newWebhookSecret()], allow = ['127.0.0.0/8'] } = more;
  const poster = createPoster(createEgress(allow));
  const replies = createTurnReplies(createSigner('key'));
  const bot = createHttpBot(
    { id: 'orders', name: 'Lina', deadlineMs: 15_000, shape: 'throughline', ...config },
    { poster, secretsOf: async () => secrets, replies, now, random: () => 0 },
  );
  const ask = (turn: Turn, signal = new AbortController().signal) =>
    bot.answer(turn, { signal, draft() {} });
  return { ask, bot, replies, secrets, [Symbol.dispose]: () => poster.close() };
}
