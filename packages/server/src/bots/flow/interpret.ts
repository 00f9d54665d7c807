import type { Block, FlowVars, FormValues, Money, NewFact } from '@throughline/shared/schema';
import type { CompiledFlow, CompiledStep } from '../../settings/flows/compile.ts';
import type { Scope } from '../../settings/routing/expression.ts';
import { blockOf, dueOf, fill, sumOf } from './values.ts';

/** What a flow is told. */
export type Input =
  | { kind: 'begin' }
  | { kind: 'words' }
  | { kind: 'choice'; action: string }
  | { kind: 'form'; values: FormValues }
  | { kind: 'event'; name: string; properties: Properties }
  /** What a tool has answered; null: it has not. */
  | { kind: 'called'; answer: Properties | null }
  | { kind: 'timeout' };

type Properties = Record<string, string | number | boolean | null>;

/** Where it stands. */
export interface Position {
  step: string;
  vars: FlowVars;
}

interface Said {
  text: string;
  block?: Block;
}

interface Promised {
  what: 'reply' | 'call_back' | 'payment';
  dueAt: number;
  amount?: Money;
  keptWhen?: string;
}

interface Waits extends Position {
  /** Whether the last of what it says waits for an answer. */
  asks: boolean;
  until: number | null;
  events: string[];
}

export type Call = Extract<CompiledStep, { kind: 'call' }>;

/** It cannot go on without a tool's answer; whoever has it gives it as the next input. */
interface Calls extends Position {
  call: Call;
}

interface Over {
  outcome: 'ended' | 'routed' | 'failed';
  queue?: string;
  goal?: string;
  resolve?: boolean;
}

/** All it does before it waits again, or is over. */
export interface Turn {
  say: Said[];
  facts: NewFact[];
  promises: Promised[];
  to: Waits | Calls | Over;
}

export interface Around {
  now: number;
  /** Whose days and hours count. */
  timeZone: string;
  scope(vars: FlowVars): Scope;
}

/** More steps than a flow has, without waiting, would be a circle. */
const MAX_STEPS = 100;
const VAR_CHARS = 1000;

/** What was filled in, told or answered; a word that is too long is cut. */
export const asVars = (values: Properties): FlowVars =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null
        ? []
        : [[name, typeof value === 'string' ? value.slice(0, VAR_CHARS).toWellFormed() : value]],
    ),
  );

const OUT_OF_DEPTH: Over = { outcome: 'routed' };
const FAILED: Over = { outcome: 'failed' };

type Asking = Extract<CompiledStep, { kind: 'choose' | 'ask' | 'wait' }>;

const isAsking = (step: CompiledStep): step is Asking =>
  step.kind === 'choose' || step.kind === 'ask' || step.kind === 'wait';

/** Where what came leads; a step that asked nothing, as it is published now, just goes on from itself. */
function answered(step: CompiledStep, position: Position, input: Input): Position | Over {
  const { vars } = position;
  if (step.kind === 'call') return called(step, vars, input);
  if (!isAsking(step)) return position;
  if (input.kind === 'timeout')
    return step.timeout ? { step: step.timeout.next, vars } : OUT_OF_DEPTH;
  if (input.kind === 'event') {
    const way = step.for?.find(({ on }) => on === input.name);
    return way ? { step: way.next, vars: { ...vars, ...asVars(input.properties) } } : OUT_OF_DEPTH;
  }
  return said(step, position, input);
}

/** Words where none are waited for are for a person, who understands them. */
function said(step: Asking, { step: at, vars }: Position, input: Input): Position | Over {
  switch (step.kind) {
    case 'wait':
      return step.message ? { step: step.message, vars } : OUT_OF_DEPTH;
    case 'ask':
      return input.kind === 'form'
        ? { step: step.next, vars: { ...vars, ...asVars(input.values) } }
        : OUT_OF_DEPTH;
    case 'choose': {
      const action = input.kind === 'choice' ? input.action : undefined;
      const option = step.options.find((one) => one.action === action);
      return option
        ? { step: option.next, vars: { ...vars, [at]: option.action } }
        : { step: step.other, vars };
    }
  }
}

const taken = (answer: Properties, names: readonly string[]): Properties =>
  Object.fromEntries(
    names.flatMap((name) => (name in answer ? [[name, answer[name] ?? null]] : [])),
  );

