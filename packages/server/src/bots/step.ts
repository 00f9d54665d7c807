import type { BotFailure, Turn } from '@throughline/shared/schema';
import { hasDecision, mayBeAtWork } from '../conversations/queries.ts';
import type { BotInForce } from '../settings/bots/in-force.ts';
import type { Led } from './turn.ts';

/** A turn somebody thinks about. */
export interface Asked {
  run: string;
  visit: number;
  /** `seq` up to which it was told. */
  heard: number;
  deadlineAt: number;
}

/** What is to be done about a conversation a bot has the floor of. */
export type Step =
  | { do: 'ask'; reason: Turn['reason'] }
  /** The visitor writes on: the answer would be one to something else. */
  | { do: 'give_up' }
  | { do: 'end'; outcome: 'failed' | 'off'; failure?: BotFailure }
  | { do: 'rest'; dueAt: number | null };

interface Around {
  now: number;
  /** Undefined: it is published no more. */
  bot: BotInForce | undefined;
  isOn: boolean;
  /** What it waits for has happened. */
  hasHappened: boolean;
  /** The turn that is thought about, of this run and visit. */
  asked: Asked | undefined;
}

/** Whoever was cut short waits until the visitor is silent for this long, but not for ever. */
const QUIET_MS = 700;
const QUIET_MAX_MS = 4000;
/** After so many in a row the next turn goes through: a fast typist gets an answer too. */
const CUT_SHORT_MAX = 2;

/** Whether a turn counts although the visitor says more meanwhile; a flow has answered before they could. */
export const isFinal = (row: Led, { kind }: Pick<BotInForce, 'kind'>): boolean =>
  kind === 'flow' || row.bot.cutShort >= CUT_SHORT_MAX || mayBeAtWork(row);

/** When it is asked next; null: it waits for the visitor. */
function dueAt(row: Led, { kind }: BotInForce, hasHappened: boolean): number | null {
  const { unheard, reason, cutShort, until } = row.bot;
  if (unheard && cutShort > 0 && kind !== 'flow')
    return Math.min(unheard.lastAt + QUIET_MS, unheard.firstAt + QUIET_MAX_MS);
  return unheard || reason || hasHappened || hasDecision(row) ? 0 : until;
}

/** Words come before what has happened, which is not lost: it counts from a place in the log. */
function reasonOf(row: Led, hasHappened: boolean): Turn['reason'] {
  const { reason, unheard } = row.bot;
  if (reason === 'handed_back' || reason === 'event') return reason;
  if (reason) return 'begun';
  if (unheard) return 'message';
  if (hasDecision(row)) return 'approval';
  return hasHappened ? 'event' : 'timeout';
}

/** The one rule of bots, of a row and the time, like that of routing beside it. */
export function stepOf(row: Led, { now, bot, isOn, hasHappened, asked }: Around): Step {
  if (!bot) return { do: 'end', outcome: 'failed', failure: 'gone' };
  if (!isOn) return { do: 'end', outcome: 'off' };
  if (asked) {
    if (asked.deadlineAt <= now) return { do: 'end', outcome: 'failed', failure: 'deadline' };
    const { unheard } = row.bot;
    const isCut = unheard !== null && unheard.seq > asked.heard && !isFinal(row, bot);
    return isCut ? { do: 'give_up' } : { do: 'rest', dueAt: asked.deadlineAt };
  }
  const due = dueAt(row, bot, hasHappened);
  return due !== null && due <= now
    ? { do: 'ask', reason: reasonOf(row, hasHappened) }
    : { do: 'rest', dueAt: due };
}
