import type { Reply, Turn } from '@throughline/shared/schema';

/** What a turn cost. */
export interface Usage {
  tokensIn: number;
  tokensOut: number;
  /** In millionths of a US dollar. */
  microUsd: number;
  toolCalls: number;
}

/** One thing a bot did on its way to an answer, for people who ask why. */
export interface Trace {
  kind: 'call' | 'tool' | 'model' | 'refusal';
  /** The tool, the model, or the rule that refused. */
  name: string;
  /** Masked; a few hundred characters. */
  input: string;
  output: string;
  ok: boolean;
  durationMs: number;
}

/** What a turn may use while it lasts. */
export interface Around {
  /** Fires when nobody waits for the answer any more: superseded, taken over, switched off, too late. */
  signal: AbortSignal;
  /** What it has written so far; kept where the turn is cut short. */
  draft(text: string): void;
}

/** What a person has to allow before the bot does it: this call, letter for letter. */
export interface ApprovalRequest {
  tool: string;
  /** Canonical JSON. */
  arguments: string;
  /** Binds the answer to the tool and all of its arguments. */
  hash: string;
  /** For whoever decides. */
  preview: string;
  /** Nobody's answer counts as no after this. */
  expiresAt: number;
}

export interface Answer {
  reply: Reply;
  /** Only of bots inside the relay, and with `wait`: they are asked again when it is decided. */
  approval?: ApprovalRequest;
  usage?: Usage;
  trace?: Trace[];
}

/**
 * Whoever answers by program: a flow, an HTTP bot, a model. It is given a turn and says what it does; the
 * relay decides whether that still counts. Throws where it cannot answer: then its fallback is asked.
 */
export interface Participant {
  id: string;
  /** Visitors read it above what it says. */
  name: string;
  /** The same for whatever means the same. */
  version: string;
  /** How long it may think about one turn. */
  deadlineMs: number;
  answer(turn: Turn, around: Around): Promise<Answer>;
  /** Whether it can go on from what it kept, as it is published now; missing: always. */
  knows?(state: unknown): boolean;
}

/** Says that there is no answer, and what it cost to find that out. */
export class NoAnswer extends Error {
  readonly spent: Pick<Answer, 'usage' | 'trace'>;
  constructor(message: string, spent: Pick<Answer, 'usage' | 'trace'> = {}) {
    super(message);
    this.spent = spent;
  }
}
