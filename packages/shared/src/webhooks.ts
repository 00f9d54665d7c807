import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CloudEvent } from './schema/events/outward.ts';

export type { CloudEvent } from './schema/events/outward.ts';

/** Standard Webhooks 1.0 (standard-webhooks.github.io): headers, secrets and signatures. */
const PREFIX = 'whsec_';
const TOLERANCE_MS = 5 * 60_000;
/** Two secrets while one is rotated; nobody needs to try more. */
const SIGNATURES_MAX = 5;

export const isWebhookSecret = (secret: string): boolean => secret.startsWith(PREFIX);

export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString('base64');

interface Message {
  id: string;
  /** Unix time in whole seconds. */
  timestamp: number;
  body: string;
}

const keyOf = (secret: string): Buffer => {
  const key = Buffer.from(secret.replace(PREFIX, ''), 'base64');
  if (key.length < 24 || key.length > 64)
    throw new TypeError('A webhook secret is whsec_ and 24 to 64 bytes in base64.');
  return key;
};

const digest = (secret: string, { id, timestamp, body }: Message): Buffer =>
  createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest();

/** The three headers of a delivery; during a rotation one signature for each secret. */
export const signWebhook = (
  secrets: readonly string[],
  message: Message,
): Record<string, string> => ({
  'webhook-id': message.id,
  'webhook-timestamp': String(message.timestamp),
  'webhook-signature': secrets
    .map((secret) => `v1,${digest(secret, message).toString('base64')}`)
    .join(' '),
});

type Headers = Record<string, string | string[] | undefined>;

export type WebhookFault = 'missing_header' | 'bad_timestamp' | 'too_old' | 'bad_signature';

/** Not signed by who has the secret, or not now: answer 401 and look at nothing else of it. */
export class WebhookError extends Error {
  readonly code: WebhookFault;

  constructor(code: WebhookFault) {
    super(`webhook refused: ${code}`);
    this.name = 'WebhookError';
    this.code = code;
  }
}

const only = (headers: Headers, name: string): string => {
  const value = headers[name];
  if (typeof value !== 'string' || value === '') throw new WebhookError('missing_header');
  return value;
};

/** Checks the headers against the body; the same for what we send and for what is sent to us. */
export function checkWebhook(
  rawBody: string | Uint8Array,
  headers: Headers,
  { secret, now = Date.now() }: { secret: string | readonly string[]; now?: number },
): { id: string; body: string } {
  const body = typeof rawBody === 'string' ? rawBody : Buffer.from(rawBody).toString('utf8');
  const id = only(headers, 'webhook-id');
  const timestamp = Number(only(headers, 'webhook-timestamp'));
  if (!Number.isInteger(timestamp)) throw new WebhookError('bad_timestamp');
  if (Math.abs(now - timestamp * 1000) > TOLERANCE_MS) throw new WebhookError('too_old');
  const expected = [secret].flat().map((one) => digest(one, { id, timestamp, body }));
  const given = only(headers, 'webhook-signature').split(' ').slice(0, SIGNATURES_MAX);
  const isOurs = given.some((signature) => {
    const [version, value = ''] = signature.split(',');
    const found = Buffer.from(value, 'base64');
    return (
      version === 'v1' &&
      expected.some((one) => one.length === found.length && timingSafeEqual(one, found))
    );
  });
  if (!isOurs) throw new WebhookError('bad_signature');
  return { id, body };
}

/**
 * Checks a delivery of a relay and reads its event. Give it the body as it arrived, byte for byte: a
 * parsed and written body has another signature.
 *
 * ```ts
 * const event = verify(await request.text(), Object.fromEntries(request.headers), process.env.WEBHOOK_SECRET);
 * if (event.type === 'dev.throughline.message.created') console.log(event.data.text);
 * ```
 *
 * A bot reads the turns it is asked the same way: `verify<Turn>(…)`.
 *
 * Deliveries come at least once: an `id` that was handled already is a repeat. Accepts five minutes of
 * clock difference, and during a rotation either secret.
 *
 * @throws WebhookError when a header is missing, the time is off, or no signature fits
 */
export const verify = <Signed = CloudEvent>(
  rawBody: string | Uint8Array,
  headers: Headers,
  secret: string | readonly string[],
): Signed => JSON.parse(checkWebhook(rawBody, headers, { secret }).body) as Signed;
