import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { uuidv7 } from '@throughline/shared';
import {
  type AgentEvent,
  type AgentPage,
  type CloudEvent,
  type EventType,
  eventTypes,
  type IssuedEndpoint,
  type PiiLevel,
  piiLevels,
  publicEvents,
  TYPE_PREFIX,
  type VisitorEvent,
} from '@throughline/shared/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Participants } from '../src/bots/index.ts';
import type { StreamSettings } from '../src/config-streams.ts';
import { createConversations } from '../src/conversations/commands.ts';
import type { Conversation, LogRecord } from '../src/store/store.ts';
import { askApproval, bot, publishBots } from './bots.ts';
import { canReach, type Reader, testBrokers } from './brokers.ts';
import { bring } from './files.ts';
import { publishFlows } from './flows.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import {
  type AgentPeer,
  type Answer,
  type Fetch,
  startRelay,
  type TestRelay,
  until,
  type VisitorPeer,
} from './relay.ts';
import { plan, publishRouting, queue } from './routing.ts';

/** In everything somebody says, or is called. */
const MARK = 'CANARY';
const EMAIL = 'canary@example.com';

interface World {
  relay: TestRelay;
  visitor: VisitorPeer;
  agent: AgentPeer;
  conversation: string;
  /** A message of the visitor’s, and one of a contact that is a program’s. */
  message: string;
  /** Another one, which a flow answers. */
  flowing?: { visitor: VisitorPeer; conversation: string };
  /** What a person was asked to allow. */
  allowing?: { conversation: string; approval: string };
  failing: Receiver;
  ask(path: string, more?: Fetch): Promise<Answer>;
}

const post = (body: object): Fetch => ({ method: 'POST', body });

/** A message of a program’s with a block under it, and the visitor’s answer to that. */
async function answered(
  { visitor, conversation, ask }: World,
  block: object,
  [name, answer]: [string, object],
): Promise<void> {
  const body = { text: `${MARK} asks`, block };
  const { id: message } = (await ask(`/conversations/${conversation}/messages`, post(body)))
    .json as {
    id: string;
  };
  await visitor.give(name as 'message:act', { conversation, message, ...answer });
}

const bill = {
  kind: 'payment',
  amount: 4990,
  currency: 'EUR',
  url: `https://pay.example/${MARK}`,
  reference: `${MARK}-17`,
};

const routedTo = ({ relay, conversation }: World, is: (row: Conversation) => unknown) =>
  until(async () => {
    const row = await relay.store.read.conversations.get(conversation);
    return row && is(row);
  }, 'a step of routing');

const idOf = ({ flowing }: World) => ({ conversation: flowing?.conversation ?? '' });

const conversationsOf = ({ relay }: World) => createConversations(relay.store, Date.now);

const botIn = <T>(world: World, find: (bot: Conversation['bot']) => T) =>
  until(async () => {
    const row = await world.relay.store.read.conversations.get(idOf(world).conversation);
    return row && find(row.bot);
  }, 'a turn of a flow');

const adviceIn = <T>(world: World, find: (advice: Conversation['advice']) => T) =>
  until(async () => {
    const row = await world.relay.store.read.conversations.get(idOf(world).conversation);
    return row && find(row.advice);
  }, 'advice');

/** Says what it would say, or breaks where it is asked to. */
const adviser: Participants = {
  http: () => ({
    answer: async ({ lines }) => {
      if (lines.at(-1)?.text.includes('break')) throw new Error('broken');
      const acts = [{ do: 'say' as const, text: `${MARK} would say` }];
      return { reply: { acts, next: { do: 'wait' }, state: { of: MARK } } };
    },
  }),
};

async function makeContact({ ask }: World, more: object = {}): Promise<string> {
  const body = { site: 'shop', externalId: `${MARK}-${uuidv7()}`, name: `${MARK} name`, ...more };
  return ((await ask('/contacts', { method: 'PUT', body })).json as { id: string }).id;
}

const handle = ({ agent, conversation }: World, path: string, more: object = {}) =>
  agent.give(`conversation:${path}` as 'conversation:resolve', { conversation, ...more });

