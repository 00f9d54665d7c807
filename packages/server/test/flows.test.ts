import { uuidv7 } from '@throughline/shared';
import type { AgentEvent } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Conversation, LogRecord } from '../src/store/store.ts';
import { type FlowDocument, publishFlows } from './flows.ts';
import {
  type RelayTestOptions,
  site,
  startRelay,
  tempDir,
  until,
  type VisitorPeer,
} from './relay.ts';
import { plan, publishRouting } from './routing.ts';

const greeting: FlowDocument = {
  ...{ id: 'greeting', name: 'Lina', first: 'topic' },
  steps: {
    topic: {
      ...{ kind: 'choose', text: 'Hello! What is it about?', other: 'person' },
      options: [
        { action: 'parcel', label: 'My parcel', next: 'number' },
        { action: 'person', label: 'A person', next: 'person' },
      ],
    },
    number: {
      ...{ kind: 'ask', text: 'Which one?', next: 'note' },
      form: { fields: [{ type: 'text', name: 'parcel', label: 'Number', required: true }] },
    },
    note: { kind: 'fact', name: 'intent', value: 'parcel', next: 'known' },
    known: {
      kind: 'branch',
      cases: [{ when: 'vars.parcel == "17"', next: 'found' }],
      else: 'person',
    },
    found: { kind: 'send', text: 'It comes tomorrow.', next: 'done' },
    done: { kind: 'end', resolve: true },
    person: { kind: 'route' },
  },
};

interface World {
  flows?: FlowDocument[];
  routed?: boolean;
  options?: RelayTestOptions;
}

async function world({ flows = [greeting], routed = true, options }: World = {}) {
  const relay = await startRelay(options);
  onTestFinished(() => relay[Symbol.asyncDispose]());
  const ada = await relay.hire('Ada');
  if (routed) await publishRouting(relay, plan([ada.agent.email]));
  await publishFlows(relay, flows);
  const ask = async (text = 'Hello') => {
    const visitor = await relay.visitor();
    const conversation = uuidv7();
    await visitor.give('conversation:start', { conversation });
    await visitor.give('message:send', { conversation, text });
    return { visitor, conversation };
  };
  const becomes = (id: string, is: (row: Conversation) => unknown, what = 'its state') =>
    until(async () => {
      const row = await relay.store.read.conversations.get(id);
      return row && is(row) ? row : undefined;
    }, what);
  const told = async (id: string) =>
    (await relay.events()).filter(({ conversation }) => conversation === id);
  return { relay, ada, ask, becomes, told };
}

const at = (step: string) => (row: Conversation) =>
  (row.bot?.state as { step?: string } | null)?.step === step && row.bot?.outcome === null;
const over = (outcome: string) => (row: Conversation) => row.bot?.outcome === outcome;

const saidBy = (records: LogRecord[], kind: string): string[] =>
  records.flatMap(({ type, actor, data }) =>
    type === 'message.created' && actor.kind === kind && 'text' in data ? [data.text] : [],
  );

async function choose(visitor: VisitorPeer, row: Conversation, action: string): Promise<void> {
  const message = row.bot?.asked ?? '';
  await visitor.give('message:act', { conversation: row.id, message, action });
}

