import {
  document,
  eventPage,
  eventPageQuery,
  eventsQuery,
  eventTypeList,
} from '@throughline/shared/schema';

const READ = {
  method: 'GET',
  scope: 'events:read',
  role: 'admin',
  reads: ['last-event-id'],
  refuses: ['bad_cursor', 'log_replaced'],
} as const;

export const listEvents = {
  ...READ,
  url: '/v1/events',
  name: 'listEvents',
  about: 'A page of the log, and where the next one begins.',
  query: eventPageQuery,
  answer: eventPage,
} as const;

export const exportEvents = {
  ...READ,
  url: '/v1/events/export',
  name: 'exportEvents',
  about: 'The log to its present end, a line of JSON an event.',
  query: eventsQuery,
  media: 'application/x-ndjson',
} as const;

export const streamEvents = {
  ...READ,
  url: '/v1/events/stream',
  name: 'streamEvents',
  about: 'Server-sent events from now on, or from where a reader was.',
  query: eventsQuery,
  media: 'text/event-stream',
  refuses: [...READ.refuses, 'too_many_streams'],
} as const;

export const listEventTypes = {
  method: 'GET',
  url: '/v1/event-types',
  name: 'listEventTypes',
  about: 'Every kind of event there is, with its schema and an example.',
  answer: eventTypeList,
} as const;

export const getEventType = {
  method: 'GET',
  url: '/v1/event-types/:type',
  name: 'getEventType',
  about: 'The JSON Schema of one kind of event’s data.',
  answer: document,
  media: 'application/schema+json',
} as const;