/** How each type comes about, through doors everybody has. A type without a cause fails the first test. */
const causes: Record<EventType, (world: World) => Promise<unknown>> = {
  'conversation.started': async ({ visitor, conversation }) => {
    const page = { url: `https://shop.example/${MARK}`, title: MARK, referrer: `https://${MARK}` };
    const context = { page, language: `de-${MARK}`, userAgent: MARK };
    await visitor.give('conversation:start', { conversation, context });
  },
  'contact.created': async ({ relay }) => {
    await (await relay.visitor()).start();
  },
  'message.created': async (world) => {
    const { visitor, conversation, ask } = world;
    const { id } = await visitor.give('message:send', { conversation, text: `${MARK} 🙂 \u2028` });
    world.message = id;
    await ask(`/conversations/${conversation}/messages`, post({ text: `${MARK} by a program` }));
  },
  'attachment.uploaded': async ({ relay, visitor, conversation }) => {
    const { id } = await bring(relay, [visitor, conversation], { name: `${MARK}.png` });
    await visitor.give('message:send', { conversation, text: '', files: [id] });
  },
  'attachment.rejected': ({ relay, visitor, conversation }) =>
    bring(relay, [visitor, conversation], { name: `${MARK}.png`, bytes: Buffer.from(MARK) }),
  'message.updated': ({ visitor, conversation, message }) =>
    visitor.give('message:edit', { conversation, message, text: `${MARK} again` }),
  'message.deleted': async ({ visitor, conversation }) => {
    const { id } = await visitor.give('message:send', { conversation, text: `${MARK} to go` });
    await visitor.give('message:edit', { conversation, message: id, text: `${MARK} goes` });
    await visitor.give('message:delete', { conversation, message: id });
  },
  'message.action_clicked': (world) =>
    answered(world, { kind: 'replies', options: [{ action: 'yes', label: `${MARK} yes` }] }, [
      'message:act',
      { action: 'yes' },
    ]),
  'form.submitted': (world) => {
    const fields = [{ type: 'text', name: 'city', label: `${MARK} city`, fact: 'city' }];
    return answered(world, { kind: 'form', form: { fields } }, [
      'form:submit',
      { values: { city: MARK } },
    ]);
  },
  'survey.submitted': (world) =>
    answered(world, { kind: 'rating', scale: 'nps', comment: true }, [
      'survey:submit',
      { score: 9, comment: MARK },
    ]),
  'payment.requested': async ({ conversation, ask }) => {
    await ask(`/conversations/${conversation}/messages`, post({ text: MARK, block: bill }));
  },
  'payment.completed': async ({ conversation, ask }) => {
    const path = `/conversations/${conversation}`;
    const asked = await ask(`${path}/messages`, post({ text: MARK, block: bill }));
    const { id: message } = asked.json as { id: string };
    await ask(`${path}/payments`, post({ message, status: 'paid' }));
  },
  'message.read': ({ agent, conversation }) =>
    agent.give('message:read', { conversation, upTo: 2 }),
  'note.created': ({ agent, conversation }) =>
    agent.give('note:add', { conversation, text: `${MARK} note` }),
  'conversation.assigned': async (world) => {
    const { id: assignee } = world.agent.agent;
    await handle(world, 'assign', { assignee, expectedEpoch: 0 });
    await handle(world, 'unassign', { expectedEpoch: 1 });
  },
  'conversation.updated': (world) => handle(world, 'tag', { tags: [`${MARK} tag`] }),
  'conversation.snoozed': async (world) => {
    const wakes = async () =>
      (await world.relay.events()).some(
        ({ type, data }) => type === 'conversation.snoozed' && 'until' in data && !data.until,
      );
    await handle(world, 'snooze', { until: Date.now() + 500 });
    await until(wakes, 'the snooze to end');
  },
  'conversation.resolved': (world) => handle(world, 'resolve'),
  'conversation.reopened': (world) => handle(world, 'reopen'),
  'contact.identified': ({ visitor }) =>
    visitor.give('contact:identify', { externalId: MARK, name: MARK, email: EMAIL }),
  'contact.updated': async (world) => {
    const externalId = `${MARK}-17`;
    await makeContact(world, { externalId });
    await makeContact(world, { externalId, email: EMAIL });
  },
  'contact.merged': async (world) => {
    const [from, into] = [await makeContact(world), await makeContact(world)];
    await world.ask(`/contacts/${from}/merge`, post({ into }));
  },
  'contact.blocked': async (world) => {
    await world.ask(`/contacts/${await makeContact(world)}/block`, post({}));
  },
  'contact.erased': async (world) => {
    await world.ask(`/contacts/${await makeContact(world)}/erase`, post({}));
  },
  'conversation.erased': async (world) => {
    const visitor = await world.relay.visitor();
    await visitor.start();
    await world.ask(`/contacts/${visitor.contact}/erase`, post({}));
  },
  'contact.unblocked': async (world) => {
    const contact = await makeContact(world);
    await world.ask(`/contacts/${contact}/block`, post({}));
    await world.ask(`/contacts/${contact}/unblock`, post({}));
  },
  'facts.recorded': async (world) => {
    const { visitor, ask } = world;
    await visitor.give('contact:update', { attributes: { plan: MARK } });
    const facts = [{ name: 'risk', value: MARK, visibility: 'programs', confidence: 0.5 }];
    await ask(`/contacts/${visitor.contact}/facts`, post({ facts }));
  },
  'conversation.facts_recorded': async ({ visitor, conversation, ask }) => {
    await visitor.give('conversation:describe', { conversation, attributes: { order: MARK } });
    const facts = [{ name: 'risk', value: MARK, visibility: 'programs', confidence: 0.5 }];
    await ask(`/conversations/${conversation}/facts`, post({ facts }));
  },
  'event.tracked': async ({ visitor, ask }) => {
    await visitor.give('event:track', { name: `${MARK} seen`, properties: { title: MARK } });
    const body = { name: `${MARK} shipped`, properties: { to: MARK }, occurredAt: 1000 };
    await ask(`/contacts/${visitor.contact}/events`, post(body));
  },
  'proactive.shown': ({ visitor }) =>
    visitor.give('proactive:note', { act: 'shown', rule: 'help' }),
  'proactive.clicked': ({ visitor }) =>
    visitor.give('proactive:note', { act: 'clicked', rule: 'help', delayMs: 900 }),
  'proactive.dismissed': ({ visitor }) =>
    visitor.give('proactive:note', { act: 'dismissed', rule: 'help', delayMs: 900 }),
  'config.published': async ({ relay, ask }) => {
    await relay.sites.put({ ...relay.sites.get('garage')!, greeting: MARK }, 'test');
    await ask('/endpoints', post({ url: 'http://127.0.0.1:9/', paused: true, description: MARK }));
  },
  'audit.recorded': async ({ ask }) => {
    const body = { url: 'http://127.0.0.1:9/', paused: true };
    const { id } = (await ask('/endpoints', post(body))).json as { id: string };
    await ask(`/endpoints/${id}/rotate`, { method: 'POST' });
  },
  'sink.degraded': async ({ failing, ask }) => {
    failing.answers(410);
    await ask('/endpoints', post({ url: failing.url }));
  },
  'bot.started': async (world) => {
    const { relay } = world;
    const visitor = await relay.visitor();
    const options = [{ action: 'yes', label: `${MARK} yes`, next: 'more' }];
    const timeout = { afterMs: 60_000, next: 'over' };
    await publishFlows(relay, [
      {
        ...{ id: 'welcome', name: `${MARK} flow`, first: 'topic' },
        steps: {
          topic: { kind: 'choose', text: `${MARK} what?`, options, other: 'over' },
          more: { kind: 'wait', message: 'over', timeout },
          over: { kind: 'end' },
        },
      },
    ]);
    world.flowing = { visitor, conversation: await visitor.start() };
    await visitor.give('message:send', { ...idOf(world), text: `${MARK} hello` });
  },
  'bot.advanced': async (world) => {
    const message = await botIn(world, (bot) => bot?.asked);
    await world.flowing?.visitor.give('message:act', { ...idOf(world), message, action: 'yes' });
  },
  'bot.completed': async (world) => {
    await botIn(world, (bot) => (bot?.state as { step?: string } | null)?.step === 'more');
    await world.flowing?.visitor.give('message:send', { ...idOf(world), text: MARK });
    await botIn(world, (bot) => bot?.outcome);
    await publishFlows(world.relay, []);
  },
  'handoff.requested': async ({ relay, agent, conversation }) => {
    const steps = { over: { kind: 'route' as const } };
    await publishFlows(relay, [{ id: 'people', name: `${MARK} flow`, first: 'over', steps }]);
    await agent.give('conversation:hand_back', { conversation, bot: 'people', goal: MARK });
    await until(async () => {
      const row = await relay.store.read.conversations.get(conversation);
      return row?.bot?.outcome === 'routed';
    });
    await publishFlows(relay, []);
  },
  // One that says more by itself than anybody answers.
  'bot.superseded': async (world) => {
    const send = (next: string) => ({ kind: 'send' as const, text: `${MARK} and on`, next });
    const names = ['one', 'two', 'three', 'four', 'five'];
    const steps = Object.fromEntries(names.map((name, i) => [name, send(names[i + 1] ?? 'over')]));
    await publishFlows(world.relay, [
      {
        ...{ id: 'endless', name: `${MARK} flow`, first: 'one' },
        steps: { ...steps, over: { kind: 'end' } },
      },
    ]);
    const visitor = await world.relay.visitor();
    world.flowing = { visitor, conversation: await visitor.start() };
    await visitor.give('message:send', { ...idOf(world), text: `${MARK} hello` });
    await botIn(world, (bot) => bot?.outcome === 'routed');
    await publishFlows(world.relay, []);
  },
  'suggestion.made': async (world) => {
    const more = { mode: 'supervised', sendAfterMs: 600_000, start: {} };
    await publishBots(world.relay, [bot('adviser', { name: `${MARK} bot`, ...more })]);
    const visitor = await world.relay.visitor();
    world.flowing = { visitor, conversation: await visitor.start() };
    await visitor.give('message:send', { ...idOf(world), text: `${MARK} hello` });
    await adviceIn(world, (advice) => advice?.suggestion);
  },
  'suggestion.held': async (world) => {
    const suggestion = await adviceIn(world, (advice) => advice?.suggestion?.id);
    await world.agent.give('suggestion:hold', { ...idOf(world), suggestion });
  },
  'suggestion.ended': async (world) => {
    const suggestion = await adviceIn(world, (advice) => advice?.suggestion?.id);
    await world.agent.give('suggestion:dismiss', { ...idOf(world), suggestion });
  },
  'suggestion.failed': async (world) => {
    await world.flowing?.visitor.give('message:send', { ...idOf(world), text: `${MARK} break` });
    await adviceIn(world, (advice) => advice && advice.suggestion === null);
    await publishBots(world.relay, []);
  },
  'bot.switched': async ({ relay }) => {
    const { session: as } = await relay.hire('Root', 'admin');
    for (const on of [false, true])
      await relay.fetch('/v1/bots/switch', { as, method: 'PUT', body: { on } });
  },
  'conversation.queued': async (world) => {
    const { relay, agent, visitor, conversation } = world;
    const overflow = [{ afterMs: 0, to: { promise: 'reply' as const, withinMs: 60_000 } }];
    const targets = { firstReplyMs: 1000, nextReplyMs: 1000 };
    const more = { capacity: { parkAfterMs: 0 }, queues: [queue({ overflow, ...targets })] };
    await publishRouting(relay, plan([agent.agent.email], more));
    const row = await relay.store.read.conversations.get(conversation);
    if (row?.assignee)
      await agent.give('conversation:unassign', { conversation, expectedEpoch: row.epoch });
    await visitor.give('message:send', { conversation, text: MARK });
    await routedTo(world, ({ waiting }) => waiting);
  },
  'promise.made': (world) => routedTo(world, ({ promises }) => promises.length > 0),
  'conversation.offered': (world) => routedTo(world, ({ offer }) => offer),
  'conversation.offer_ended': async (world) => {
    const { agent, relay, conversation } = world;
    const offer = (await relay.store.read.conversations.get(conversation))?.offer?.id ?? '';
    await agent.give('offer:accept', { conversation, offer });
  },
  'promise.ended': ({ agent, conversation }) =>
    agent.give('message:send', { conversation, text: MARK }),
  'conversation.parked': (world) => routedTo(world, ({ parked }) => parked),
  'conversation.transferred': async (world) => {
    const { agent, relay, conversation } = world;
    const epoch = (await relay.store.read.conversations.get(conversation))?.epoch ?? 0;
    const input = { conversation, queue: 'support', note: MARK, expectedEpoch: epoch };
    await agent.give('conversation:transfer', input);
  },
  'sla.breached': (world) => routedTo(world, ({ service }) => service.breached),
  'approval.requested': async (world) => {
    const conversation = await (await world.relay.visitor()).start();
    const asked = { arguments: `{"why":"${MARK}"}`, preview: MARK, hash: 'h' };
    const approval = await askApproval(conversationsOf(world), conversation, asked);
    world.allowing = { conversation, approval };
  },
  'approval.decided': ({ agent, allowing }) =>
    agent.give('approval:decide', { ...allowing, outcome: 'approved' }),
  'approval.used': async (world) => {
    const bot = { kind: 'bot' as const, id: 'bot:helper', name: `${MARK} bot` };
    const use = { id: uuidv7(), ...world.allowing!, hash: 'h' };
    await conversationsOf(world).run(bot, 'approval:use', use);
  },
  'agent.status_changed': ({ agent }) => agent.give('status:set', { status: 'away' }),
  'test.event': async ({ ask }) => {
    const { data } = (await ask('/endpoints')).json as { data: { id: string }[] };
    for (const { id } of data) await ask(`/endpoints/${id}/ping`, { method: 'POST' });
  },
};

