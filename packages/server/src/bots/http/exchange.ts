import type { Turn } from '@throughline/shared/schema';
import type { TurnReplies } from '../../conversations/turn-replies.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Call } from './call.ts';

/** One turn with one bot. */
export interface Exchange {
  turn: Turn;
  url: string;
  call: Call;
  /** Those that are good now, the current one first; of others than ours the one they issued. */
  secrets: string[];
  replies: TurnReplies;
  now: Clock;
  signal: AbortSignal;
}

/** How a bot is asked; its answer is not checked yet. */
export type Ask = (exchange: Exchange) => Promise<unknown>;

/** What the visitor did since anybody answered, for bots that take one message at a time. */
export function newLines({ lines }: Turn): Turn['lines'] {
  const last = lines.findLastIndex(({ by }) => by !== 'visitor');
  return lines.slice(last + 1);
}

/** The same for bots that know who they speak with by one short text. */
export const bearer = ([secret]: string[]): Record<string, string> =>
  secret === undefined ? {} : { authorization: `Bearer ${secret}` };
