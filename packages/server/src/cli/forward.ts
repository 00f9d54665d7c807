import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '@throughline/shared/schema';
import { newWebhookSecret, signWebhook } from '@throughline/shared/webhooks';
import { UsageError } from '../lib/errors.ts';
import { DELIVERY_HEADERS } from '../sinks/webhooks/attempt.ts';
import { readAddress, wordFor } from './api.ts';
import { shortName, toSafeJson } from './event-line.ts';
import type { Call } from './invocation.ts';

const ANSWER_MS = 15_000;
const FIRST_WAIT_MS = 500;

/** Who gets the deliveries, and what they are signed with. */
export interface Receiver {
  url: string;
  secret: string;
}

/** One try. */
export interface Outcome {
  isTaken: boolean;
  /** Undefined: there was no answer, for this reason. */
  status: number | undefined;
  error: string | undefined;
  ms: number;
}

export const forwardOptions = {
  'forward-to': { type: 'string' },
  secret: { type: 'string' },
} as const;

export const FORWARDING = '--forward-to URL [--secret whsec_…]';

/** Makes a secret where none is given: a receiver that checks nothing has nothing to show. */
export function readReceiver({ env, values, note }: Call): Receiver {
  const url = readAddress(values['forward-to']);
  if (!url)
    throw new UsageError('Name where events go: --forward-to http://localhost:3000/webhooks');
  const given = values.secret ?? env.THROUGHLINE_WEBHOOK_SECRET;
  const secret = given === undefined ? newWebhookSecret() : String(given);
  try {
    signWebhook([secret], { id: '', timestamp: 0, body: '' });
  } catch {
    throw new UsageError(
      '--secret and THROUGHLINE_WEBHOOK_SECRET take whsec_ and 24 to 64 bytes in base64.',
    );
  }
  if (given === undefined) note(`Deliveries are signed with ${secret}`);
  return { url, secret };
}

/** Posts one event, signed as every delivery of a webhook is. */
export async function post(
  { url, secret }: Receiver,
  event: CloudEvent,
  signal?: AbortSignal,
): Promise<Outcome> {
  const body = JSON.stringify(event);
  const timestamp = Math.floor(Date.now() / 1000);
  const signed = signWebhook([secret], { id: event.id, timestamp, body });
  const began = performance.now();
  const timeout = AbortSignal.timeout(ANSWER_MS);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...DELIVERY_HEADERS, ...signed },
    body,
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch(wordFor);
  const ms = Math.round(performance.now() - began);
  if (typeof answer === 'string') return { isTaken: false, status: undefined, error: answer, ms };
  // Nothing in it matters, and what is not read would keep the connection.
  await answer.body?.cancel().catch(() => {});
  return { isTaken: answer.ok, status: answer.status, error: undefined, ms };
}

/** What came of a try, for people or for programs. */
export function outcomeLine(
  event: CloudEvent,
  { status, error, ms }: Outcome,
  json: boolean,
): string {
  const { id, sequence } = event;
  const type = shortName(event);
  return json
    ? toSafeJson({ id, type, sequence, status, error, ms })
    : `${status ?? error}  ${ms} ms  ${type}  ${id}`;
}

interface Delivering {
  receiver: Receiver;
  tries: number;
  signal: AbortSignal;
}

/** Posts until it is taken or the tries are used up, a line for each; whether it was taken. */
export async function deliver(
  event: CloudEvent,
  { receiver, tries, signal }: Delivering,
  { print, values }: Pick<Call, 'print' | 'values'>,
): Promise<boolean> {
  for (let tried = 1; !signal.aborted; tried++) {
    const outcome = await post(receiver, event, signal);
    if (!signal.aborted || outcome.isTaken)
      print(outcomeLine(event, outcome, values.json === true));
    if (outcome.isTaken || tried === tries) return outcome.isTaken;
    await sleep(FIRST_WAIT_MS * 2 ** (tried - 1), undefined, { signal }).catch(() => {});
  }
  return false;
}