/** A way out of the relay, and what came through it. */
interface Exit {
  name: string;
  level: PiiLevel;
  /** Whether a record has to come out here. */
  owes(record: LogRecord): boolean;
  read(): Promise<CloudEvent[]>;
  /** All of it, byte for byte. */
  raw(): Promise<string>;
}

const everything = (): boolean => true;

function pullExit(relay: TestRelay, level: PiiLevel, key: string): Exit {
  const ask = () => relay.fetch('/v1/events?limit=1000', { key });
  return {
    name: `a page at the level ${level}`,
    level,
    owes: everything,
    read: async () => ((await ask()).json as { data: CloudEvent[] }).data,
    raw: async () => JSON.stringify((await ask()).headers) + (await ask()).text,
  };
}

function exportExit(relay: TestRelay, level: PiiLevel, key: string): Exit {
  const raw = async () => (await relay.fetch('/v1/events/export', { key })).text;
  return {
    name: `an export at the level ${level}`,
    level,
    owes: everything,
    read: async () =>
      (await raw())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    raw,
  };
}

/** Server-sent events, from the beginning of the log on. */
function sseExit(relay: TestRelay, level: PiiLevel, key: string): Exit & { end(): void } {
  let text = '';
  const headers = { authorization: `Bearer ${key}` };
  const call = request(`${relay.url}/v1/events/stream?after=0`, { headers }, (response) => {
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    response.on('error', () => {});
  });
  call.on('error', () => {});
  call.end();
  return {
    name: `server-sent events at the level ${level}`,
    level,
    owes: everything,
    async read() {
      return [...text.matchAll(/event: (.+)\ndata: ([^\n]+)\n\n/g)].map(([, name, data = '']) => {
        const event: CloudEvent = JSON.parse(data);
        expect(name).toBe(shortName(event));
        return event;
      });
    },
    raw: async () => text,
    end: () => call.destroy(),
  };
}

