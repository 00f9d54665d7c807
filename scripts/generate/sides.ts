import {
  agentAuth,
  agentCommands,
  agentEvent,
  agentPage,
  agentWelcome,
  article,
  type commands,
  type EventType,
  ephemeral,
  eventHistory,
  eventTypes,
  fileLink,
  fileTicket,
  heartbeat,
  inboxChange,
  type JsonSchema,
  jsonSchemaOf,
  problem,
  publicEvents,
  type QueryName,
  type Schema,
  type SignalName,
  visitorAuth,
  visitorCommands,
  visitorConversation,
  visitorEvent,
  visitorPage,
  visitorWelcome,
} from '@throughline/shared/schema';

/** A namespace, as the relay sees it. */
export interface Side {
  about: string;
  auth: Schema;
  commands: readonly (keyof typeof commands)[];
  /** Questions, with what answers them. */
  queries: Partial<Record<QueryName, JsonSchema>>;
  signals: SignalName[];
  /** What the relay sends. */
  sent: Record<string, JsonSchema>;
}

export const given = (schema: Schema): JsonSchema => jsonSchemaOf(schema, 'input');
export const told = (schema: Schema): JsonSchema => jsonSchemaOf(schema, 'output');

export const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** One event, with the names it may have. */
const eventOf = (schema: Schema, types: Iterable<EventType>): JsonSchema => {
  const { properties, ...rest } = told(schema);
  return {
    ...rest,
    properties: { ...(properties as JsonSchema), type: { enum: [...types].sort() } },
  };
};

const aboutFiles = {
  'file:begin': told(fileTicket),
  'file:links': { type: 'object', additionalProperties: told(fileLink) },
};

const onBoth = {
  heartbeat: told(heartbeat),
  ephemeral: told(ephemeral),
  closing: object({ error: told(problem) }),
};

export const sides: Record<'visitor' | 'agent', Side> = {
  visitor: {
    about: 'Widgets. The origin of the page has to be one the site lists.',
    auth: visitorAuth,
    commands: visitorCommands,
    queries: {
      'conversation:list': { type: 'array', items: told(visitorConversation) },
      'conversation:resume': told(visitorPage),
      'conversation:history': object({
        events: { type: 'array', items: told(visitorEvent) },
        more: { type: 'boolean' },
      }),
      ...aboutFiles,
      'article:read': told(article),
      'push:set': { type: 'null' },
    },
    signals: ['typing:set', 'context:set'],
    sent: {
      welcome: told(visitorWelcome),
      event: eventOf(visitorEvent, publicEvents),
      ...onBoth,
    },
  },
  agent: {
    about: 'Consoles, known by the session cookie.',
    auth: agentAuth,
    commands: agentCommands,
    queries: {
      'conversation:resume': told(agentPage),
      'conversation:history': told(eventHistory),
      'conversation:leave': { type: 'null' },
      ...aboutFiles,
    },
    signals: ['typing:set', 'delivered:set'],
    sent: {
      welcome: told(agentWelcome),
      event: eventOf(agentEvent, eventTypes),
      inbox: told(inboxChange),
      ...onBoth,
    },
  },
};
