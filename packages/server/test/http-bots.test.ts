import { uuidv7 } from '@throughline/shared';
import type { botsDocument, NewReply, Turn, Unsigned } from '@throughline/shared/schema';
import { verify } from '@throughline/shared/webhooks';
import { afterAll, describe, expect, test } from 'vitest';
import { type Asked, type BotServer, startBotServer } from './bot-server.ts';
import { type Answer, startRelay, until } from './relay.ts';

type BotDocument = (typeof botsDocument)['_zod']['input']['bots'][number];

const relay = await startRelay();
const { session: as } = await relay.hire('Root', 'admin');
/** What the bot does with a turn; every test says. */
let answer: (asked: Asked) => NewReply | Answer | undefined | Promise<NewReply | undefined>;
const server: BotServer = await startBotServer((asked, response) => {
  const said = answer(asked);
  if (said === undefined) return void response.writeHead(202).end();
  return said;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
});

async function publish(bots: BotDocument[]): Promise<Unsigned> {
  const path = '/v1/blueprint/bots';
  const headers = { 'if-match': String((await relay.fetch(path, { as })).headers.etag) };
  const said = await relay.fetch(path, { as, method: 'PUT', body: { bots }, headers });
  if (said.status !== 200) throw new Error(said.text);
  return (said.json as { unsigned: Unsigned }).unsigned;
}

const rotate = (bot: string, headers = {}) =>
  relay.fetch(`/v1/bots/${bot}/rotate`, { as, method: 'POST', headers });
const keep = (bot: string, secret: string, headers = {}) =>
  relay.fetch(`/v1/bots/${bot}/secret`, { as, method: 'PUT', body: { secret }, headers });
const code = ({ json }: Answer) => (json as { code: string } | undefined)?.code;

await publish([
  { id: 'orders', kind: 'http', name: 'Lina', url: server.url, start: {} },
  { id: 'rasa', kind: 'http', name: 'Rasa', url: server.url, shape: 'rasa' },
]);
const { secret } = (await rotate('orders')).json as { secret: string };

/** Somebody who writes, and what the bot says to it. */
async function visit(text: string) {
  const visitor = await relay.visitor();
  const conversation = await visitor.start();
  await visitor.give('message:send', { conversation, text });
  const said = () =>
    visitor
      .all<{ type: string; actor: { kind: string; name: string }; data: { text: string } }>('event')
      .filter(({ type, actor }) => type === 'message.created' && actor.kind === 'bot')
      .map(({ actor, data }) => `${actor.name}: ${data.text}`);
  return { visitor, conversation, said };
}

