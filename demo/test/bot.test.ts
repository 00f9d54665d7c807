import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type NewReply, reply } from '@throughline/shared/schema';
import { newWebhookSecret, signWebhook } from '@throughline/shared/webhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBot } from '../bot/bot.ts';

const secret = newWebhookSecret();
let bot: ReturnType<typeof startBot>;
beforeAll(async () => {
  bot = startBot(0, secret);
  await once(bot, 'listening');
});
afterAll(async () => {
  bot.close();
  await once(bot, 'close');
});

/** A turn as the relay asks it: as much of one as the bot looks at. */
async function ask(said: string, signedWith = secret): Promise<Response> {
  const id = `${randomUUIDv7()}:1`;
  const body = JSON.stringify({ version: 1, id, lines: [{ text: said }] });
  const headers = signWebhook([signedWith], { id, timestamp: Math.floor(Date.now() / 1000), body });
  const { port } = bot.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, headers });
}

const said = async (text: string) => reply.parse((await (await ask(text)).json()) as NewReply);

test('the example is thirty lines', () => {
  const source = readFileSync(new URL('../bot/bot.ts', import.meta.url), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
});

test('it says where an order is, asks for its number, and hands off all else', async () => {
  expect((await said('Where is order 90441?')).acts).toEqual([
    { do: 'say', text: 'Order 90441 is on its way to you.' },
  ]);
  expect((await said('Where is my order?')).next).toEqual({ do: 'wait' });
  for (const text of ['I want to return this', 'Where is order 12345?', ''])
    expect(await said(text)).toMatchObject({ acts: [], next: { do: 'hand_off' } });
});

test('it does nothing for whoever has not its secret', async () => {
  expect((await ask('Where is order 90441?', newWebhookSecret())).status).toBe(401);
});
