import { once } from 'node:events';
import type { CloudEvent } from '@throughline/shared/schema';
import { Connection } from 'rabbitmq-client';
import { AT_ONCE, type Connect, STRUCTURED, VERIFIED } from './stream.ts';

/** So that bindings and consumers can look at attributes without parsing the body. */
function headersOf({ data: _, datacontenttype: __, ...attributes }: CloudEvent) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`cloudEvents_${name}`, value]),
  );
}

const envelopeOf = (event: CloudEvent) => ({
  durable: true,
  messageId: event.id,
  type: event.type,
  contentType: STRUCTURED,
  headers: headersOf(event),
});

/** A channel on which what is published is confirmed. */
async function openChannel(connection: Connection, exchange: string) {
  const channel = await connection.acquire();
  await channel.exchangeDeclare({ exchange, type: 'topic', durable: true });
  await channel.confirmSelect();
  return channel;
}

/**
 * AMQP 0-9-1, which CloudEvents has no binding for: its one for AMQP 1.0, as far as the two are alike.
 * Structured mode; it allows the attributes as headers beside the body.
 */
export const connectRabbitmq: Connect = async ({ url, prefix, signal }) => {
  const exchange = `${prefix}.events`;
  const tls = new URL(url).protocol === 'amqps:' ? { tls: VERIFIED } : {};
  const connection = new Connection({ url, ...tls });
  // Whoever waits for an answer is told of it too.
  connection.on('error', () => {});
  const close = () => connection.unsafeDestroy();
  signal.addEventListener('abort', close);
  try {
    await once(connection, 'connection', { signal });
    const channel = await openChannel(connection, exchange);
    return {
      atOnce: AT_ONCE,
      publish: ({ event, name }) =>
        channel.basicPublish(
          { exchange, routingKey: name, ...envelopeOf(event) },
          Buffer.from(JSON.stringify(event)),
        ),
      close,
    };
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
};
