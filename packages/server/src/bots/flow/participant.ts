import type { Act, FlowVars, FormValues, Reply, Turn } from '@throughline/shared/schema';
import type { CompiledFlow } from '../../settings/flows/compile.ts';
import type { Scope } from '../../settings/routing/expression.ts';
import type { Participant } from '../participant.ts';
import { type Input, interpret, type Turn as Played } from './interpret.ts';

/** What a flow keeps for its next turn. */
interface FlowState {
  step: string;
  vars: FlowVars;
  heard: number;
  until: number | null;
}

type JsonState = FlowState & Reply['state'];

export interface FlowParts {
  now(): number;
  /** What its conditions see of a conversation. */
  scope(conversation: string): Promise<(vars: FlowVars) => Scope>;
}

const isState = (state: unknown): state is JsonState =>
  typeof state === 'object' && state !== null && 'step' in state && 'vars' in state;

/** What the visitor did since it last looked; an answer to what it asked says more than words beside it. */
function inputOf({ reason, lines, asked }: Turn, { heard }: FlowState): Input | undefined {
  if (reason === 'timeout') return { kind: 'timeout' };
  const theirs = lines.filter(({ by, seq }) => by === 'visitor' && seq > heard);
  const answer = theirs.find((line) => line.answer && line.answer.message === asked)?.answer;
  if (answer)
    return 'action' in answer
      ? { kind: 'choice', action: answer.action }
      : { kind: 'form', values: answer.form as FormValues };
  return theirs.some((line) => !line.answer) ? { kind: 'words' } : undefined;
}

const actsOf = ({ say, facts }: Played): Act[] => [
  ...say.map((it): Act => ({ do: 'say', ...it })),
  ...facts.map((fact): Act => ({ do: 'note', fact })),
];

const waiting = (until: number | null, now: number): Reply['next'] =>
  until === null ? { do: 'wait' } : { do: 'wait', timeoutMs: Math.max(0, until - now) };

function replyOf(played: Played, { heard }: Turn, now: number): Reply {
  const { to } = played;
  const acts = actsOf(played);
  if ('step' in to) {
    const { step, vars, until } = to;
    const state = { step, vars, heard, until };
    return { acts, next: waiting(until, now), state };
  }
  if (to.outcome === 'failed') throw new Error('the flow leads nowhere');
  const { outcome, queue, resolve = false } = to;
  const next: Reply['next'] =
    outcome === 'ended'
      ? { do: 'end', resolve }
      : { do: 'hand_off', reason: 'out_of_scope', ...(queue !== undefined && { queue }) };
  return { acts, next, state: null };
}

/** A flow, as any other bot is asked; it answers at once. */
export function createFlowBot(
  flow: CompiledFlow,
  parts: FlowParts,
): Pick<Participant, 'answer' | 'knows'> {
  return {
    knows: (state) => isState(state) && flow.steps.has(state.step),
    async answer(turn) {
      const now = parts.now();
      const scope = await parts.scope(turn.conversation.id);
      if (turn.state === null) {
        const begin = {
          position: { step: flow.first, vars: {} },
          input: { kind: 'begin' } as const,
        };
        return { reply: replyOf(interpret(flow, begin, { now, scope }), turn, now) };
      }
      if (!isState(turn.state)) throw new Error('this is no state of a flow');
      const input = inputOf(turn, turn.state);
      // An answer to something else is none: it waits on, for what is left of its time.
      if (!input)
        return {
          reply: { acts: [], next: waiting(turn.state.until, now), state: turn.state },
        };
      const played = interpret(flow, { position: turn.state, input }, { now, scope });
      return { reply: replyOf(played, turn, now) };
    },
  };
}