describe('a flow', () => {
  test('answers the first message, under its own name, and nobody is asked', async () => {
    const { relay, ada, ask, becomes, told } = await world();
    await relay.agent(ada);
    const { visitor, conversation } = await ask();
    const row = await becomes(conversation, at('topic'));
    expect(row).toMatchObject({ waiting: null, offer: null, assignee: null, status: 'waiting' });
    const records = await told(conversation);
    expect(records.map(({ type }) => type)).toEqual([
      ...['conversation.started', 'message.created'],
      ...['bot.started', 'bot.advanced', 'message.created'],
    ]);
    const { actor, id } = records.at(-1) as LogRecord;
    expect(actor).toEqual({ kind: 'bot', id: 'flow:greeting', name: 'Lina' });
    expect(row.bot?.asked).toBe(id);
    await until(() => visitor.all<AgentEvent>('event').some((event) => event.id === id));
    // Those of agents do not reach the visitor.
    expect(visitor.all<AgentEvent>('event').map(({ type }) => type)).not.toContain('bot.started');
  });

  test('is led on by choices and forms, keeps facts, and closes what it has answered', async () => {
    const { relay, ask, becomes, told } = await world();
    const { visitor, conversation } = await ask();
    await choose(visitor, await becomes(conversation, at('topic')), 'parcel');
    const { bot } = await becomes(conversation, at('number'));
    const message = bot?.asked ?? '';
    await visitor.give('form:submit', { conversation, message, values: { parcel: '17' } });
    const row = await becomes(conversation, ({ status }) => status === 'resolved');
    expect(row).toMatchObject({ unansweredSince: null, bot: { outcome: 'ended', state: null } });
    expect(saidBy(await told(conversation), 'bot')).toEqual([
      'Hello! What is it about?',
      'Which one?',
      'It comes tomorrow.',
    ]);
    expect(await relay.store.read.facts.of(conversation)).toMatchObject([
      { name: 'intent', value: 'parcel', source: { kind: 'bot', id: 'flow:greeting' } },
    ]);
  });

  test('leads to a person with the wait since the first word', async () => {
    const { relay, ada, ask, becomes, told } = await world();
    await relay.agent(ada);
    const { visitor, conversation } = await ask();
    await choose(visitor, await becomes(conversation, at('topic')), 'person');
    await becomes(conversation, ({ offer }) => offer?.agent === ada.agent.id, 'an offer');
    const records = await told(conversation);
    const first = records.find(({ type }) => type === 'message.created');
    const queued = records.find(({ type }) => type === 'conversation.queued');
    expect(queued?.data).toMatchObject({ queue: 'support', since: first?.time });
  });

  test('hears what is written instead of chosen', async () => {
    const { ask, becomes } = await world();
    const { visitor, conversation } = await ask();
    await becomes(conversation, at('topic'));
    await visitor.give('message:send', { conversation, text: 'It is complicated' });
    await becomes(conversation, ({ waiting }) => waiting);
  });

  test('names the queue it leads to', async () => {
    const steps: FlowDocument['steps'] = { person: { kind: 'route', queue: 'support' } };
    const direct = { id: 'direct', name: 'Direct', first: 'person', steps };
    const { ask, becomes, told } = await world({ flows: [direct] });
    const { conversation } = await ask();
    await becomes(conversation, ({ waiting }) => waiting);
    const queued = (await told(conversation)).find(({ type }) => type === 'conversation.queued');
    expect(queued?.data).toMatchObject({ why: { reasons: ['the bot direct leads there'] } });
  });

  test('begins only where its condition holds, the first of them', async () => {
    const nobody = { ...greeting, id: 'nobody', start: { when: 'contact.verified' } };
    const { ask, becomes } = await world({ flows: [nobody, greeting] });
    const { conversation } = await ask();
    expect(await becomes(conversation, ({ bot }) => bot)).toMatchObject({
      bot: { bot: 'greeting' },
    });
  });

  test('that does not begin keeps nobody from the queue', async () => {
    const nobody = { ...greeting, start: { when: 'contact.verified' } };
    const { ask, becomes } = await world({ flows: [nobody] });
    const { conversation } = await ask();
    expect((await becomes(conversation, ({ waiting }) => waiting)).bot).toBeNull();
  });

  test('waits after a form before the conversation for what it is about', async () => {
    const { relay, becomes, told } = await world();
    const fields = [{ type: 'text' as const, name: 'city', label: 'City' }];
    await relay.sites.put(site({ prechat: { fields } }), 'test');
    const visitor = await relay.visitor();
    const [conversation, message] = [uuidv7(), uuidv7()];
    await visitor.give('conversation:start', { conversation, form: { as: 'prechat', message } });
    await visitor.give('form:submit', { conversation, message, values: { city: 'Ulm' } });
    await visitor.give('message:send', { conversation, text: 'Hello' });
    await becomes(conversation, at('topic'));
    await relay.events();
    expect(saidBy(await told(conversation), 'bot')).toHaveLength(1);
  });

  test('answers where nothing is routed, once', async () => {
    const { ask, becomes, told } = await world({ routed: false });
    const { visitor, conversation } = await ask();
    await becomes(conversation, at('topic'));
    await visitor.give('message:send', { conversation, text: 'It is complicated' });
    await becomes(conversation, over('routed'));
    await visitor.give('message:send', { conversation, text: 'Hello?' });
    await visitor.give('message:send', { conversation, text: 'Is anybody there?' });
    expect(saidBy(await told(conversation), 'bot')).toHaveLength(1);
  });
});

test('what cannot work is refused with all its findings, and a stale version changes nothing', async () => {
  const { relay } = await world();
  const { session: as } = await relay.hire('Root', 'admin');
  const path = '/v1/blueprint/flows';
  const { headers, json } = await relay.fetch(path, { as });
  expect(json).toMatchObject({ flows: [{ id: 'greeting' }] });
  const put = (flows: object[], version: unknown) =>
    relay.fetch(path, {
      ...{ as, method: 'PUT', body: { flows }, headers: { 'if-match': String(version) } },
    });
  expect(await put([{ ...greeting, first: 'gone' }], headers.etag)).toMatchObject({
    status: 422,
    json: { code: 'bad_routing', findings: [{ path: '/flows/0/first', code: 'unknown_step' }] },
  });
  expect((await put([], headers.etag)).json).toEqual({ flows: [] });
  expect(await put([], headers.etag)).toMatchObject({ json: { code: 'changed_meanwhile' } });
});

