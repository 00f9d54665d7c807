import type { Core } from './core.ts';

/** Who conversations can be given to. */
export interface Team {
  reload(): Promise<void>;
}

export const createTeam = ({ store, api }: Core): Team => ({
  async reload() {
    const answer = await api.agents();
    if (answer?.ok) store.setState({ team: answer.data.data });
  },
});
