import type { Act, FlowVars, FormValues, Reply, Site, Turn } from '@throughline/shared/schema';
import type { CompiledFlow } from '../../settings/flows/compile.ts';
import type { Scope } from '../../settings/routing/expression.ts';
import type { Answer, Around as Asked, Participant } from '../participant.ts';
import { type Called, type Caller, callTool } from './call.ts';
import {
  type Around,
  asVars,
  type Input,
  interpret,
  type Turn as Played,
  type Position,
} from './interpret.ts';

/** What a flow keeps for its next turn. */
interface FlowState extends Position {
  heard: number;
  until: number | null;
  events: string[];
}

type JsonState = FlowState & Reply['state'];

export interface FlowParts extends Caller {
  site(key: string): Site | undefined;
  /** What its conditions see of a conversation. */
  scope(conversation: string): Promise<(vars: FlowVars) => Scope>;
}

const isState = (state: unknown): state is JsonState =>
  typeof state === 'object' && state !== null && 'step' in state && 'vars' in state;

/** What came since it last looked; an answer to what it asked says more than words beside it. */
function inputOf(turn: Turn, { heard }: FlowState): Input | undefined {
  const { reason, event, lines, asked } = turn;
  if (reason === 'timeout') return { kind: 'timeout' };
  if (reason === 'event' && event) return { kind: 'event', ...event };
  const theirs = lines.filter(({ by, seq }) => by === 'visitor' && seq > heard);
  const answer = theirs.find((line) => line.answer && line.answer.message === asked)?.answer;
  if (answer)
    return 'action' in answer
      ? { kind: 'choice', action: answer.action }
      : { kind: 'form', values: answer.form as FormValues };
  return theirs.some((line) => !line.answer) ? { kind: 'words' } : undefined;
}

const actsOf = ({ say, facts, promises }: Played): Act[] => [
  ...say.map((it): Act => ({ do: 'say', ...it })),
  ...facts.map((fact): Act => ({ do: 'note', fact })),
  ...promises.map((promise): Act => ({ do: 'promise', ...promise })),
];

const waiting = ({ until, events = [] }: Partial<FlowState>, now: number): Reply['next'] => ({
  do: 'wait',
  ...(events.length > 0 && { events }),
  ...(typeof until === 'number' && { timeoutMs: Math.max(0, until - now) }),
});

function replyOf(played: Played, { heard }: Turn, now: number): Reply {
  const { to } = played;
  const acts = actsOf(played);
  if ('until' in to) {
    const { step, vars, until, events } = to;
    return { acts, next: waiting(to, now), state: { step, vars, heard, until, events } };
  }
  if ('call' in to || to.outcome === 'failed') throw new Error('the flow leads nowhere');
  const { outcome, queue, goal, resolve = false } = to;
  const next: Reply['next'] =
    outcome === 'ended'
      ? { do: 'end', resolve, ...(goal !== undefined && { goal }) }
      : { do: 'hand_off', reason: 'out_of_scope', ...(queue !== undefined && { queue }) };
  return { acts, next, state: null };
}

/** What comes first after what was before. */
const together = (before: Played, { say, facts, promises, to }: Played): Played => ({
  say: [...before.say, ...say],
  facts: [...before.facts, ...facts],
  promises: [...before.promises, ...promises],
  to,
});

interface Playing {
  turn: Turn;
  signal: AbortSignal;
  around: Around;
}

/** Plays on until it waits or is over; tools are asked on the way. */
async function play(
  flow: CompiledFlow,
  from: { position: Position; input: Input },
  { playing, caller }: { playing: Playing; caller: Caller },
): Promise<{ played: Played; calls: Called[] }> {
  const calls: Called[] = [];
  let played = interpret(flow, from, playing.around);
  while ('call' in played.to) {
    const position = played.to;
    const called = await callTool(position, playing, caller);
    calls.push(called);
    const input: Input = { kind: 'called', answer: called.answer };
    played = together(played, interpret(flow, { position, input }, playing.around));
  }
  return { played, calls };
}

/** Where it stands, and what it is told. */
function goingOn(flow: CompiledFlow, turn: Turn): { position: FlowState; input?: Input } {
  if (turn.state === null) {
    const vars = asVars(turn.event?.properties ?? {});
    const position = { step: flow.first, vars, heard: 0, until: null, events: [] };
    return { position, input: { kind: 'begin' } };
  }
  if (!isState(turn.state)) throw new Error('this is no state of a flow');
  const input = inputOf(turn, turn.state);
  return { position: turn.state, ...(input && { input }) };
}

function spent(calls: Called[]): Omit<Answer, 'reply'> {
  if (calls.length === 0) return {};
  const toolCalls = calls.filter(({ isMade }) => isMade).length;
  const usage = { tokensIn: 0, tokensOut: 0, microUsd: 0, toolCalls };
  return { trace: calls.map(({ trace }) => trace), usage };
}

/** A flow, as any other bot is asked; it answers at once, unless it asks a tool. */
export function createFlowBot(
  flow: CompiledFlow,
  parts: FlowParts,
): Pick<Participant, 'answer' | 'knows'> {
  return {
    knows: (state) => isState(state) && flow.steps.has(state.step),
    async answer(turn, { signal }: Pick<Asked, 'signal'>) {
      const now = parts.now();
      const { position, input } = goingOn(flow, turn);
      // An answer to something else is none: it waits on, for what is left of its time.
      if (!input) return { reply: { acts: [], next: waiting(position, now), state: turn.state } };
      const scope = await parts.scope(turn.conversation.id);
      const timeZone = parts.site(turn.conversation.site)?.hours?.timeZone ?? 'UTC';
      const playing = { turn, signal, around: { now, timeZone, scope } };
      const from = { position, input };
      const { played, calls } = await play(flow, from, { playing, caller: parts });
      return { reply: replyOf(played, turn, now), ...spent(calls) };
    },
  };
}
