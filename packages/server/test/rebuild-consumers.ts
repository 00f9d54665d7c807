import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection, nanos } from '@nats-io/transport-node';
import type { CloudEvent, DeliverySummary, IssuedEndpoint } from '@throughline/shared/schema';
import type { Random } from '../../../bench/referee/random.ts';
import type { LogRecord } from '../src/store/store.ts';
import type { Mortal } from './rebuild-relay.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { sleep, until } from './relay.ts';

/** Somebody who has nothing but events. */
export interface Consumer {
  name: string;
  /** Everything that ever reached it, also what it refused or lost, in the order it came. */
  seen: CloudEvent[];
  /** What it has, by id. */
  kept: Map<string, CloudEvent>;
  /** What it found wrong with what came. */
  faults: string[];
  /** What of the log it has to have. */
  owed(records: LogRecord[]): LogRecord[];
  /** Fails no more. */
  heal(): void | Promise<void>;
  /** What somebody who runs it does about what is still missing; called now and then. */
  chase(): Promise<void>;
  stop(): Promise<void>;
}

type Answering = (response: ServerResponse, event: CloudEvent) => void;

interface Hook {
  id: string;
  answers(how: Answering): void;
  /** Nobody listens for so long. */
  rest(ms: number): Promise<void>;
  /** Ends what hangs. */
  cut(): void;
  stop(): Promise<void>;
}

/** An endpoint at the relay, and the server behind it. */
async function openHook(relay: Mortal, order: 'any' | 'conversation'): Promise<Hook> {
  let receiver: Receiver = await startReceiver();
  const { url } = receiver;
  const hanging = new Set<ServerResponse>();
  let answer: Answering = (response) => response.end();
  const listen = () =>
    receiver.answers((response, { event }) => {
      hanging.add(response);
      response.on('close', () => hanging.delete(response));
      answer(response, event);
    });
  listen();
  const body = { url, order, pii: 'content' };
  const made = await relay.insist('/endpoints', { method: 'POST', body });
  const { id } = made.json as IssuedEndpoint;
  return {
    id,
    answers(how) {
      answer = how;
    },
    async rest(ms) {
      await receiver.close();
      await sleep(ms);
      receiver = await startReceiver(Number(new URL(url).port));
      listen();
    },
    cut: () => {
      for (const response of hanging) response.destroy();
    },
    stop: () => receiver.close(),
  };
}

/** Sends again what waits for a time far off: what failed twice waits for minutes. */
async function hurry(relay: Mortal, id: string): Promise<void> {
  let before = '';
  for (;;) {
    const path = `/endpoints/${id}/deliveries?state=pending&limit=100${before}`;
    const page = (await relay.insist(path)).json as {
      data: DeliverySummary[];
      next: number | null;
    };
    for (const { offset, nextAt } of page.data)
      if (nextAt > Date.now() + 1000)
        await relay.insist(`/endpoints/${id}/replay`, { method: 'POST', body: { offset } });
    if (page.next === null) return;
    before = `&before=${page.next}`;
  }
}

type Fresh = Pick<Consumer, 'name' | 'seen' | 'kept' | 'faults' | 'owed'>;

const nothingYet = (name: string, from = 0): Fresh => ({
  name,
  seen: [],
  kept: new Map(),
  faults: [],
  owed: (records) => records.filter(({ offset }) => offset > from),
});

/** Everything since it was there: since the test of it. Tests of others are none of its business. */
const owedTo =
  ({ id }: Hook): Consumer['owed'] =>
  (records) => {
    const first = records.findIndex(({ data }) => 'endpoint' in data && data.endpoint === id);
    if (first < 0) throw new Error('an endpoint was not tested');
    return records.slice(first).filter(({ type }) => type !== 'test.event');
  };

/** Fails, hangs, is away for a while, and answers into the void. */
export async function startFailing(relay: Mortal, random: Random): Promise<Consumer> {
  const about = nothingYet('a receiver that fails');
  const hook = await openHook(relay, 'any');
  let isHealed = false;
  hook.answers((response, event) => {
    about.seen.push(event);
    if (!isHealed && random.chance(0.03)) return;
    if (!isHealed && random.chance(0.1)) return void response.writeHead(500).end();
    about.kept.set(event.id, event);
    if (!isHealed && random.chance(0.05)) response.destroy();
    else response.end();
  });
  const restarting = (async () => {
    while (!isHealed) {
      await sleep(random.between(1500, 4000));
      if (!isHealed) await hook.rest(random.between(100, 600));
    }
  })();
  return {
    ...about,
    async heal() {
      isHealed = true;
      await restarting;
      hook.cut();
    },
    owed: owedTo(hook),
    chase: () => hurry(relay, hook.id),
    stop: hook.stop,
  };
}

/** Says yes and forgets; everything since the beginning once more makes up for it. */
export async function startForgetful(relay: Mortal, random: Random): Promise<Consumer> {
  const about = nothingYet('a receiver that forgets');
  const hook = await openHook(relay, 'any');
  let isHealed = false;
  let isReplayed = false;
  hook.answers((response, event) => {
    about.seen.push(event);
    response.end();
    if (isHealed || !random.chance(0.2)) about.kept.set(event.id, event);
  });
  return {
    ...about,
    heal() {
      isHealed = true;
    },
    owed: owedTo(hook),
    async chase() {
      if (isReplayed) return hurry(relay, hook.id);
      const path = `/endpoints/${hook.id}/replay`;
      const { status } = await relay.insist(path, { method: 'POST', body: { since: 0 } });
      isReplayed = status === 202;
    },
    stop: hook.stop,
  };
}