async function hookExit({ ask }: World, level: PiiLevel, receiver: Receiver): Promise<Exit> {
  const made = await ask('/endpoints', post({ url: receiver.url, pii: level }));
  const { id } = made.json as IssuedEndpoint;
  const isOwn = ({ data }: LogRecord) => 'endpoint' in data && data.endpoint === id;
  let first = Infinity;
  return {
    name: `webhooks at the level ${level}`,
    level,
    owes(record) {
      if (record.type === 'test.event' && isOwn(record)) first = Math.min(first, record.offset);
      return record.offset >= first && (record.type !== 'test.event' || isOwn(record));
    },
    read: async () => receiver.received.map(({ event }) => event),
    raw: async () => JSON.stringify(receiver.received.map(({ headers, body }) => [headers, body])),
  };
}

const streamExit = (kind: string, reader: Reader): Exit => ({
  name: `the ${kind} stream`,
  level: 'none',
  owes: everything,
  // An independent reader has only text for what came as a header.
  read: async () =>
    (await reader.arrivals()).map(({ event }) => {
      const { livemode, ...rest } = event.toJSON();
      return { ...rest, livemode: String(livemode) === 'true' } as CloudEvent;
    }),
  raw: async () =>
    JSON.stringify((await reader.arrivals()).map(({ where, about, body }) => [where, about, body])),
});

