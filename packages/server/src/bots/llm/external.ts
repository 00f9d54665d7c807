import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { ApprovalRequest } from '../participant.ts';
import type { Pending } from './kept.ts';
import type { Session } from './session.ts';
import type { Tool } from './tool.ts';

/** What comes of a call to the business's own systems. */
type Outcome =
  | { result: string }
  | { refused: string }
  | { over: { approval: ApprovalRequest; pending: Pending } };

/** A call that is made again and again leads nowhere. */
const SAME_CALLS = 2;
const RUN_CALLS = 200;
const RESULT_CHARS = 8000;
const PREVIEW_CHARS = 1000;

type Given = Record<string, unknown>;

/** What a person reads before they say yes: the call itself, letter for letter. */
const previewOf = (tool: string, given: Given): string =>
  [tool, ...Object.entries(given).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)]
    .join('\n')
    .slice(0, PREVIEW_CHARS)
    .toWellFormed();

/** Bound to the tool, and to each of its arguments. */
export const hashOf = (tool: string, given: string): string => fingerprint(`${tool} ${given}`);

/** With what was hidden from the model, for the business's own system. */
const revealed = (given: Given, { masks }: Session): string =>
  canonical(
    JSON.parse(JSON.stringify(given), (_name, value: unknown) =>
      typeof value === 'string' ? masks.reveal(value) : value,
    ),
  );

interface Call {
  tool: Tool;
  /** Canonical JSON. */
  given: string;
  key: string;
}

/** Calls the business's system. What it answers may have been written by anybody. */
export async function make(
  { tool, given, key }: Call,
  session: Session,
  signal: AbortSignal,
): Promise<string> {
  const { id, externalId, verified } = session.turn.contact;
  session.toolCalls += 1;
  const startedAt = performance.now();
  const tell = (output: string, ok: boolean) => {
    const durationMs = Math.round(performance.now() - startedAt);
    session.tell({ kind: 'tool', name: tool.name, input: given, output, ok, durationMs });
  };
  try {
    const answer = await tool.call(JSON.parse(given) as Given, {
      contact: { id, externalId, verified },
      conversation: session.turn.conversation.id,
      key,
      signal,
    });
    for (const claim of tool.claims) session.done.add(claim);
    tell(answer, true);
    return session.learn(answer.slice(0, RESULT_CHARS), 'elsewhere') || 'Done.';
  } catch (error) {
    // Whoever stopped the turn wants nothing of it any more.
    if (signal.aborted) throw error;
    tell(error instanceof Error ? error.message : String(error), false);
    return 'It failed: nothing is known about whether it was done.';
  }
}

/** Why a tool is not called now, or a person has to be asked; undefined: it may be. */
function objection(tool: Tool, given: string, session: Session): string | undefined {
  const { turn, kept } = session;
  if (tool.verified && !turn.contact.verified)
    return 'the business does not know for certain who the visitor is';
  if (turn.mode !== undefined && (tool.effect === 'write' || tool.approval))
    return 'nothing may be changed while it is only asked what it would say';
  const times = kept.calls[hashOf(tool.name, given)] ?? 0;
  const isFull = times === 0 && Object.keys(kept.calls).length >= RUN_CALLS;
  return times >= SAME_CALLS || isFull ? 'it was called often enough' : undefined;
}

/** Words from elsewhere may have led the model here: then only what changes nothing is done unasked. */
const mustAsk = (tool: Tool, { kept }: Session): boolean =>
  tool.approval || (tool.effect === 'write' && kept.tainted);

interface Nearby {
  now: number;
  signal: AbortSignal;
}

/** A call as the model wants it, within what was granted. */
export async function callTool(
  { tool, value }: { tool: Tool; value: Given },
  session: Session,
  { now, signal }: Nearby,
): Promise<Outcome> {
  const { kept, config, turn } = session;
  const given = revealed(value, session);
  const no = objection(tool, given, session);
  if (no) return { refused: no };
  const hash = hashOf(tool.name, given);
  if (mustAsk(tool, session)) {
    if (kept.pending) return { refused: 'another call still waits for a person' };
    const pending = { tool: tool.name, arguments: given, hash };
    const preview = previewOf(tool.name, JSON.parse(given) as Given);
    return {
      over: { approval: { ...pending, preview, expiresAt: now + config.approvalMs }, pending },
    };
  }
  const times = kept.calls[hash] ?? 0;
  kept.calls[hash] = times + 1;
  // A second turn that does the same anew is another call; a second try of this one is not.
  const key = fingerprint(`${turn.id} ${hash} ${times}`);
  return { result: await make({ tool, given, key }, session, signal) };
}
