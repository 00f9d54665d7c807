import type { RequestHeader, ResponseHeader } from '../route.ts';

const header = (name: string, description: string, more: object = {}) => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string' },
  ...more,
});

export const requestHeaders: Record<RequestHeader, object> = {
  'idempotency-key': header(
    'Idempotency-Key',
    'The same request under the same key is done once and answered alike, for as long as the log is kept. Another one under it is refused.',
    { schema: { type: 'string', pattern: '^[\\x21-\\x7e][\\x20-\\x7e]{0,254}$' } },
  ),
  'throughline-cause': header(
    'Throughline-Cause',
    'Id of the event a program reacts to, so that programs that answer each other can be stopped.',
  ),
  'throughline-ticket': header(
    'Throughline-Ticket',
    'The ticket for this file; good once, and for two minutes.',
    { required: true },
  ),
  'if-match': header('If-Match', 'The ETag of the version that is changed.', { required: true }),
  'if-none-match': header('If-None-Match', 'The ETag of what the caller has already.'),
  'last-event-id': header(
    'Last-Event-ID',
    'The last event a reader has; counts more than `after`, and is sent by itself on a reconnect.',
  ),
};

/** What signs a webhook, whichever way it goes. */
export const webhookHeaders = {
  'webhook-id': header('webhook-id', 'Id of the event: the same on every try.', { required: true }),
  'webhook-timestamp': header('webhook-timestamp', 'Of this try, in Unix seconds.', {
    required: true,
  }),
  'webhook-signature': header(
    'webhook-signature',
    'Standard Webhooks 1.0: `v1,` and an HMAC-SHA256 of id, time and body; several with spaces while a secret is rotated.',
    { required: true },
  ),
};

export const turnHeaders = {
  'throughline-reply-token': header(
    'throughline-reply-token',
    'What lets the bot answer this turn later.',
    { required: true },
  ),
};

export type AnyResponseHeader = ResponseHeader | 'idempotency-replayed' | 'retry-after';

export const responseHeaders: Record<AnyResponseHeader, object> = {
  etag: { description: 'The version of what was answered.', schema: { type: 'string' } },
  location: { description: 'Where it is.', schema: { type: 'string' } },
  'set-cookie': { description: 'The session.', schema: { type: 'string' } },
  'idempotency-replayed': {
    description: 'The key was used before, and nothing was done now.',
    schema: { const: 'true' },
  },
  'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } },
};