const shortName = ({ type }: { type: string }): string => type.slice(TYPE_PREFIX.length);

interface Published {
  'x-pii'?: PiiLevel;
  properties?: Record<string, Published>;
  items?: Published;
  anyOf?: Published[];
}

/** What a level leaves of a value, by the schema consumers are given and nothing else. */
function left(value: unknown, schema: Published, level: PiiLevel): unknown {
  if (piiLevels.indexOf(schema['x-pii'] ?? 'none') > piiLevels.indexOf(level)) return undefined;
  const { items, properties, anyOf } = schema;
  if (Array.isArray(value) && items) return value.map((it) => left(it, items, level));
  const shape = properties ?? anyOf?.find((it) => it.properties)?.properties;
  if (typeof value !== 'object' || value === null || !shape) return value;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    const its = shape[name];
    const rest = its ? left(inner, its, level) : inner;
    return rest === undefined ? [] : [[name, rest]];
  });
  return Object.fromEntries(kept);
}

const reachable = await Promise.all(
  testBrokers.map(async (broker) => ({
    ...broker,
    isThere: process.env.CI ? true : await canReach(broker.port),
  })),
);
for (const { kind, start, port, isThere } of reachable)
  if (!isThere)
    process.stdout.write(
      `every event: ${kind} is left out; for it, run ${start} on port ${port}\n`,
    );

