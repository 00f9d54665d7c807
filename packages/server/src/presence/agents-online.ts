export interface Person {
  id: string;
  name: string;
}

/** Signed-in agents by their sockets; somebody with three tabs is one person. */
export function createAgentsOnline(changed: (online: Person[]) => void) {
  const bySocket = new Map<string, Person>();
  const online = new Map<string, Person & { sockets: number }>();
  const list = (): Person[] => [...online.values()].map(({ id, name }) => ({ id, name }));
  return {
    list,
    of: (socket: string): Person | undefined => bySocket.get(socket),
    join(socket: string, agent: Person): void {
      bySocket.set(socket, agent);
      const known = online.get(agent.id);
      online.set(agent.id, { ...agent, sockets: (known?.sockets ?? 0) + 1 });
      if (!known) changed(list());
    },
    /** The agent whose last socket this was; `forget` them unless they come back. */
    leave(socket: string): string | undefined {
      const agent = bySocket.get(socket);
      bySocket.delete(socket);
      const known = agent && online.get(agent.id);
      if (!known) return undefined;
      known.sockets -= 1;
      return known.sockets === 0 ? known.id : undefined;
    },
    /** Whether nothing has come since their last socket went. */
    isGone: (agent: string): boolean => online.get(agent)?.sockets === 0,
    forget(agent: string): void {
      if (online.get(agent)?.sockets !== 0) return;
      online.delete(agent);
      changed(list());
    },
  };
}
