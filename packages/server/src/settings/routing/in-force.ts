import type { Agents } from '../agents.ts';
import type { Published } from '../blueprint.ts';
import { type CompiledRouting, compileRouting } from './compile.ts';

/** The routing that is published, with the people there are. */
export interface RoutingInForce {
  /** Undefined: nothing is routed, whoever wants takes. */
  readonly current: CompiledRouting | undefined;
  /** Takes over what was published since, and who has an account since. */
  refresh(): Promise<void>;
}

export async function openRouting(
  blueprint: Published,
  agents: Pick<Agents, 'list'>,
): Promise<RoutingInForce> {
  let current: CompiledRouting | undefined;
  async function refresh(): Promise<void> {
    await blueprint.refresh();
    const { routing } = blueprint.current;
    current = routing && compileRouting(routing, await agents.list());
  }
  await refresh();
  return {
    refresh,
    get current() {
      return current;
    },
  };
}
