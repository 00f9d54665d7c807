import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const local = [
  { kind: 'nats', env: 'NATS_URL', url: 'nats://127.0.0.1:4222' },
  { kind: 'rabbitmq', env: 'RABBITMQ_URL', url: 'amqp://guest:guest@127.0.0.1:5672' },
  { kind: 'redis', env: 'REDIS_STREAM_URL', url: 'redis://127.0.0.1:6379' },
  { kind: 'mqtt', env: 'MQTT_URL', url: 'mqtt://127.0.0.1:1883' },
];
type Broker = (typeof local)[number];

const answers = ({ url }: Broker): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** The brokers of this machine, where they stand by default and answer. */
export async function localBrokers(): Promise<Broker[]> {
  const there = await Promise.all(local.map(answers));
  return local.filter((_, i) => there[i]);
}

/** Until every broker has acknowledged all there is: one that takes nothing would cost nothing. */
export async function awaitBrokers(relay: string, brokers: Broker[]): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const metrics = await (await fetch(`${relay}/metrics`)).text();
    const isDone = ({ kind }: Broker) =>
      metrics.includes(`throughline_sink_lag_events{sink="${kind}"} 0\n`);
    if (brokers.every(isDone)) return;
    await sleep(20);
  }
  throw new Error('a broker did not take what was said');
}
