import type { Reads } from '../../store/store.ts';
import type { KnownAgent } from './compile.ts';

/** People who can be given something: they have an account, and it is not closed. */
export const knownAgents = async (agents: Reads['agents']): Promise<KnownAgent[]> =>
  (await agents.list()).filter(({ disabled }) => !disabled).map(({ id, email }) => ({ id, email }));