function called({ next, otherwise, take }: Call, vars: FlowVars, input: Input): Position {
  if (input.kind !== 'called' || !input.answer) return { step: otherwise, vars };
  return { step: next, vars: { ...vars, ...asVars(taken(input.answer, take)) } };
}

/** What a tool says of the conversation, for rules and people. */
const factsIn = (step: CompiledStep, input: Input): NewFact[] =>
  step.kind === 'call' && input.kind === 'called' && input.answer
    ? Object.entries(taken(input.answer, step.facts)).map(([name, value]) => ({ name, value }))
    : [];

/** What comes after a step that does not wait; what it says, notes and promises is put into the turn. */
function nextOf(
  step: CompiledStep,
  turn: Omit<Turn, 'to'>,
  { vars, around }: { vars: FlowVars; around: Around },
): string | Over {
  switch (step.kind) {
    case 'send':
      turn.say.push({ text: fill(step.text, vars), ...(step.block && { block: step.block }) });
      return step.next;
    case 'fact':
      turn.facts.push({ name: step.name, value: step.value });
      return step.next;
    case 'branch': {
      const known = around.scope(vars);
      return step.cases.find(({ when }) => when.evaluate(known) === true)?.next ?? step.else;
    }
    case 'promise': {
      const [dueAt, amount] = [dueOf(step.due, vars, around), sumOf(step.amount, vars)];
      if (dueAt === undefined || (step.amount && !amount)) return step.otherwise;
      const { what, keptWhen } = step;
      turn.promises.push({ what, dueAt, ...(amount && { amount }), ...(keptWhen && { keptWhen }) });
      return step.next;
    }
    case 'pay': {
      const block = blockOf(step, vars, around);
      if (!block) return step.otherwise;
      turn.say.push({ text: fill(step.text, vars), block });
      return step.next;
    }
    case 'route':
      return { outcome: 'routed', ...(step.queue !== undefined && { queue: step.queue }) };
    case 'end': {
      const { outcome: goal, resolve } = step;
      return { outcome: 'ended', ...(goal && { goal }), ...(resolve && { resolve }) };
    }
    default:
      return FAILED;
  }
}

/** How a step waits; undefined: it does not. What it asks is said in the turn. */
function waitOf(
  step: CompiledStep,
  turn: Omit<Turn, 'to'>,
  { at, vars, around }: { at: string; vars: FlowVars; around: Around },
): Waits | undefined {
  if (!isAsking(step)) return undefined;
  const block = blockOf(step, vars, around);
  if (block)
    turn.say.push({ text: 'text' in step && step.text ? fill(step.text, vars) : '', block });
  return {
    ...{ step: at, vars, asks: block !== undefined },
    // A day that is over, or was never picked, is no time to wait for.
    until: step.timeout ? (dueOf(step.timeout, vars, around) ?? around.now) : null,
    events: step.for?.map(({ on }) => on) ?? [],
  };
}

/** Goes from a step on until one waits. */
function walk(flow: CompiledFlow, { step: from, vars }: Position, around: Around): Turn {
  const turn: Omit<Turn, 'to'> = { say: [], facts: [], promises: [] };
  let at = from;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const step = flow.steps.get(at);
    if (!step) break;
    if (step.kind === 'call') return { ...turn, to: { step: at, vars, call: step } };
    const waits = waitOf(step, turn, { at, vars, around });
    if (waits) return { ...turn, to: waits };
    const next = nextOf(step, turn, { vars, around });
    if (typeof next !== 'string') return { ...turn, to: next };
    at = next;
  }
  return { ...turn, to: FAILED };
}

/**
 * One turn of a flow, of nothing but what is given. A step that is published no more ends it, and the router
 * takes over.
 */
export function interpret(
  flow: CompiledFlow,
  { position, input }: { position: Position; input: Input },
  around: Around,
): Turn {
  const step = flow.steps.get(position.step);
  if (!step) return { say: [], facts: [], promises: [], to: FAILED };
  const from = input.kind === 'begin' ? position : answered(step, position, input);
  const facts = factsIn(step, input);
  if ('outcome' in from) return { say: [], facts, promises: [], to: from };
  const turn = walk(flow, from, around);
  return { ...turn, facts: [...facts, ...turn.facts] };
}
