import type { Block, FlowVars, FormValues, NewFact } from '@throughline/shared/schema';
import type { CompiledFlow, CompiledStep } from '../../settings/flows/compile.ts';
import type { Scope } from '../../settings/routing/expression.ts';

/** What a flow is told. */
export type Input =
  | { kind: 'begin' }
  | { kind: 'words' }
  | { kind: 'choice'; action: string }
  | { kind: 'form'; values: FormValues }
  | { kind: 'timeout' };

/** Where it stands. */
interface Position {
  step: string;
  vars: FlowVars;
}

interface Said {
  text: string;
  block?: Block;
}

interface Waits extends Position {
  /** Whether the last of what it says waits for an answer. */
  asks: boolean;
  until: number | null;
}

interface Over {
  outcome: 'ended' | 'routed' | 'failed';
  queue?: string;
  resolve?: boolean;
}

/** All it does before it waits again, or is over. */
export interface Turn {
  say: Said[];
  facts: NewFact[];
  to: Waits | Over;
}

interface Around {
  now: number;
  scope(vars: FlowVars): Scope;
}

/** More steps than a flow has, without waiting, would be a circle. */
const MAX_STEPS = 100;
const VAR_CHARS = 1000;

/** What was filled in; a word that is too long is cut, the whole of it stands in the log. */
const asVars = (values: FormValues): FlowVars =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, VAR_CHARS).toWellFormed() : value,
    ]),
  );

const OUT_OF_DEPTH: Over = { outcome: 'routed' };

/** Where an answer leads; a step that asked nothing, as it is published now, just goes on from itself. */
function answered(step: CompiledStep, { step: at, vars }: Position, input: Input): Position | Over {
  switch (step.kind) {
    case 'choose': {
      const option =
        input.kind === 'choice'
          ? step.options.find(({ action }) => action === input.action)
          : undefined;
      return option
        ? { step: option.next, vars: { ...vars, [at]: option.action } }
        : { step: step.other, vars };
    }
    case 'ask':
      if (input.kind === 'form')
        return { step: step.next, vars: { ...vars, ...asVars(input.values) } };
      if (input.kind === 'timeout' && step.timeout) return { step: step.timeout.next, vars };
      // Words instead of the form: a person understands them, and nobody waits for a silent bot.
      return OUT_OF_DEPTH;
    case 'wait':
      return { step: input.kind === 'timeout' ? step.timeout.next : step.next, vars };
    default:
      return { step: at, vars };
  }
}

/** The block under what a step says. */
function blockOf(step: CompiledStep): Block | undefined {
  if (step.kind === 'send') return step.block;
  if (step.kind === 'ask') return { kind: 'form', form: step.form };
  if (step.kind !== 'choose') return undefined;
  return {
    kind: 'replies',
    options: step.options.map(({ action, label }) => ({ action, label })),
  };
}

const wordsOf = (step: CompiledStep, block: Block | undefined): Said => ({
  text: ('text' in step && step.text) || '',
  ...(block && { block }),
});

/** What comes after a step that does not wait. */
function nextOf(step: CompiledStep, scope: () => Scope): string | Over {
  switch (step.kind) {
    case 'send':
    case 'fact':
      return step.next;
    case 'branch': {
      const known = scope();
      return step.cases.find(({ when }) => when.evaluate(known) === true)?.next ?? step.else;
    }
    case 'route':
      return { outcome: 'routed', ...(step.queue !== undefined && { queue: step.queue }) };
    case 'end':
      return { outcome: 'ended', ...(step.resolve && { resolve: true }) };
    default:
      return { outcome: 'failed' };
  }
}

function waitsAt(step: CompiledStep, { now }: Around): Omit<Waits, keyof Position> | undefined {
  if (step.kind === 'choose') return { asks: true, until: null };
  if (step.kind === 'ask')
    return { asks: true, until: step.timeout ? now + step.timeout.afterMs : null };
  return step.kind === 'wait' ? { asks: false, until: now + step.timeout.afterMs } : undefined;
}

/** Goes from a step on until one waits. */
function walk(flow: CompiledFlow, { step: from, vars }: Position, around: Around): Turn {
  const turn: Omit<Turn, 'to'> = { say: [], facts: [] };
  let at = from;
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const step = flow.steps.get(at);
    if (!step) break;
    const block = blockOf(step);
    if ('text' in step || block) turn.say.push(wordsOf(step, block));
    if (step.kind === 'fact') turn.facts.push({ name: step.name, value: step.value });
    const waits = waitsAt(step, around);
    if (waits) return { ...turn, to: { step: at, vars, ...waits } };
    const next = nextOf(step, () => around.scope(vars));
    if (typeof next !== 'string') return { ...turn, to: next };
    at = next;
  }
  return { ...turn, to: { outcome: 'failed' } };
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
  if (!step) return { say: [], facts: [], to: { outcome: 'failed' } };
  const from = input.kind === 'begin' ? position : answered(step, position, input);
  return 'outcome' in from ? { say: [], facts: [], to: from } : walk(flow, from, around);
}
