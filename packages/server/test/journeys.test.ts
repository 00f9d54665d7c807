import { uuidv7 } from '@throughline/shared';
import type { Journeys } from '@throughline/shared/schema';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Conversation, LogRecord } from '../src/store/store.ts';
import { type FlowDocument, publishFlows, publishTools } from './flows.ts';
import { startChild } from './killable.ts';
import { startReceiver } from './receiver.ts';
import {
  type RelayTestOptions,
  SITE,
  startRelay,
  type TestRelay,
  tempDir,
  until,
} from './relay.ts';

const DAY_MS = 86_400_000;

/** Reminds once, waits for the money for a week, and asks for a promise on the way. */
const dunning: FlowDocument = {
  ...{ id: 'dunning', name: 'Accounts', first: 'remind' },
  start: { on: 'invoice.overdue', reentryMs: 30 * DAY_MS },
  steps: {
    remind: { kind: 'send', text: 'Invoice {{number}} is overdue.', next: 'wait' },
    wait: {
      ...{ kind: 'wait', message: 'person' },
      for: [{ on: 'invoice.paid', next: 'paid' }],
      timeout: { afterMs: 7 * DAY_MS, next: 'open' },
    },
    paid: { kind: 'end', outcome: 'paid', resolve: true },
    open: { kind: 'end', outcome: 'open' },
    person: { kind: 'route' },
  },
};

/** The same, and promises to pay by the next day. */
const pledging: FlowDocument = {
  ...dunning,
  steps: {
    ...dunning.steps,
    remind: {
      ...{ kind: 'promise', what: 'payment', keptWhen: 'invoice.paid' },
      due: { afterMs: DAY_MS },
      amount: { amount: 'amount', currency: 'currency' },
      ...{ next: 'wait', otherwise: 'person' },
    },
  },
};

/** Asks first, and waits for the money only then. */
const busy: FlowDocument = {
  ...{ id: 'busy', name: 'Accounts', first: 'ask-it' },
  steps: {
    'ask-it': {
      ...{ kind: 'choose', text: 'Shall we wait?', other: 'person' },
      options: [{ action: 'go', label: 'Yes', next: 'wait' }],
    },
    wait: {
      kind: 'wait',
      for: [{ on: 'invoice.paid', next: 'paid' }],
      timeout: { afterMs: DAY_MS, next: 'person' },
    },
    paid: { kind: 'end', outcome: 'paid' },
    person: { kind: 'route' },
  },
};

const properties = { number: 'F-1', amount: 17_900, currency: 'EUR' };

/** What a program of the business says. */
async function speaker(relay: TestRelay) {
  const key = await relay.key();
  const post = async (path: string, body: object, method: 'POST' | 'PUT' = 'POST') => {
    const headers = { 'idempotency-key': uuidv7() };
    const answer = await relay.fetch(`/v1${path}`, { key, method, body, headers });
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.json as { id: string };
  };
  const { id: contact } = await post('/contacts', { site: SITE, externalId: 'C-1' }, 'PUT');
  const track = (name: string, more: object = properties) =>
    post(`/contacts/${contact}/events`, { name, properties: more });
  return { contact, track };
}

async function world(flow = dunning, options: RelayTestOptions = {}) {
  const clock = { now: Date.now() };
  const relay = await startRelay({ now: () => clock.now, ...options });
  onTestFinished(() => relay[Symbol.asyncDispose]());
  await publishFlows(relay, [flow]);
  const { contact, track } = await speaker(relay);
  const rows = async () => relay.store.read.conversations.ofContact(contact, 10);
  const becomes = (is: (row: Conversation) => unknown, what = 'its state') =>
    until(async () => (await rows()).find(is), what);
  const records = async (type: string): Promise<LogRecord[]> =>
    (await relay.events()).filter((record) => record.type === type);
  return { relay, clock, contact, track, rows, becomes, records };
}

const waits = ({ bot }: Conversation) => bot?.outcome === null && bot.state !== null;
const ended = ({ bot }: Conversation) => bot?.outcome === 'ended';

const said = (records: LogRecord[]) =>
  records.flatMap(({ data }) => ('text' in data ? [data.text] : []));

