import { describe, expect, onTestFinished, test } from 'vitest';
import { hasPostgres } from '../../packages/server/test/postgres.ts';
import { hasRedis } from '../../packages/server/test/redis.ts';
import { signIn, visitShop } from './people.ts';
import { setStage } from './stage.ts';

describe.runIf((await hasPostgres()) && hasRedis())('of two relays behind one address', () => {
  test('[D1] visitor and agent are each at another one, and one that is killed costs no message', async () => {
    const stage = await setStage({ relays: 2 });
    onTestFinished(() => stage.close());
    const shop = await stage.open();
    const visitor = await visitShop(shop, stage);
    await visitor.openChat();
    await visitor.say('Is the tent in stock?');
    await visitor.sees('Is the tent in stock?', 'Sent');
    const desk = await signIn(await stage.open(), stage);
    await desk.openConversation('Is the tent in stock?');
    await desk.reply('Seven of them.');
    await visitor.sees('Seven of them.');
    await stage.killLast();
    await visitor.say('Keep me one.');
    await visitor.sees('Keep me one.', 'Sent');
    await desk.sees('Keep me one.');
    await desk.reply('It has your name on it.');
    await visitor.sees('It has your name on it.');
    expect(await visitor.bubbles('Keep me one.').count()).toBe(1);
    expect(shop.faults).toEqual([]);
  });
});