const turnIn = ({ json }: Asked): Turn => json as Turn;
const toReply = (turn: string, token: string, body: unknown) =>
  relay.fetch(`/v1/turns/${encodeURIComponent(turn)}/reply`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}` },
  });

describe('a bot over HTTP', () => {
  test('is asked when a visitor writes, and the visitor reads what it says', async () => {
    answer = () => ({ acts: [{ do: 'say', text: 'On its way.' }] });
    const { said, conversation } = await visit('Where is my order?');
    await until(() => said().length === 1);
    expect(said()).toEqual(['Lina: On its way.']);
    const asked = server.asked.at(-1);
    const turn = verify<Turn>(asked?.text ?? '', asked?.headers ?? {}, secret);
    expect(turn).toMatchObject({
      conversation: { id: conversation, site: 'shop' },
      bot: { id: 'orders' },
      lines: [{ by: 'visitor', text: 'Where is my order?' }],
    });
  });

  test('[P9] keeps no words of a visitor in what is known of its turn: they can be deleted', async () => {
    answer = () => ({ acts: [{ do: 'say', text: 'Never mind.' }] });
    const { visitor, conversation, said } = await visit('my secret is 4711');
    await until(() => said().length === 1);
    const events = await relay.events();
    const message = events.find(({ data }) => 'text' in data && data.text === 'my secret is 4711');
    await visitor.give('message:delete', { conversation, message: message?.id });
    expect(JSON.stringify(await relay.events())).not.toContain('my secret');
  });

  test('keeps its state from one turn to the next', async () => {
    answer = (asked) => ({
      acts: [{ do: 'say', text: `Before: ${JSON.stringify(turnIn(asked).state)}` }],
      state: { lines: turnIn(asked).lines.length },
    });
    const { said, visitor, conversation } = await visit('One');
    await until(() => said().length === 1);
    await visitor.give('message:send', { conversation, text: 'Two' });
    await until(() => said().length === 2);
    expect(said()).toEqual(['Lina: Before: null', 'Lina: Before: {"lines":1}']);
  });

  test('answers later under the token of the turn; again is again, another answer is too late', async () => {
    const asked = Promise.withResolvers<Asked>();
    answer = (it) => {
      asked.resolve(it);
      return undefined;
    };
    const { said } = await visit('Take your time');
    const { id } = turnIn(await asked.promise);
    const token = String((await asked.promise).headers['throughline-reply-token']);
    const body = { acts: [{ do: 'say', text: 'Here I am.' }] };
    for (const wrong of ['', 'x', `${token}x`]) {
      const refused = await toReply(id, wrong, body);
      expect([refused.status, code(refused)]).toEqual([404, 'not_found']);
    }
    expect(code(await toReply(`${id}1`, token, body))).toBe('not_found');
    expect(code(await toReply(id, token, { acts: [{ do: 'dance' }] }))).toBe('bad_type');
    expect((await toReply(id, token, body)).status).toBe(202);
    await until(() => said().length === 1);
    expect((await toReply(id, token, body)).status).toBe(202);
    expect(code(await toReply(id, token, { acts: [] }))).toBe('turn_over');
    expect(said()).toEqual(['Lina: Here I am.']);
  });

  test('gets no more of a person than agents see, and no card number', async () => {
    answer = () => ({});
    const { visitor, conversation } = await visit('4111 1111 1111 1111');
    const path = `/v1/contacts/${visitor.contact}/facts`;
    const facts = [
      { name: 'plan', value: 'gold' },
      { name: 'risk', value: 0.9, visibility: 'programs' },
    ];
    await relay.fetch(path, { method: 'POST', key: await relay.key(), body: { facts } });
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const turn = await until(() =>
      server.asked.map(turnIn).find(({ contact }) => contact?.facts.length > 0),
    );
    expect(turn.contact.facts.map(({ name }) => name)).toEqual(['plan']);
    expect(JSON.stringify(server.asked)).not.toContain('4111 1111');
  });
});

describe('the secret of a bot', () => {
  test('a new one signs beside the one before', async () => {
    const { secret: second } = (await rotate('orders')).json as { secret: string };
    answer = () => ({ acts: [{ do: 'say', text: 'Yes' }] });
    const { said } = await visit('Hello?');
    await until(() => said().length === 1);
    const { text = '', headers = {} } = server.asked.at(-1) ?? {};
    for (const one of [secret, second]) expect(verify<Turn>(text, headers, one).version).toBe(1);
    expect(code(await rotate('orders'))).toBe('wrong_status');
  });

  test('of another system is kept, replaced at once, and never shown', async () => {
    expect((await keep('rasa', 'first-token')).status).toBe(204);
    expect((await keep('rasa', 'second-token')).status).toBe(204);
    const kept = await relay.store.read.secrets.of('bot:rasa');
    expect(kept.map((one) => one.secret)).toEqual(['second-token']);
    const events = JSON.stringify(await relay.events());
    expect(events).toContain('"kind":"bot","id":"rasa"');
    expect(events + relay.logLines.join('')).not.toContain('second-token');
  });

  test('the same request again changes nothing', async () => {
    const headers = { 'idempotency-key': uuidv7() };
    await keep('rasa', 'a', headers);
    const head = await relay.store.read.events.head();
    expect((await keep('rasa', 'a', headers)).status).toBe(204);
    expect(code(await keep('rasa', 'b', headers))).toBe('idempotency_conflict');
    expect(await relay.store.read.events.head()).toBe(head);
  });

  test('goes with the bot, in the publication that takes it out: a later one of its name has none', async () => {
    const before = await relay.fetch('/v1/blueprint/bots', { as });
    const { bots } = before.json as { bots: BotDocument[] };
    const lent: BotDocument[] = [
      ...bots,
      { id: 'lent', kind: 'http', name: 'Lent', url: server.url },
      { id: 'model', kind: 'llm', name: 'Model', url: server.url, model: 'm' },
    ];
    await publish(lent);
    await rotate('lent');
    await keep('model', 'model-key');
    const body = { secret: 'tools-key', use: 'tools' };
    await relay.fetch('/v1/bots/model/secret', { as, method: 'PUT', body });
    const kept = async () => {
      const owners = ['bot:orders', 'bot:lent', 'bot:model', 'bot:model/tools'];
      const all = await Promise.all(owners.map((owner) => relay.store.read.secrets.of(owner)));
      return all.map((some) => some.length > 0);
    };
    expect(await kept()).toEqual([true, true, true, true]);
    await publish(bots);
    expect(await kept()).toEqual([true, false, false, false]);
    await publish(lent);
    expect(await kept()).toEqual([true, false, false, false]);
    await publish(bots);
  });

  test('is missing, and whoever publishes or looks hears of it by name, until there is one', async () => {
    const before = await relay.fetch('/v1/blueprint/bots', { as });
    const { bots } = before.json as { bots: BotDocument[] };
    const lent: BotDocument = { id: 'lent', kind: 'http', name: 'Lent', url: server.url };
    const token: BotDocument = { ...lent, shape: 'rasa' };
    const missing = [{ kind: 'bot', id: 'lent', rotate: '/v1/bots/lent/rotate' }];
    const told = async () =>
      ((await relay.fetch('/v1/bots', { as })).json as { unsigned: Unsigned }).unsigned;
    // A token of another system's lets the relay in there, and signs nothing.
    expect(await publish([...bots, token])).toEqual([]);
    await keep('lent', 'their-token');
    expect(await publish([...bots, lent])).toEqual(missing);
    expect(await told()).toEqual(missing);
    const [{ rotate: path = '' } = {}] = await told();
    expect((await relay.fetch(path, { as, method: 'POST' })).status).toBe(200);
    expect(await told()).toEqual([]);
    expect(await publish([...bots, lent])).toEqual([]);
    // Taken out and brought back by an old version, it has none again.
    await publish(bots);
    const { data } = (await relay.fetch('/v1/blueprint/versions?limit=2', { as })).json as {
      data: { version: number }[];
    };
    const restore = `/v1/blueprint/versions/${data[1]?.version}/restore`;
    const restored = await relay.fetch(restore, { as, method: 'POST' });
    expect(restored.json).toMatchObject({ unsigned: missing });
    await publish(bots);
  });

  test('is made on one side: ours or theirs; and only for a bot there is', async () => {
    expect(code(await rotate('rasa'))).toBe('wrong_secret');
    expect(code(await keep('orders', 'x'))).toBe('wrong_secret');
    expect(code(await rotate('nobody'))).toBe('not_found');
    expect(code(await keep('nobody', 'x'))).toBe('not_found');
    expect(code(await keep('rasa', 'two lines\r\nx: y'))).toBe('bad_value');
  });
});