describe('what has happened', () => {
  test('begins a flow in a conversation of its own, with what it says', async () => {
    const { track, becomes, records, rows } = await world();
    await track('invoice.overdue');
    await becomes(waits);
    expect(said(await records('message.created'))).toEqual(['Invoice F-1 is overdue.']);
    const [started] = await records('bot.started');
    expect(started).toMatchObject({ data: { bot: 'dunning', reason: 'event' } });
    await track('invoice.paid');
    await becomes(ended);
    expect((await records('bot.completed'))[0]?.data).toMatchObject({ goal: 'paid' });
    expect(await rows()).toMatchObject([{ status: 'resolved' }]);
  });

  test('is what programs say, and not what a page does', async () => {
    const { relay, track, becomes, records } = await world();
    const visitor = await relay.visitor();
    await visitor.give('event:track', { name: 'invoice.overdue', properties });
    await track('invoice.overdue');
    await becomes(waits);
    expect(await records('bot.started')).toHaveLength(1);
  });

  test('begins once while it runs, and again only after a time', async () => {
    const { clock, track, becomes, records } = await world();
    await track('invoice.overdue');
    await becomes(waits);
    await track('invoice.overdue');
    await track('invoice.paid');
    await becomes(ended);
    await track('invoice.overdue');
    clock.now += 31 * DAY_MS;
    await track('invoice.overdue');
    await becomes(waits);
    expect(await records('bot.started')).toHaveLength(2);
  });

  test('waits until nobody talks any more, and is not lost', async () => {
    const { relay, contact, track, rows, becomes, records } = await world();
    const key = await relay.key();
    const headers = { 'idempotency-key': uuidv7() };
    await relay.fetch('/v1/conversations', { key, method: 'POST', body: { contact }, headers });
    const [{ id: conversation } = { id: '' }] = await rows();
    const ada = await relay.agent();
    const assignee = ada.agent.id;
    await ada.give('conversation:assign', { conversation, assignee, expectedEpoch: 0 });
    await track('invoice.overdue');
    await relay.events();
    expect(await records('bot.started')).toEqual([]);
    await ada.give('conversation:resolve', { conversation });
    await becomes(waits);
    expect(await records('bot.started')).toHaveLength(1);
  });
});

describe('a wait', () => {
  test('[F15] is not left waiting by what came before it was armed', async () => {
    const { relay } = await world(busy);
    const visitor = await relay.visitor();
    const conversation = await visitor.start();
    await visitor.give('message:send', { conversation, text: 'Hello' });
    const row = () => relay.store.read.conversations.get(conversation);
    const asked = await until(async () => (await row())?.bot?.asked, 'a question');
    const key = await relay.key();
    const headers = { 'idempotency-key': uuidv7() };
    const body = { name: 'invoice.paid', properties };
    const path = `/v1/contacts/${visitor.contact}/events`;
    expect((await relay.fetch(path, { key, method: 'POST', body, headers })).status).toBe(201);
    expect((await row())?.bot?.outcome).toBeNull();
    await visitor.give('message:act', { conversation, message: asked, action: 'go' });
    await until(async () => (await row())?.bot?.outcome === 'ended', 'the end of the wait');
  });

  test('ends in its time', async () => {
    const { clock, track, becomes, records } = await world();
    await track('invoice.overdue');
    await becomes(waits);
    clock.now += 7 * DAY_MS;
    await becomes(ended);
    expect((await records('bot.completed'))[0]?.data).toMatchObject({ goal: 'open' });
  });

  test('[F16] ends after a restart, also where its time passed meanwhile', async () => {
    using dir = tempDir();
    const first = await world(dunning, { dataDir: dir.path });
    await first.track('invoice.overdue');
    await first.becomes(waits);
    await first.relay.stop();
    const later = Date.now() + 8 * DAY_MS;
    const relay = await startRelay({ dataDir: dir.path, now: () => later });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    await until(async () =>
      (await relay.store.read.conversations.ofContact(first.contact, 10)).some(ended),
    );
  });
});

describe('[I10] a promise to pay', () => {
  test('is kept by the event, once', async () => {
    const { track, becomes, records, relay } = await world(pledging);
    await track('invoice.overdue');
    const { promises } = await becomes((row) => row.promises.length === 1);
    expect(promises).toMatchObject([
      { what: 'payment', owner: 'visitor', keptWhen: 'invoice.paid' },
    ]);
    expect(promises[0]?.amount).toEqual({ value: 17_900, currency: 'EUR' });
    await track('invoice.paid');
    await track('invoice.paid');
    await becomes((row) => row.promises.length === 0 && ended(row));
    await relay.events();
    expect((await records('promise.ended')).map(({ data }) => data)).toMatchObject([
      { outcome: 'kept', what: 'payment' },
    ]);
  });

  test('is broken by its time, without any routing, also in what is closed', async () => {
    const { clock, track, becomes, records, relay } = await world(pledging);
    await track('invoice.overdue');
    const { id } = await becomes((row) => row.promises.length === 1);
    const agent = await relay.agent();
    await agent.give('conversation:resolve', { conversation: id });
    clock.now += DAY_MS;
    await becomes((row) => row.promises.length === 0);
    expect((await records('promise.ended')).map(({ data }) => data)).toMatchObject([
      { outcome: 'broken' },
    ]);
  });
});

