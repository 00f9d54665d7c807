import {
  catalogue,
  type EventType,
  eventTypes,
  type JsonSchema,
  outwardSchema,
  TYPE_PREFIX,
} from '@throughline/shared/schema';
import { webhookHeaders } from './headers.ts';
import { refTo } from './operation.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `message.created` as `MessageCreated`. */
const titleOf = (type: EventType): string => type.split(/[._]/).map(capital).join('');

function schemaOf(type: EventType): JsonSchema {
  const { $id, $schema, version, title, description, ...data } = outwardSchema(type, '');
  return {
    description,
    'x-version': version,
    allOf: [
      refTo('schemas', 'CloudEvent'),
      { type: 'object', properties: { type: { const: `${TYPE_PREFIX}${type}` }, data } },
    ],
  };
}

export const eventSchemas = (): Record<string, JsonSchema> =>
  Object.fromEntries(eventTypes.map((type) => [titleOf(type), schemaOf(type)]));

const operationOf = (type: EventType) => ({
  post: {
    operationId: `on${titleOf(type)}`,
    summary: catalogue[type].about,
    tags: ['webhooks'],
    security: [],
    parameters: Object.keys(webhookHeaders).map((name) => refTo('parameters', name)),
    requestBody: {
      required: true,
      content: { 'application/cloudevents+json': { schema: refTo('schemas', titleOf(type)) } },
    },
    responses: {
      '2XX': { description: 'Taken.' },
      '410': { description: 'Wanted no more: the endpoint is switched off.' },
      default: { description: 'Tried again later.' },
    },
  },
});

/** What a bot of the business is asked (docs/guides/bots.md). */
const turn = {
  post: {
    operationId: 'onTurn',
    summary: 'It is a bot’s turn.',
    tags: ['webhooks'],
    security: [],
    parameters: [...Object.keys(webhookHeaders), 'throughline-reply-token'].map((name) =>
      refTo('parameters', name),
    ),
    requestBody: {
      required: true,
      content: { 'application/json': { schema: refTo('schemas', 'Turn') } },
    },
    responses: {
      '200': {
        description: 'What it does.',
        content: { 'application/json': { schema: refTo('schemas', 'Reply') } },
      },
      '202': { description: 'It answers later, with `replyToTurn`.' },
      '4XX': { description: 'It cannot answer: whoever is named for that goes on, or a person.' },
      default: { description: 'Asked again while there is time.' },
    },
  },
};

/** What endpoints receive, one for every kind of event the log may hold; and what bots are asked. */
export const webhooks = (): Record<string, object> => ({
  ...Object.fromEntries(eventTypes.map((type) => [type, operationOf(type)])),
  turn,
});
