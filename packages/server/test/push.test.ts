import { createPublicKey } from 'node:crypto';
import type { SiteConfig } from '@throughline/shared/schema';
import { jwtVerify } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { startPushService } from './push-service.ts';
import { ORIGIN, type RelayTestOptions, SITE, startRelay, until } from './relay.ts';

async function world(options: RelayTestOptions = {}) {
  const relay = await startRelay(options);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const service = await startPushService();
  onTestFinished(() => service[Symbol.asyncDispose]());
  const visitor = await relay.visitor();
  const agent = await relay.agent();
  return { relay, service, visitor, agent };
}

/** A visitor who wrote, asked to be told, and left. */
async function gone(options?: RelayTestOptions) {
  const ground = await world(options);
  const { relay, service, visitor } = ground;
  const conversation = await visitor.start();
  const { subscription } = service;
  expect(await visitor.ask('push:set', { subscription })).toMatchObject({ ok: true });
  const { token } = visitor;
  visitor.close();
  await until(async () => {
    const { text } = await relay.fetch('/metrics');
    return /sockets_connected\{namespace="\/?visitor"\} 0/.test(text);
  }, 'leaving');
  return { ...ground, conversation, token };
}

const publicKeyOf = async (relay: Awaited<ReturnType<typeof startRelay>>) => {
  const { json } = await relay.fetch(`/v1/sites/${SITE}`, { headers: { origin: ORIGIN } });
  return (json as SiteConfig).pushKey ?? '';
};

test('whoever left is told of a reply: who wrote, what, and where it was', async () => {
  const { service, agent, conversation } = await gone();
  await agent.give('message:send', { conversation, text: 'It is on its way.' });
  await until(() => service.notices.length === 1, 'a notice');
  expect(service.notices).toEqual([
    { title: 'Ada', text: 'It is on its way.', conversation, url: 'https://shop.example/orders' },
  ]);
});

test('[MD-17] its title is one line of text, whatever they are called', async () => {
  const { relay, service, conversation } = await gone();
  const bo = await relay.agent(await relay.hire(' Bo\r\n<b>Support</b>\t\u2028 '));
  await bo.give('message:send', { conversation, text: '<img src=x>\nHello' });
  await until(() => service.notices.length === 1, 'a notice');
  expect(service.notices).toMatchObject([
    { title: 'Bo <b>Support</b>', text: '<img src=x>\nHello' },
  ]);
});

test('the push service can check who sends, and may keep only the newest for a day', async () => {
  const { relay, service, agent, conversation } = await gone();
  await agent.give('message:send', { conversation, text: 'Hello' });
  await until(() => service.notices.length === 1, 'a notice');
  const [headers] = service.headers;
  expect(headers).toMatchObject({ ttl: '86400', topic: conversation.replaceAll('-', '') });
  const [, token = '', key = ''] =
    /^vapid t=([^,]+), ?k=(.+)$/.exec(headers?.authorization ?? '') ?? [];
  expect(key).toBe(await publicKeyOf(relay));
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  );
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  const { payload } = await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' } as never));
  expect(payload.aud).toBe(new URL(service.subscription.endpoint).origin);
});

test('the same keys sign after a restart, or no browser would hear of anything again', async () => {
  const first = await startRelay();
  const key = await publicKeyOf(first);
  const { dataDir } = first;
  await first.stop();
  await using again = await startRelay({ dataDir });
  expect(await publicKeyOf(again)).toBe(key);
});

test('whoever is there, notes, and what they wrote themselves are nobody’s to be told of', async () => {
  const { service, visitor, agent, relay } = await world();
  const conversation = await visitor.start();
  await visitor.ask('push:set', { subscription: service.subscription });
  await agent.give('message:send', { conversation, text: 'You are here.' });
  await until(
    async () =>
      (await relay.store.deliveries.cursor('push'))?.offset ===
      (await relay.store.read.events.head()),
    'the reply to be weighed',
  );
  const { token } = visitor;
  visitor.close();
  await agent.give('note:add', { conversation, text: 'A secret' });
  const back = await relay.visitor({ token });
  await back.give('message:send', { conversation, text: 'Me again' });
  back.close();
  await until(async () => {
    await agent.give('message:send', { conversation, text: 'You have left.' });
    return service.notices.length > 0;
  }, 'a notice');
  expect(new Set(service.notices.map(({ text }) => text))).toEqual(new Set(['You have left.']));
});

