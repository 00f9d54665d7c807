import type { Flow, FlowGoal, FlowStep } from '@throughline/shared/schema';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Expression } from '../routing/expression.ts';
import { flowConditions } from '../routing/vocabulary.ts';

type Ask = Extract<FlowStep, { kind: 'ask' }>;
type Branch = Extract<FlowStep, { kind: 'branch' }>;

interface CompiledBranch extends Omit<Branch, 'cases'> {
  /** Over `flowScope`. */
  cases: readonly { when: Expression; next: string }[];
}

export type CompiledStep = Exclude<FlowStep, Branch> | CompiledBranch;

export interface CompiledFlow {
  id: string;
  name: string;
  /** The same for whatever means the same. */
  version: string;
  /** The event it begins with; undefined: a visitor's first message. */
  on: string | undefined;
  /** Undefined: always. */
  when: Expression | undefined;
  reentryMs: number;
  goal: FlowGoal | undefined;
  first: string;
  steps: ReadonlyMap<string, CompiledStep>;
}

const compileStep = (step: FlowStep): CompiledStep =>
  step.kind === 'branch'
    ? {
        ...step,
        cases: step.cases.map(({ when, next }) => ({ when: flowConditions.compile(when), next })),
      }
    : step;

/** Makes of a flow what can be run. What is wrong with it, `checkFlows` says. */
export function compileFlow(flow: Flow): CompiledFlow {
  const { id, name, first, start, steps } = flow;
  const compiled = Object.entries(steps).map(([at, step]) => [at, compileStep(step)] as const);
  return {
    ...{ id, name, first, version: fingerprint(canonical(flow)), steps: new Map(compiled) },
    ...{ on: start.on, reentryMs: start.reentryMs, goal: flow.goal },
    when: start.when === undefined ? undefined : flowConditions.compile(start.when),
  };
}

type Way = [path: string, next: string];

/** Where events and time lead from a step that waits. */
const meanwhile = ({ for: events = [], timeout }: Pick<Ask, 'for' | 'timeout'>): Way[] => [
  ...events.map(({ next }, i): Way => [`for/${i}/next`, next]),
  ...(timeout ? [['timeout/next', timeout.next] as Way] : []),
];

/** Where a step may lead, and where in it that stands. */
export function waysOf(step: CompiledStep): Way[] {
  switch (step.kind) {
    case 'choose':
      return [
        ...step.options.map(({ next }, i): Way => [`options/${i}/next`, next]),
        ['other', step.other],
        ...meanwhile(step),
      ];
    case 'branch':
      return [
        ...step.cases.map(({ next }, i): Way => [`cases/${i}/next`, next]),
        ['else', step.else],
      ];
    case 'ask':
      return [['next', step.next], ...meanwhile(step)];
    case 'wait':
      return [...(step.message ? [['message', step.message] as Way] : []), ...meanwhile(step)];
    case 'call':
    case 'promise':
    case 'pay':
      return [
        ['next', step.next],
        ['otherwise', step.otherwise],
      ];
    case 'route':
    case 'end':
      return [];
    default:
      return [['next', step.next]];
  }
}

/** Whether it goes no further by itself. */
export const isWaiting = ({ kind }: CompiledStep): boolean =>
  kind === 'ask' || kind === 'choose' || kind === 'wait';

export const isLast = ({ kind }: CompiledStep): boolean => kind === 'route' || kind === 'end';
