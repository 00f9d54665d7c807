import type { Published } from '../blueprint.ts';
import { type CompiledFlow, compileFlow } from './compile.ts';

/** The flows that are published. */
export interface FlowsInForce {
  /** In the order in which they are asked whether they begin. */
  readonly current: ReadonlyMap<string, CompiledFlow>;
  /** Takes over what was published since. */
  refresh(): Promise<void>;
}

const compiled = ({ current: { flows = [] } }: Published): ReadonlyMap<string, CompiledFlow> =>
  new Map(flows.map((flow) => [flow.id, compileFlow(flow)]));

export function openFlows(blueprint: Published): FlowsInForce {
  let current = compiled(blueprint);
  return {
    get current() {
      return current;
    },
    async refresh() {
      await blueprint.refresh();
      current = compiled(blueprint);
    },
  };
}
