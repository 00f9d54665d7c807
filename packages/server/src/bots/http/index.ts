import { type HttpBotFields, parse, type Reply, reply } from '@throughline/shared/schema';
import { isWebhookSecret } from '@throughline/shared/webhooks';
import type { TurnReplies } from '../../conversations/turn-replies.ts';
import { type Breaker, createBreaker } from '../../lib/breaker.ts';
import type { Clock } from '../../lib/clock.ts';
import { fingerprint } from '../../lib/fingerprint.ts';
import type { Poster } from '../../lib/post.ts';
import { NoAnswer, type Participant, type Trace } from '../participant.ts';
import { createCall } from './call.ts';
import { askDirectLine } from './direct-line.ts';
import type { Ask } from './exchange.ts';
import { askOwn } from './own.ts';
import { askRasa } from './rasa.ts';

export interface HttpBotConfig extends HttpBotFields {
  id: string;
  name: string;
  deadlineMs: number;
}

export interface HttpBotParts {
  poster: Poster;
  /** Those that are good now, the current one first. */
  secretsOf(bot: string): Promise<string[]>;
  replies: TurnReplies;
  now: Clock;
  /** From 0 to 1. */
  random(): number;
}

const asks: Record<HttpBotFields['shape'], Ask> = {
  throughline: askOwn,
  rasa: askRasa,
  directline: askDirectLine,
};

function check(value: unknown): Reply {
  const checked = parse(reply, value);
  if (checked.ok) return checked.value;
  const { code, field } = checked.error;
  throw new Error(`its answer is wrong: ${code}${field ? ` in ${field}` : ''}`);
}

/** A program somewhere else that is asked over HTTP; one breaker for as long as it means the same. */
export function createHttpBot(config: HttpBotConfig, parts: HttpBotParts): Participant {
  const { id, name, url, shape, deadlineMs } = config;
  const breaker: Breaker = createBreaker(parts.now, 1);
  return {
    id,
    name,
    deadlineMs,
    version: fingerprint(JSON.stringify([id, name, url, shape, deadlineMs])),
    async answer(turn, { signal }) {
      const trace: Trace[] = [];
      const { deadlineAt } = turn;
      const leftMs = Math.max(deadlineAt - parts.now(), 0);
      const over = new AbortController();
      const both = AbortSignal.any([signal, over.signal, AbortSignal.timeout(leftMs)]);
      const call = createCall({ ...parts, breaker, signal: both, deadlineAt, trace });
      try {
        // What signs turns is not shown, and what another system issued signs none.
        const isSigned = shape === 'throughline';
        const all = await parts.secretsOf(id);
        const secrets = all.filter((secret) => isWebhookSecret(secret) === isSigned);
        const said = await asks[shape]({ ...parts, turn, url, call, secrets, signal: both });
        return { reply: check(said), trace };
      } catch (error) {
        throw new NoAnswer((error as Error).message, { trace });
      } finally {
        over.abort();
      }
    },
  };
}
