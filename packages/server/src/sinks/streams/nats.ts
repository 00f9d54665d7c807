import { connect as connectSocket } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection, nanos } from '@nats-io/transport-node';
import { AT_ONCE, type Connect, STRUCTURED } from './stream.ts';

/** How long a stream made here keeps events; one made by the operator has the operator's limits. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

const ANSWER_MS = 5000;

/** The client takes name and password apart from the address. */
function serverOf(address: string) {
  const { host, protocol, username, password } = new URL(address);
  const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  const login = secret ? { user: name, pass: secret } : { token: name };
  return { servers: host, ...(name ? login : {}), ...(protocol === 'tls:' ? { tls: {} } : {}) };
}

/** Looks whether anybody is there: to whoever says nothing, the client would keep its socket for ever. */
async function awaitGreeting(address: string, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connectSocket({ host, port: Number(port || 4222), signal });
  // Leaving the loop closes it.
  for await (const _ of socket) return;
  throw new Error('connection closed');
}

/** Whatever stream takes these subjects is good; without one, a plain one is made. */
async function provideStream(connection: NatsConnection, prefix: string): Promise<void> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false });
  const subject = `${prefix}.>`;
  const names = await streams.names(subject).next();
  if (names.length > 0) return;
  await streams.add({ name: prefix, subjects: [subject], max_age: nanos(KEPT_MS) });
}

/**
 * JetStream. Structured mode, because the released binding (CloudEvents 1.0.2) knows no other; the
 * content type tells it from binary mode to readers of the draft that follows.
 */
export const connectNats: Connect = async ({ url, prefix, signal }) => {
  await awaitGreeting(url, signal);
  const options = { name: 'throughline', reconnect: false, timeout: ANSWER_MS };
  const connection = await connect({ ...serverOf(url), ...options });
  try {
    await provideStream(connection, prefix);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const client = jetstream(connection);
  return {
    atOnce: AT_ONCE,
    async publish({ event, name, site }) {
      const about = headers();
      about.set('Content-Type', STRUCTURED);
      const options = { msgID: event.id, headers: about };
      await client.publish(`${prefix}.${site}.${name}`, JSON.stringify(event), options);
    },
    close: () => void connection.close(),
  };
};
