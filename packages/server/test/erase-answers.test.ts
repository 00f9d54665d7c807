import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { type Received, startReceiver } from './receiver.ts';
import { startRelay, type TestRelay, until } from './relay.ts';

/** What stands for the person who is erased, and for somebody who is not. */
const [GONE, KEPT] = ['ERASEDcanary', 'KEPTcanary'];

/** Answers with what it was sent, as some do. */
const echo = (response: ServerResponse, { body }: Received): void => void response.end(body);

async function personOf(relay: TestRelay, mark: string) {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  const say = (text: string) => visitor.give('message:send', { conversation, text });
  await visitor.give('contact:update', { attributes: { plan: mark } });
  await say(`${mark} one`);
  return { visitor, say };
}

test('[PR-06] what an endpoint said back goes too, also of what was under way meanwhile', async () => {
  await using relay = await startRelay();
  await using receiver = await startReceiver();
  receiver.answers(echo);
  const { session } = await relay.hire('Ada', 'admin');
  const body = { url: receiver.url, pii: 'content' };
  const made = await relay.fetch('/v1/endpoints', { method: 'POST', as: session, body });
  const endpoint = (made.json as { id: string }).id;
  const gone = await personOf(relay, GONE);
  await personOf(relay, KEPT);
  const { deliveries } = relay.store;
  const answers = async () => {
    const all = await deliveries.list({ endpoint, before: 1e9, limit: 1000 });
    const tries = all.map(({ offset }) => deliveries.attempts(endpoint, offset));
    return JSON.stringify(await Promise.all(tries));
  };
  for (const mark of [`${GONE} one`, `${KEPT} one`])
    await until(async () => (await answers()).includes(mark), mark);

  const held: (() => void)[] = [];
  receiver.answers((...one) => void held.push(() => echo(...one)));
  await gone.say(`Late ${GONE}`);
  await until(() => held.length > 0, 'what is under way');
  const key = await relay.key();
  const path = `/v1/contacts/${gone.visitor.contact}/erase`;
  expect((await relay.fetch(path, { method: 'POST', key })).status).toBe(201);
  await until(async () => !(await answers()).includes(GONE), 'the end of what was answered');
  receiver.answers(echo);
  for (const answer of held) answer();
  await until(async () => (await answers()).includes('contact.erased'), 'what came behind');
  expect(await answers()).not.toContain(GONE);
  expect(await answers()).toContain(KEPT);
});