describe('a person', () => {
  test('who is asked for with the first word comes without any flow', async () => {
    const { ask, becomes, told } = await world();
    const { conversation } = await ask('Ich möchte mit einem Menschen sprechen');
    await becomes(conversation, ({ waiting }) => waiting);
    expect(saidBy(await told(conversation), 'bot')).toEqual([]);
  });

  test('who is asked for later ends the flow, whatever it waits for', async () => {
    const { ask, becomes, told } = await world();
    const { visitor, conversation } = await ask();
    await choose(visitor, await becomes(conversation, at('topic')), 'parcel');
    await becomes(conversation, at('number'));
    await visitor.give('message:send', { conversation, text: 'I want to talk to a human' });
    await becomes(conversation, ({ waiting, bot }) => waiting && bot?.outcome === 'routed');
    expect(saidBy(await told(conversation), 'bot')).toHaveLength(2);
  });

  test.each(['takes it', 'writes', 'closes it', 'puts it off'])(
    'who %s ends the flow at once',
    async (what) => {
      const { relay, ada, ask, becomes, told } = await world();
      const peer = await relay.agent(ada);
      const { visitor, conversation } = await ask();
      const row = await becomes(conversation, at('topic'));
      if (what === 'takes it')
        await peer.give('conversation:assign', {
          ...{ conversation, assignee: ada.agent.id, expectedEpoch: 0 },
        });
      if (what === 'writes') await peer.give('message:send', { conversation, text: 'Hi, Ada.' });
      if (what === 'closes it') await peer.give('conversation:resolve', { conversation });
      if (what === 'puts it off')
        await peer.give('conversation:snooze', { conversation, until: Date.now() + 60_000 });
      await becomes(conversation, over('taken'));
      await choose(visitor, row, 'parcel');
      await visitor.give('message:send', { conversation, text: 'Hm' });
      // Whoever writes after the end of a matter may be greeted anew; nothing goes on.
      const said = new Set(saidBy(await told(conversation), 'bot'));
      expect([...said]).toEqual(['Hello! What is it about?']);
    },
  );
});

describe('nobody is stuck', () => {
  test('a flow whose step is published no more ends, and its visitor waits for a person', async () => {
    const { relay, ask, becomes } = await world();
    const { conversation } = await ask();
    await becomes(conversation, at('topic'));
    const steps: FlowDocument['steps'] = { person: { kind: 'route' } };
    await publishFlows(relay, [{ ...greeting, first: 'person', steps }]);
    await becomes(conversation, ({ waiting, bot }) => waiting && bot?.outcome === 'failed');
  });

  test('a flow that is changed elsewhere goes on', async () => {
    const { relay, ask, becomes } = await world();
    const { visitor, conversation } = await ask();
    const row = await becomes(conversation, at('topic'));
    await publishFlows(relay, [{ ...greeting, name: 'Mona' }]);
    await choose(visitor, row, 'parcel');
    await becomes(conversation, at('number'));
  });

  test('whoever does not answer in time is led on', async () => {
    const steps: FlowDocument['steps'] = {
      more: {
        kind: 'wait',
        message: 'person',
        timeout: { afterMs: 1000, next: 'end' },
      },
      end: { kind: 'end', resolve: true },
      person: { kind: 'route' },
    };
    const patient = { id: 'patient', name: 'Patient', first: 'more', steps };
    const { ask, becomes } = await world({ flows: [patient] });
    const { conversation } = await ask();
    await becomes(conversation, ({ status }) => status === 'resolved');
  });

  test('a restart in the middle goes on, and says nothing twice', async () => {
    using dir = tempDir();
    const first = await startRelay({ dataDir: dir.path });
    await publishFlows(first, [greeting]);
    const visitor = await first.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const find = async () => (await first.store.read.conversations.get(conversation))?.bot;
    const asked = await until(async () => (await find())?.asked);
    await first[Symbol.asyncDispose]();
    await using second = await startRelay({ dataDir: dir.path });
    const again = await second.visitor({ token: visitor.token });
    await again.give('message:act', { conversation, message: asked, action: 'parcel' });
    await until(async () => {
      const row = await second.store.read.conversations.get(conversation);
      return (row?.bot?.state as { step?: string } | null)?.step === 'number';
    });
    expect(saidBy(await second.events(), 'bot')).toEqual([
      'Hello! What is it about?',
      'Which one?',
    ]);
  });

  test('[P6] two messages at once are one turn or two, and each answer is said once', async () => {
    const { ask, becomes, told } = await world();
    const { visitor, conversation } = await ask();
    await Promise.all(
      ['one', 'two', 'three'].map((text) => visitor.give('message:send', { conversation, text })),
    );
    await becomes(conversation, ({ bot }) => bot?.reason === null);
    await told(conversation);
    expect(saidBy(await told(conversation), 'bot')).toHaveLength(1);
  });
});