let world: World;
let records: LogRecord[];
let exits: Exit[];
/** The same record with all that is in it. */
let full: Map<string, CloudEvent>;
let schemas: Map<string, Published>;
let ofVisitor: VisitorEvent[];
let ofAgent: AgentEvent[];
const ends: (() => unknown)[] = [];
/** What each cause left in the log. */
const caused = new Map<EventType, EventType[]>();

async function openStreams(): Promise<{ streams: StreamSettings[]; readers: Exit[] }> {
  const streams: StreamSettings[] = [];
  const readers: Exit[] = [];
  for (const { kind, scheme, login, port, read, isThere } of reachable) {
    if (!isThere) continue;
    const url = `${scheme}://${login}127.0.0.1:${port}`;
    const prefix = `test-${randomUUID()}`;
    const reader = await read(url, prefix);
    ends.unshift(() => reader.close());
    streams.push({ kind, url, prefix, pii: 'none' });
    readers.push(streamExit(kind, reader));
  }
  return { streams, readers };
}

async function openWorld(streams: StreamSettings[]): Promise<World> {
  const relay = await startRelay({ config: { streams }, participants: adviser });
  ends.unshift(() => relay[Symbol.asyncDispose]());
  const key = await relay.key({ name: `${MARK} program` });
  const failing = await startReceiver();
  ends.push(failing.close);
  return {
    relay,
    failing,
    visitor: await relay.visitor(),
    agent: await relay.agent(await relay.hire(`${MARK} agent`)),
    conversation: uuidv7(),
    message: '',
    ask: async (path, more) => {
      const answer = await relay.fetch(`/v1${path}`, { key, ...more });
      expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
      return answer;
    },
  };
}

async function openExits(): Promise<Exit[]> {
  const opened: Exit[] = [];
  for (const level of piiLevels) {
    const key = await world.relay.key({ pii: level });
    const [sse, receiver] = [sseExit(world.relay, level, key), await startReceiver()];
    ends.push(sse.end, receiver.close);
    opened.push(sse, await hookExit(world, level, receiver));
    opened.push(pullExit(world.relay, level, key), exportExit(world.relay, level, key));
  }
  return opened;
}

/** What routing does by itself, behind what a person did before: it may be there before it is asked for. */
const steps: ReadonlySet<EventType> = new Set<EventType>([
  'promise.made',
  'conversation.offered',
  'conversation.parked',
  'sla.breached',
]);

