import type { RoutingView } from '@throughline/shared/schema';
import type { CompiledRouting, CompiledRule, Need } from './compile.ts';
import type { Scope } from './expression.ts';
import { ruleScope } from './vocabulary.ts';

/** Where a conversation waits, how its wait counts, and why. */
export interface Placement {
  queue: string;
  /** A wait counts `base + rate × waited` seconds. */
  base: number;
  rate: number;
  need: Need;
  /** The rule that decided: `route.routes[1]`. */
  path: string;
  /** Each rule that matched, and each that might have, were more known. */
  reasons: string[];
}

/** The rule that decides: the root, or below it the first that matches, and so on. */
function decide(rule: CompiledRule, scope: Scope, reasons: string[]): CompiledRule {
  for (const next of rule.routes) {
    const truth = next.when?.evaluate(scope) ?? true;
    if (truth === 'unknown') reasons.push(`${next.path} is unknown`);
    if (truth !== true) continue;
    reasons.push(`${next.path} matches`);
    return decide(next, scope, reasons);
  }
  return rule;
}

/** Which queue a conversation belongs to. Says the same of the same. */
export function place({ tree, queues }: CompiledRouting, view: RoutingView): Placement {
  const reasons: string[] = [];
  const { queue, base, need, path } = decide(tree, ruleScope(view), reasons);
  if (path === tree.path) reasons.push('no other rule matches');
  const credit = queues.get(queue)?.credit ?? { base: 0, rate: 1 };
  return { queue, base: base ?? credit.base, rate: credit.rate, need, path, reasons };
}
