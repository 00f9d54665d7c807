import {
  catalogue,
  cloudEvent,
  commands,
  type EventType,
  eventTypes,
  type JsonSchema,
  outwardSchema,
  problem,
  type QueryName,
  queries,
  receipt,
  signals,
  TYPE_PREFIX,
} from '@throughline/shared/schema';
import { given, object, type Side, sides, told } from './sides.ts';

type Json = Record<string, unknown>;

const ackOf = (data: JsonSchema): JsonSchema => ({
  oneOf: [
    object({ ok: { const: true }, data }),
    object({ ok: { const: false }, error: { $ref: '#/components/schemas/Problem' } }),
  ],
});

const messageOf = (name: string, payload: JsonSchema): Json => ({ name, payload });

const refTo = (channel: string, message?: string): { $ref: string } => ({
  $ref: `#/channels/${channel}${message ? `/messages/${message}` : ''}`,
});

/** What a side may say, with the message that answers it. */
const answersOf = ({ commands: names, queries: asked, signals: said }: Side) => [
  ...names.map((name) => ({ name, payload: given(commands[name]), ack: told(receipt) })),
  ...Object.entries(asked).map(([name, ack]) => ({
    name,
    payload: given(queries[name as QueryName]),
    ack,
  })),
  ...said.map((name) => ({ name, payload: given(signals[name]), ack: undefined })),
];

function channelOf(name: string, side: Side): Json {
  const heard = answersOf(side).flatMap(({ name: it, payload, ack }) => [
    [it, messageOf(it, payload)],
    ...(ack ? [[`${it}.ack`, messageOf(`${it}.ack`, ackOf(ack))]] : []),
  ]);
  const sent = Object.entries(side.sent).map(([it, payload]) => [it, messageOf(it, payload)]);
  return {
    address: `/${name}`,
    title: `The namespace /${name}`,
    description: side.about,
    servers: [{ $ref: '#/servers/relay' }],
    messages: Object.fromEntries([...heard, ...sent]),
    'x-auth': given(side.auth),
  };
}

function operationsOf(name: string, side: Side): Json {
  const channel = refTo(name);
  const heard = answersOf(side).map(({ name: it, ack }) => [
    `${name}.${it}`,
    {
      action: 'receive',
      channel,
      messages: [refTo(name, it)],
      ...(ack ? { reply: { channel, messages: [refTo(name, `${it}.ack`)] } } : {}),
    },
  ]);
  const sent = Object.keys(side.sent).map((it) => [
    `${name}.${it}`,
    { action: 'send', channel, messages: [refTo(name, it)] },
  ]);
  return Object.fromEntries([...heard, ...sent]);
}

function webhookOf(type: EventType): Json {
  const { $id, $schema, version, title, description, ...data } = outwardSchema(type, '');
  return {
    name: type,
    summary: catalogue[type].about,
    contentType: 'application/cloudevents+json',
    headers: { $ref: '#/components/schemas/WebhookHeaders' },
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        { type: 'object', properties: { type: { const: `${TYPE_PREFIX}${type}` }, data } },
      ],
    },
  };
}

const webhooks: Json = {
  address: null,
  title: 'Webhooks',
  description: 'POST to an endpoint of the business, signed by Standard Webhooks 1.0.',
  messages: Object.fromEntries(eventTypes.map((type) => [type, webhookOf(type)])),
};

const text = { type: 'string' };

/** AsyncAPI 3.1 of the two namespaces and of webhooks, from the relay's side. */
export function describeWire(): Json {
  const both = Object.entries(sides);
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Throughline',
      version: '1',
      description:
        'socket.io 4 at `/v1/socket`; an ack is the callback of its message. What each side may rely on stands in `protocol.md`.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      relay: {
        host: '{host}',
        protocol: 'wss',
        pathname: '/v1/socket',
        variables: { host: { default: 'localhost:4600' } },
      },
    },
    channels: {
      ...Object.fromEntries(both.map(([name, side]) => [name, channelOf(name, side)])),
      webhooks,
    },
    operations: {
      ...Object.assign({}, ...both.map(([name, side]) => operationsOf(name, side))),
      webhook: { action: 'send', channel: refTo('webhooks') },
    },
    components: {
      schemas: {
        Problem: told(problem),
        CloudEvent: told(cloudEvent),
        WebhookHeaders: object({
          'webhook-id': text,
          'webhook-timestamp': text,
          'webhook-signature': text,
        }),
      },
    },
  };
}