/** Lets everything happen, each in its turn, and notes what it left. */
async function happen(): Promise<void> {
  const { relay, agent, conversation } = world;
  let before = 0;
  for (const type of Object.keys(causes) as EventType[]) {
    if (!steps.has(type)) before = await relay.store.read.events.head();
    await causes[type](world);
    const after = async () =>
      (await relay.store.read.events.log(before, 1000)).map((record) => record.type);
    await until(async () => (await after()).includes(type), `an event ${type}`);
    caused.set(type, await after());
    if (type !== 'conversation.started') continue;
    const ack = await agent.ask<AgentPage>('conversation:resume', { conversation, cursor: null });
    ofAgent = ack.ok ? [...ack.data.events] : [];
  }
}

beforeAll(async () => {
  const { streams, readers } = await openStreams();
  world = await openWorld(streams);
  exits = [...(await openExits()), ...readers];
  await happen();
  const { relay, visitor, agent } = world;
  records = await relay.events();
  for (const { name, read, owes } of exits)
    await until(
      async () => {
        const ids = new Set((await read()).map(({ id }) => id));
        return records.every((record) => !owes(record) || ids.has(record.id));
      },
      `all events in ${name}`,
      30_000,
    );
  const known = exits.find(({ name }) => name === 'a page at the level content');
  full = new Map((await known!.read()).map((event) => [event.id, event]));
  const published = (await relay.fetch('/v1/event-types')).json as {
    data: { name: string; schema: Published }[];
  };
  schemas = new Map(published.data.map(({ name, schema }) => [name, schema]));
  ofVisitor = visitor.all<VisitorEvent>('event');
  ofAgent = [...ofAgent, ...agent.all<AgentEvent>('event')];
}, 90_000);
afterAll(async () => {
  for (const end of ends) await end();
});

test('every type of the catalogue has a cause, and the cause leaves it in the log', () => {
  expect(Object.keys(causes).sort()).toEqual([...eventTypes].sort());
  for (const type of eventTypes) expect(caused.get(type)).toContain(type);
});

describe('at every exit outward', () => {
  test('each event is there under the same id and name, and nothing that is not in the log', async () => {
    const known = new Map(records.map((record) => [record.id, record]));
    for (const { name, read, owes } of exits) {
      const found = await read();
      const owed = records.filter(owes).map(({ id, type }) => `${type} ${id}`);
      const there = found.map((event) => `${shortName(event)} ${event.id}`);
      expect(new Set(there), name).toEqual(new Set(owed));
      for (const event of found) expect(known.get(event.id)?.type).toBe(shortName(event));
    }
    expect(new Set(records.map(({ type }) => type))).toEqual(new Set(eventTypes));
  });

  test('an event says the same, less what its level withholds by the published schema', async () => {
    for (const { name, level, read } of exits)
      for (const event of await read()) {
        const { data, ...around } = full.get(event.id)!;
        const { data: said, ...theirs } = event;
        expect(theirs, name).toEqual(around);
        const schema = schemas.get(shortName(event))!;
        // What was sent before it was taken back had its text.
        if ('redacted' in data && !('redacted' in said)) continue;
        expect(said, `${name}: ${event.type}`).toEqual(left(data, schema, level));
      }
  });

  test('at the level none there is no word and no name of anybody, in whatever byte', async () => {
    for (const { name, level, raw } of exits) {
      const text = await raw();
      if (level === 'none') expect(text, name).not.toMatch(/canary/i);
      // The marks are there to be found.
      else expect(text, name).toContain(MARK);
    }
  });
});

describe('on sockets', () => {
  const ids = (events: { id: string }[]) => new Set(events.map(({ id }) => id));
  const inConversation = () => records.filter((it) => it.conversation === world.conversation);

  test('its visitor sees what is for everybody, under the same id and name, and nothing else', async () => {
    const shown = inConversation().filter(({ type }) => publicEvents.has(type));
    await until(() => ids(world.visitor.all('event')).size >= shown.length);
    expect(ids(ofVisitor)).toEqual(ids(shown));
    expect(new Set(ofVisitor.map(({ type }) => type))).toEqual(publicEvents);
    for (const { id, type } of ofVisitor) expect(shortName(full.get(id)!)).toBe(type);
  });

  test('an agent sees all of the conversation', () => {
    expect(ids(ofAgent)).toEqual(ids(inConversation()));
    for (const { id, type, seq } of ofAgent) {
      const { data, ...event } = full.get(id)!;
      expect(shortName(event)).toBe(type);
      expect(data.conversation).toEqual({ id: world.conversation, seq });
    }
  });
});
