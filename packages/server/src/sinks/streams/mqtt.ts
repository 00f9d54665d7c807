import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CloudEvent } from '@throughline/shared/schema';
import {
  connectPacket,
  createReader,
  type Heard,
  type Publication,
  pingPacket,
  publishPacket,
} from './mqtt-packets.ts';
import { AT_ONCE, type Connect, VERIFIED } from './stream.ts';

/** Every attribute under its own name, as text (CloudEvents MQTT binding, 3.1.3). */
const textOf = (attributes: object): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

/**
 * Binary mode: the data is the payload, and Content Type says its type. That stands among the attributes
 * too, as in the binding's example: readers look for it there.
 */
function publicationOf({ data, ...attributes }: CloudEvent): Omit<Publication, 'topic'> {
  return {
    payload: JSON.stringify(data),
    contentType: attributes.datacontenttype,
    attributes: textOf(attributes),
  };
}

function open(url: string): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'mqtt:') return connectTcp(Number(port) || 1883, host);
  const named = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(port) || 8883, ...named, ...VERIFIED });
}

const refusal = (reason: number): Error =>
  new Error(`the broker refuses with MQTT reason code 0x${reason.toString(16)}`);

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/** One connection; whatever is wrong with it ends it, and everything that was under way. */
function converse(socket: Socket) {
  const read = createReader();
  const under = new Map<number, Waiting>();
  const { promise: welcome, ...welcoming } =
    Promise.withResolvers<Extract<Heard, { type: 'connack' }>>();
  let ping: NodeJS.Timeout | undefined;
  let isAwaited = false;
  let last = 0;

  function keepAlive(seconds: number): void {
    ping = setInterval(() => {
      if (isAwaited) socket.destroy(new Error('the broker is silent'));
      isAwaited = true;
      socket.write(pingPacket());
    }, seconds * 500).unref();
  }
  function hear(heard: Heard): void {
    isAwaited = false;
    if (heard.type === 'disconnect') throw refusal(heard.reason);
    if (heard.type === 'connack') {
      if (heard.reason >= 0x80) throw refusal(heard.reason);
      keepAlive(heard.keepAliveSeconds);
      welcoming.resolve(heard);
    }
    if (heard.type === 'puback') {
      const waiting = under.get(heard.id);
      under.delete(heard.id);
      if (heard.reason >= 0x80) waiting?.reject(refusal(heard.reason));
      else waiting?.resolve();
    }
  }
  let ending = new Error('connection closed');
  socket.setNoDelay();
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const heard of read(chunk)) hear(heard);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  socket.on('error', (error) => {
    ending = error;
  });
  socket.on('close', () => {
    clearInterval(ping);
    welcoming.reject(ending);
    for (const waiting of under.values()) waiting.reject(ending);
    under.clear();
  });
  return {
    welcome,
    publish: (publication: Publication) =>
      new Promise<void>((resolve, reject) => {
        if (socket.destroyed) throw ending;
        // One that is free: never more are under way than a broker takes at once.
        do last = (last % 65_535) + 1;
        while (under.has(last));
        const packet = publishPacket(last, publication);
        under.set(last, { resolve, reject });
        socket.write(packet);
      }),
  };
}

/** MQTT 5. */
export const connectMqtt: Connect = async ({ url, prefix, signal }) => {
  signal.throwIfAborted();
  const socket = open(url);
  const { welcome, publish } = converse(socket);
  const giveUp = () => socket.destroy(signal.reason);
  signal.addEventListener('abort', giveUp);
  const { username, password } = new URL(url);
  const login = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  // Nothing is written before TLS has checked the certificate.
  socket.write(connectPacket(login));
  const { receiveMaximum } = await welcome.finally(() =>
    signal.removeEventListener('abort', giveUp),
  );
  return {
    // A client never has more under way than the broker said (MQTT 5, 3.3.4).
    atOnce: Math.min(AT_ONCE, receiveMaximum),
    publish: ({ event, name, site }) =>
      publish({ topic: `${prefix}/${site}/${name.replace('.', '/')}`, ...publicationOf(event) }),
    close: () => socket.destroy(),
  };
};