describe('[F16] a relay that is killed', () => {
  /** Asks a tool, and waits for a moment. */
  const asking: FlowDocument = {
    ...dunning,
    steps: {
      remind: {
        ...{ kind: 'call', tool: 'invoice', take: ['total'] },
        ...{ next: 'tell', otherwise: 'person', attempts: 1, timeoutMs: 15_000 },
      },
      tell: { kind: 'send', text: 'It is {{total}}.', next: 'wait' },
      wait: { kind: 'wait', timeout: { afterMs: 1500, next: 'open' } },
      open: { kind: 'end', outcome: 'open' },
      person: { kind: 'route' },
    },
  };

  test('asks the same tool with the same key, says it once, and keeps the time of a wait', async () => {
    using dir = tempDir();
    const keys: unknown[] = [];
    await using tool = await startReceiver();
    // The first question is never answered.
    tool.answers((response, { headers }) => {
      if (keys.push(headers['idempotency-key']) > 1) response.end('{"total":7}');
    });
    const before = await world(dunning, { dataDir: dir.path });
    await publishTools(before.relay, [{ id: 'invoice', url: tool.url }]);
    await publishFlows(before.relay, [asking]);
    const { contact } = before;
    await before.relay.stop();

    const first = await startChild(dir.path);
    await first.track(contact, 'invoice.overdue');
    await until(() => keys.length === 1, 'a question');
    await first.kill();

    const second = await startChild(dir.path);
    await until(() => keys.length === 2, 'the question again');
    await second.told(contact, 'It is 7.');
    await second.kill();

    const relay = await startRelay({ dataDir: dir.path });
    onTestFinished(() => relay[Symbol.asyncDispose]());
    await until(async () =>
      (await relay.store.read.conversations.ofContact(contact, 10)).some(ended),
    );
    expect(keys).toEqual([keys[0], keys[0]]);
    const records = await relay.events();
    expect(said(records).filter((text) => text === 'It is 7.')).toHaveLength(1);
    expect(records.filter(({ type }) => type === 'bot.completed')).toMatchObject([
      { data: { outcome: 'ended', goal: 'open' } },
    ]);
  }, 30_000);
});

test('[F17] what became of each run is counted from the log, and every agent may look', async () => {
  const { relay, clock, track, becomes } = await world({
    ...pledging,
    goal: { on: 'invoice.paid' },
  });
  // Whoever signed in at the beginning is not signed in any more a month later.
  const count = async (): Promise<Journeys> => {
    const { session: as } = await relay.hire('Ada');
    return (await relay.fetch('/v1/journeys', { as })).json as Journeys;
  };
  const nobody = { open: 0, kept: 0, broken: 0, withdrawn: 0 };
  const dunned = { id: 'dunning', name: 'Accounts', goal: 'invoice.paid' };
  expect(await count()).toEqual({
    data: [
      {
        ...{ ...dunned, entered: 0, waiting: [], ended: [], reached: 0 },
        ...{ promises: nobody, firstAnswerMs: null },
      },
    ],
    since: null,
  });
  await track('invoice.overdue');
  await becomes(waits);
  expect((await count()).data).toMatchObject([
    { entered: 1, waiting: [{ step: 'wait', count: 1 }], promises: { ...nobody, open: 1 } },
  ]);
  await track('invoice.paid');
  await becomes(ended);
  await becomes((row) => row.promises.length === 0);
  clock.now += 31 * DAY_MS;
  await track('invoice.overdue');
  await becomes(waits);
  clock.now += 7 * DAY_MS;
  await until(async () => (await count()).data[0]?.promises.broken === 1, 'the broken one');
  await until(async () => (await count()).data[0]?.ended.length === 2, 'the end');
  const [journey] = (await count()).data;
  expect(journey).toMatchObject({
    ...{ ...dunned, entered: 2, waiting: [], reached: 1 },
    promises: { ...nobody, kept: 1, broken: 1 },
  });
  expect(journey?.ended.toSorted((a, b) => (a.outcome < b.outcome ? -1 : 1))).toEqual([
    { outcome: 'open', count: 1 },
    { outcome: 'paid', count: 1 },
  ]);
});