test('nothing is sent any more once it is switched off, or the browser is nobody’s', async () => {
  const { relay, service, agent, conversation, token } = await gone();
  const back = await relay.visitor({ token });
  expect(await back.ask('push:set', { subscription: null })).toMatchObject({ ok: true });
  back.close();
  expect(await relay.store.read.contacts.pushOf(back.contact)).toEqual([]);
  await agent.give('message:send', { conversation, text: 'Anybody?' });
  expect(service.notices).toEqual([]);
});

test('what is for one person is not told at a browser that is another one’s by now', async () => {
  const { relay, service, agent, conversation, visitor } = await gone();
  const next = await relay.visitor();
  const own = await next.start();
  const { subscription } = service;
  expect(await next.ask('push:set', { subscription })).toMatchObject({ ok: true });
  expect(await relay.store.read.contacts.pushOf(visitor.contact)).toEqual([]);
  next.close();
  await agent.give('message:send', { conversation, text: 'Your diagnosis is in.' });
  await until(async () => {
    await agent.give('message:send', { conversation: own, text: 'Hello, next one' });
    return service.notices.length > 0;
  }, 'a notice');
  expect(new Set(service.notices.map(({ text }) => text))).toEqual(new Set(['Hello, next one']));
});

test('whoever wrote nothing takes no browser from anybody', async () => {
  const { relay, service, visitor } = await gone();
  const { subscription } = service;
  const stranger = await relay.visitor();
  await stranger.ask('push:set', { subscription });
  expect(await relay.store.read.contacts.pushOf(visitor.contact)).toHaveLength(1);
});

test.each([404, 410])('a browser whose push service answers %i is forgotten', async (status) => {
  const { relay, service, visitor, agent, conversation } = await gone();
  service.answers(status);
  await agent.give('message:send', { conversation, text: 'Hello' });
  const left = () => relay.store.read.contacts.pushOf(visitor.contact);
  await until(async () => (await left()).length === 0, 'forgetting');
});

test('a push service in trouble costs the one notice, and is told in the log without its address', async () => {
  const { relay, service, agent, conversation } = await gone();
  service.answers(500);
  await agent.give('message:send', { conversation, text: 'Lost' });
  const told = () => relay.logLines.find((line) => line.includes('could not be told of a reply'));
  await until(() => told() !== undefined, 'a log line');
  expect(told()).not.toContain('/push/one');
  service.answers(201);
  await agent.give('message:send', { conversation, text: 'There' });
  await until(() => service.notices.some(({ text }) => text === 'There'), 'a notice');
});

test('a long reply is cut to what fits a notice', async () => {
  const { service, agent, conversation } = await gone();
  await agent.give('message:send', { conversation, text: '😀'.repeat(2000) });
  await until(() => service.notices.length === 1, 'a notice');
  expect(service.notices[0]?.text).toMatch(/^(😀){80}…$/u);
});

test('whoever wrote nothing has nothing to be told of', async () => {
  const { service, visitor } = await world();
  expect(await visitor.ask('push:set', { subscription: service.subscription })).toMatchObject({
    error: { code: 'wrong_status' },
  });
});

test.each([
  ['an address inside the network', { endpoint: 'https://10.0.0.1/x' }, 'address_not_allowed'],
  ['no address', { endpoint: 'javascript:alert(1)' }, 'bad_value'],
  ['a page that is none', { url: 'data:text/html,x' }, 'bad_value'],
  ['a key that is none', { p256dh: 'short' }, 'bad_value'],
])('a subscription with %s is refused', async (_, wrong, code) => {
  const { service, visitor } = await world();
  await visitor.start();
  const subscription = { ...service.subscription, ...wrong };
  expect(await visitor.ask('push:set', { subscription })).toMatchObject({ error: { code } });
});
