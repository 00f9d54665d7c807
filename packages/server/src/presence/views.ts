import type { Person } from './agents-online.ts';

export interface Viewer extends Person {
  writing: boolean;
}

interface Options {
  who(socket: string): Person | undefined;
  changed(conversation: string, viewers: Viewer[]): void;
}

/** Which agents have which conversation open, and who of them is writing. */
export function createViews({ who, changed }: Options) {
  /** conversation → socket → writing */
  const views = new Map<string, Map<string, boolean>>();

  /** One entry a person, however many tabs; writing in any of them counts. */
  function viewers(conversation: string): Viewer[] {
    const people = new Map<string, Viewer>();
    for (const [socket, writing] of views.get(conversation) ?? []) {
      const agent = who(socket);
      if (!agent) continue;
      const known = people.get(agent.id);
      people.set(agent.id, { ...agent, writing: writing || (known?.writing ?? false) });
    }
    return [...people.values()];
  }

  function change(conversation: string, apply: (sockets: Map<string, boolean>) => void): void {
    const sockets = views.get(conversation) ?? new Map<string, boolean>();
    apply(sockets);
    if (sockets.size > 0) views.set(conversation, sockets);
    else views.delete(conversation);
    changed(conversation, viewers(conversation));
  }

  return {
    open: (socket: string, conversation: string): void =>
      change(conversation, (sockets) => sockets.set(socket, false)),
    close: (socket: string, conversation: string): void =>
      change(conversation, (sockets) => sockets.delete(socket)),
    closeAll(socket: string): void {
      for (const [conversation, sockets] of [...views])
        if (sockets.has(socket)) change(conversation, (all) => all.delete(socket));
    },
    write(socket: string, conversation: string, on: boolean): void {
      const writing = views.get(conversation)?.get(socket);
      if (writing !== undefined && writing !== on)
        change(conversation, (sockets) => sockets.set(socket, on));
    },
  };
}
