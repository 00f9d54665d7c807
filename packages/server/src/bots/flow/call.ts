import { setTimeout as pause } from 'node:timers/promises';
import { parse, type Turn, toolAnswer } from '@throughline/shared/schema';
import { signWebhook } from '@throughline/shared/webhooks';
import type { Clock } from '../../lib/clock.ts';
import type { Poster } from '../../lib/post.ts';
import type { Trace } from '../participant.ts';
import type { Call, Position } from './interpret.ts';

export interface Caller {
  poster: Poster;
  /** Where a tool is; undefined: there is none of that name. */
  urlOf(tool: string): string | undefined;
  secretsOf(tool: string): Promise<string[]>;
  now: Clock;
}

type Answer = Record<string, string | number | boolean | null>;

export interface Called {
  /** Null: there is none. */
  answer: Answer | null;
  /** Whether anybody was asked. */
  isMade: boolean;
  trace: Trace;
}

const RETRY_MS = 200;
const SHOWN_CHARS = 300;

/** It said no, and would again. */
class Refused extends Error {
  override name = 'Refused';
}

/** There is nobody to ask, or nothing to sign with. */
class Unmade extends Refused {
  override name = 'Unmade';
}

const isScalar = (value: unknown): value is Answer[string] =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const scalarsIn = (object: object): Answer =>
  Object.fromEntries(
    Object.entries(object).filter((entry): entry is [string, Answer[string]] => isScalar(entry[1])),
  );

interface Question {
  /** The same for every try, also of a relay that was killed on the way. */
  key: string;
  body: string;
  signal: AbortSignal;
}

async function ask(
  { tool, timeoutMs }: Call,
  { key, body, signal }: Question,
  { poster, urlOf, secretsOf, now }: Caller,
): Promise<Answer> {
  const [url, secrets] = [urlOf(tool), await secretsOf(tool)];
  if (!url) throw new Unmade('it is published no more');
  if (secrets.length === 0) throw new Unmade('it has no secret');
  const { status, body: text } = await poster.post(url, {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Throughline',
      'idempotency-key': key,
      ...signWebhook(secrets, { id: key, timestamp: Math.floor(now() / 1000), body }),
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  if (status >= 400 && status < 500 && status !== 429 && status !== 408)
    throw new Refused(`it answered ${status}`);
  if (status !== 200) throw new Error(`it answered ${status}`);
  const read = parse(toolAnswer, JSON.parse(text));
  if (!read.ok) throw new Refused('its answer is no object');
  return scalarsIn(read.value);
}

async function tryAll(call: Call, question: Question, caller: Caller): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(call, question, caller);
    } catch (error) {
      if (error instanceof Refused || attempt >= call.attempts || question.signal.aborted)
        throw error;
      await pause(RETRY_MS * 2 ** (attempt - 1), undefined, { signal: question.signal });
    }
  }
}

/**
 * Asks a tool of the business, signed as webhooks are. However often the same turn is made, the key is the
 * same: what the tool does, it does once.
 */
export async function callTool(
  { call, step, vars }: Position & { call: Call },
  { turn, signal }: { turn: Turn; signal: AbortSignal },
  caller: Caller,
): Promise<Called> {
  const { id, site } = turn.conversation;
  const { facts: _, ...contact } = turn.contact;
  const body = JSON.stringify({ contact, conversation: { id, site }, vars });
  const started = performance.now();
  const told = (ok: boolean, output: string): Trace => ({
    ...{ kind: 'tool', name: call.tool, input: JSON.stringify(vars).slice(0, SHOWN_CHARS) },
    ...{ output: output.slice(0, SHOWN_CHARS), ok },
    durationMs: Math.round(performance.now() - started),
  });
  try {
    const answer = await tryAll(call, { key: `${turn.id}:${step}`, body, signal }, caller);
    return { answer, isMade: true, trace: told(true, JSON.stringify(answer)) };
  } catch (error) {
    // Nobody waits any more: what the flow would say then is nobody's business.
    if (signal.aborted) throw error;
    const isMade = !(error instanceof Unmade);
    return { answer: null, isMade, trace: told(false, (error as Error).message) };
  }
}
