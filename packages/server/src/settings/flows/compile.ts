import type { Flow, FlowStep } from '@throughline/shared/schema';
import { fingerprint } from '../../lib/fingerprint.ts';
import { canonical } from '../../lib/json.ts';
import type { Expression } from '../routing/expression.ts';
import { flowConditions } from '../routing/vocabulary.ts';

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
  /** Undefined: always. */
  when: Expression | undefined;
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
    when: start.when === undefined ? undefined : flowConditions.compile(start.when),
  };
}

/** Where a step may lead, and where in it that stands. */
export function waysOf(step: CompiledStep): [path: string, next: string][] {
  switch (step.kind) {
    case 'choose':
      return [
        ...step.options.map(({ next }, i): [string, string] => [`options/${i}/next`, next]),
        ['other', step.other],
      ];
    case 'branch':
      return [
        ...step.cases.map(({ next }, i): [string, string] => [`cases/${i}/next`, next]),
        ['else', step.else],
      ];
    case 'ask':
    case 'wait':
      return [
        ['next', step.next],
        ...(step.timeout ? [['timeout/next', step.timeout.next] as [string, string]] : []),
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