/** Wants each conversation in order, and fails at times. */
export async function startOrdered(relay: Mortal, random: Random): Promise<Consumer> {
  const about = nothingYet('a receiver that wants order');
  const hook = await openHook(relay, 'conversation');
  let isHealed = false;
  /** How far each conversation was taken. */
  const taken = new Map<string, number>();
  hook.answers((response, event) => {
    about.seen.push(event);
    const { id = '', seq = 0 } = event.data.conversation ?? {};
    const last = taken.get(id) ?? 0;
    // What was taken before may come again; what follows may not come before it was taken.
    if (id && seq > last + 1) about.faults.push(`${id}: ${seq} came when ${last} was the last`);
    if (!isHealed && random.chance(0.08)) return void response.writeHead(503).end();
    if (id) taken.set(id, Math.max(last, seq));
    about.kept.set(event.id, event);
    if (!isHealed && random.chance(0.05)) response.destroy();
    else response.end();
  });
  return {
    ...about,
    heal() {
      isHealed = true;
    },
    owed: owedTo(hook),
    chase: () => hurry(relay, hook.id),
    stop: hook.stop,
  };
}

interface Page {
  data: CloudEvent[];
  next: string;
}

/** One page, or undefined when the connection was lost: cut by us after some bytes, or by a kill. */
function readPage(url: string, key: string, cutAfter: number): Promise<Page | undefined> {
  return new Promise((done) => {
    const call = request(url, { headers: { authorization: `Bearer ${key}` }, agent: false });
    call.on('error', () => done(undefined));
    call.on('response', (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > cutAfter) response.destroy();
      });
      response.on('error', () => done(undefined));
      response.on('close', () => done(undefined));
      response.on('end', () => done(response.statusCode === 200 ? JSON.parse(text) : undefined));
    });
    call.end();
  });
}

/** Pulls by cursor, over connections it loses; forgets its last pages and reads them again. */
export function startPulling({ url, key }: Mortal, random: Random): Consumer {
  const about = nothingYet('a reader that pulls');
  let isHealed = false;
  let isStopped = false;
  let stored = '0';
  const running = (async () => {
    let at = stored;
    let fresh: CloudEvent[] = [];
    while (!isStopped) {
      const limit = random.between(1, 60);
      const cutAfter = !isHealed && random.chance(0.1) ? random.between(1, 5000) : Infinity;
      const page = await readPage(`${url}/v1/events?limit=${limit}&after=${at}`, key, cutAfter);
      if (page) {
        about.seen.push(...page.data);
        fresh.push(...page.data);
        at = page.next;
      }
      if (!isHealed && random.chance(0.1)) [at, fresh] = [stored, []];
      if (isHealed || random.chance(0.3)) {
        for (const event of fresh) about.kept.set(event.id, event);
        [stored, fresh] = [at, []];
      }
      if (!page || page.data.length < limit) await sleep(random.between(10, 60));
    }
  })();
  return {
    ...about,
    heal() {
      isHealed = true;
    },
    chase: async () => {},
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

const NATS = { servers: '127.0.0.1:4222' };
const DURABLE = 'rebuild';

async function open(): Promise<{ connection: NatsConnection } & AsyncDisposable> {
  const connection = await connectNats(NATS);
  return { connection, [Symbol.asyncDispose]: () => connection.close() };
}

/** A durable consumer of JetStream that breaks off amid its work; what it did not acknowledge comes again. */
export async function startStreaming(
  { prefix, from }: { prefix: string; from: number },
  random: Random,
): Promise<Consumer> {
  const about = nothingYet('a consumer of NATS JetStream', from);
  const link = await connectNats(NATS);
  const { streams, consumers } = await jetstreamManager(link);
  let isHealed = false;
  let isStopped = false;

  async function work(): Promise<void> {
    await using own = await open();
    const consumer = await jetstream(own.connection).consumers.get(prefix, DURABLE);
    while (!isStopped) {
      const batch = await consumer.fetch({ max_messages: random.between(1, 50), expires: 1000 });
      for await (const message of batch) {
        const event = message.json<CloudEvent>();
        about.seen.push(event);
        if (!isHealed && random.chance(0.01)) return;
        about.kept.set(event.id, event);
        message.ack();
      }
    }
  }

  const running = (async () => {
    // The relay makes the stream when it connects.
    const isThere = () => streams.info(prefix).then(Boolean, () => false);
    await until(async () => isStopped || (await isThere()), 'the stream');
    const config = { durable_name: DURABLE, ack_policy: AckPolicy.Explicit };
    if (!isStopped) await consumers.add(prefix, { ...config, ack_wait: nanos(1000) });
    // The server may be slow to say that it is there; somebody who runs a consumer starts it again.
    while (!isStopped) await work().catch(() => sleep(100));
  })();
  return {
    ...about,
    heal() {
      isHealed = true;
    },
    chase: async () => {},
    async stop() {
      isStopped = true;
      await running;
      await streams.delete(prefix).catch(() => {});
      await link.close();
    },
  };
}
