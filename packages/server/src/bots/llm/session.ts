import type { Act, Claim, LlmConfig, Turn } from '@throughline/shared/schema';
import type { Trace } from '../participant.ts';
import type { Canary } from './canary.ts';
import { type Known, valuesIn } from './figures.ts';
import { type Kept, readKept } from './kept.ts';
import type { Reach } from './links.ts';
import { createMasks, type Masks } from './masks.ts';
import { withoutUnseen } from './plain-text.ts';

/** A part of an article, as it was found. */
export interface Passage {
  /** `collection/article#anchor`. */
  id: string;
  title: string;
  heading: string;
  text: string;
  url: string | null;
}

type Note = Extract<Act, { do: 'note' }>;
type Promised = Extract<Act, { do: 'promise' }>;

/** One turn while it lasts: what came in, what was done, and what may be said because of it. */
export interface Session {
  turn: Turn;
  config: LlmConfig;
  kept: Kept;
  masks: Masks;
  canary: Canary;
  reach: Reach;
  known: Known;
  /** In the order they were found: `[1]` is the first. */
  passages: Passage[];
  /** What tools have done in this turn. */
  done: Set<Claim>;
  notes: Note[];
  promises: Promised[];
  trace: Trace[];
  /** That were made; what was refused was not. */
  toolCalls: number;
  /** Takes in words of the business, or of one of its systems. @returns them as a model may read them */
  learn(text: string, from: 'business' | 'elsewhere'): string;
  tell(trace: Omit<Trace, 'durationMs'> & { durationMs?: number }): void;
}

const TRACE_CHARS = 300;
const TRACES_MAX = 50;

interface SessionParts {
  config: LlmConfig;
  canary: Canary;
  origins: readonly string[];
}

export function createSession(turn: Turn, { config, canary, origins }: SessionParts): Session {
  const masks = createMasks();
  const kept = readKept(turn.state);
  const business = new Set<string>();
  const visitor = new Set<string>();
  let written = '';
  const note = (text: string) => {
    written += `\n${text}`;
    for (const value of valuesIn(text)) business.add(value);
  };
  const trace: Trace[] = [];
  note(config.instructions);
  note(turn.goal ?? '');
  for (const { by, text } of turn.lines) {
    if (by === 'agent') note(text);
    else if (by === 'visitor') for (const value of valuesIn(text)) visitor.add(value);
  }
  return {
    ...{ turn, config, kept, masks, canary, trace },
    reach: { hosts: config.linkHosts, origins, isKnown: (url) => written.includes(url) },
    known: { business, visitor },
    passages: [],
    done: new Set(),
    notes: [],
    promises: [],
    toolCalls: 0,
    learn(text, from) {
      const clean = withoutUnseen(text);
      if (from === 'elsewhere') kept.tainted = true;
      note(clean);
      return masks.cover(clean);
    },
    tell({ input, output, durationMs = 0, ...it }) {
      if (trace.length >= TRACES_MAX) return;
      // Cut before as well, so that it takes no time, and again, so that nothing is half hidden.
      const short = (text: string) =>
        masks
          .cover(text.slice(0, 4 * TRACE_CHARS))
          .slice(0, TRACE_CHARS)
          .toWellFormed();
      trace.push({ ...it, durationMs, input: short(input), output: short(output) });
    },
  };
}
