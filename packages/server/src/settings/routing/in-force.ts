import type { Conversation } from '../../store/store.ts';
import type { Agents } from '../agents.ts';
import type { Published } from '../blueprint.ts';
import { type CompiledRouting, compileRouting } from './compile.ts';
import { targetOf } from './target.ts';

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

/** What it means for a conversation, as published now. */
export const termsOf = (routing: Pick<RoutingInForce, 'current'>) => ({
  limits: (agent: string) => routing.current?.agents.get(agent),
  /** How what is moved to a queue by hand waits there; what the root needs, everything does. */
  queue(id: string) {
    const credit = routing.current?.queues.get(id)?.credit;
    return credit && { ...credit, need: routing.current?.tree.need ?? {} };
  },
  replyDue(row: Conversation) {
    const target = routing.current && targetOf(row, routing.current);
    return target ? { at: target.dueAt, soonAt: target.soonAt } : null;
  },
});
