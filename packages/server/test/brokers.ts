import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { createClient } from '@redis/client';
import { CloudEvent, HTTP, MQTT } from 'cloudevents';
import { connectAsync } from 'mqtt';
import { Connection } from 'rabbitmq-client';
import type { StreamKind } from '../src/config-streams.ts';

/** One event as it lies at a broker, read by somebody who knows CloudEvents and not us. */
export interface Arrival {
  event: CloudEvent<{ conversation?: { id: string; seq: number } }>;
  /** The subject, routing key, key or topic it came under. */
  where: string;
  /** What stands beside the body. */
  about: Record<string, unknown>;
  body: string;
}

export interface Reader {
  /** All that came so far, in order. */
  arrivals(): Promise<Arrival[]>;
  /** Removes what the test made at the broker. */
  close(): Promise<void>;
}

/** Structured mode looks the same in every protocol. */
const structured = (contentType: string | undefined, body: string): Arrival['event'] =>
  HTTP.toEvent({ headers: { 'content-type': contentType }, body }) as Arrival['event'];

async function readNats(url: string, prefix: string): Promise<Reader> {
  const connection = await connectNats({ servers: new URL(url).host });
  const { streams } = await jetstreamManager(connection);
  const found: Arrival[] = [];
  const last = () =>
    streams.info(prefix).then(
      ({ state }) => state.last_seq,
      () => 0,
    );
  return {
    async arrivals() {
      for (let to = await last(); found.length < to; ) {
        const stored = await streams.getMessage(prefix, { seq: found.length + 1 });
        if (!stored) throw new Error('a message of the stream is missing');
        const about = Object.fromEntries(
          stored.header.keys().map((it) => [it, stored.header.get(it)]),
        );
        const body = stored.string();
        const event = structured(stored.header.get('Content-Type'), body);
        found.push({ event, where: stored.subject, about, body });
      }
      return found;
    },
    async close() {
      await streams.delete(prefix).catch(() => {});
      await connection.close();
    },
  };
}

async function readRabbitmq(url: string, prefix: string): Promise<Reader> {
  const connection = new Connection(url);
  const exchange = `${prefix}.events`;
  const found: Arrival[] = [];
  const consumer = connection.createConsumer(
    {
      queue: `${prefix}.test`,
      queueOptions: { exclusive: true },
      exchanges: [{ exchange, type: 'topic', durable: true }],
      queueBindings: [{ exchange, routingKey: '#' }],
    },
    ({ body: bytes, routingKey: where, ...about }) => {
      const body = String(bytes);
      found.push({ event: structured(about.contentType, body), where, about, body });
    },
  );
  await once(consumer, 'ready');
  return {
    arrivals: async () => found,
    async close() {
      await consumer.close();
      await connection.exchangeDelete({ exchange });
      await connection.close();
    },
  };
}

async function readRedis(url: string, prefix: string): Promise<Reader> {
  const client = createClient({ url });
  await client.connect();
  const where = `${prefix}:events`;
  return {
    async arrivals() {
      const entries = await client.xRange(where, '-', '+');
      return (entries ?? []).map(({ message: { ce: body = '', ...about } }) => {
        const event = new CloudEvent(JSON.parse(body)) as Arrival['event'];
        return { event, where, about, body };
      });
    },
    async close() {
      await client.del(where);
      await client.close();
    },
  };
}

async function readMqtt(url: string, prefix: string): Promise<Reader> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const found: Arrival[] = [];
  client.on('message', (where, payload, { qos, properties }) => {
    const body = payload.toString();
    const message = {
      PUBLISH: { 'Content Type': properties?.contentType },
      headers: { ...properties?.userProperties },
      body: JSON.parse(body),
    };
    const event = MQTT.toEvent(message as never) as Arrival['event'];
    found.push({ event, where, about: { qos, ...properties }, body });
  });
  await client.subscribeAsync(`${prefix}/#`, { qos: 1 });
  return { arrivals: async () => found, close: () => client.endAsync() };
}

interface TestBroker {
  kind: StreamKind;
  /** How to have one here. */
  start: string;
  scheme: string;
  login: string;
  port: number;
  read(url: string, prefix: string): Promise<Reader>;
}

export const testBrokers: TestBroker[] = [
  {
    kind: 'nats',
    start: 'nats-server --jetstream',
    scheme: 'nats',
    login: '',
    port: 4222,
    read: readNats,
  },
  {
    kind: 'rabbitmq',
    start: 'rabbitmq-server',
    scheme: 'amqp',
    login: 'guest:guest@',
    port: 5672,
    read: readRabbitmq,
  },
  {
    kind: 'redis',
    start: 'redis-server',
    scheme: 'redis',
    login: '',
    port: 6379,
    read: readRedis,
  },
  {
    kind: 'mqtt',
    start: 'mosquitto',
    scheme: 'mqtt',
    login: '',
    port: 1883,
    read: readMqtt,
  },
];

export const canReach = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** A way to a broker that can be broken. */
export interface Passage {
  port: number;
  /** From now on answers get lost, while what is sent still arrives. */
  mute(): void;
  /** Breaks what goes through and lets nobody in. */
  cut(): void;
  mend(): void;
  close(): void;
}

export async function openPassage(to: number): Promise<Passage> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'mute' | 'cut' = 'open';
  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(to, '127.0.0.1');
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => state === 'open' && near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    state = 'cut';
    // What was let in still arrives; only the way back is gone.
    for (const socket of sockets) socket.destroySoon();
  };
  return {
    port: (server.address() as AddressInfo).port,
    mute() {
      state = 'mute';
    },
    cut,
    mend() {
      state = 'open';
    },
    close() {
      cut();
      server.close();
    },
  };
}

/** Takes connections and never says a word. */
export async function openSilence(): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
