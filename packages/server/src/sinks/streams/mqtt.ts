import type { CloudEvent } from '@throughline/shared/schema';
import { connect, type MqttClient } from 'mqtt';
import { AT_ONCE, type Connect } from './stream.ts';

/** Every attribute under its own name, as text (CloudEvents MQTT binding, 3.1.3). */
const textOf = (attributes: object): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

/**
 * Binary mode: the data is the payload, and Content Type says its type. That stands among the attributes
 * too, as in the binding's example: readers look for it there.
 */
function packetOf({ data, ...attributes }: CloudEvent) {
  return {
    payload: JSON.stringify(data),
    properties: {
      contentType: attributes.datacontenttype,
      payloadFormatIndicator: true,
      userProperties: textOf(attributes),
    },
  };
}

const connected = (client: MqttClient, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('connection closed')));
    signal.addEventListener('abort', () => reject(signal.reason));
  });

/** MQTT 5. */
export const connectMqtt: Connect = async ({ url, prefix, signal }) => {
  const client = connect(url, { protocolVersion: 5, reconnectPeriod: 0 });
  const close = () => void client.end(true);
  // Otherwise it keeps what is under way for a connection that never comes.
  client.on('close', close);
  await connected(client, signal).catch((error) => {
    close();
    throw error;
  });
  return {
    // A client never has more under way than the broker said (MQTT 5, 3.3.4).
    atOnce: Math.min(AT_ONCE, client.serverProperties?.receiveMaximum ?? AT_ONCE),
    async publish({ event, name, site }) {
      const { payload, properties } = packetOf(event);
      const topic = `${prefix}/${site}/${name.replace('.', '/')}`;
      await client.publishAsync(topic, payload, { qos: 1, properties });
    },
    close,
  };
};
