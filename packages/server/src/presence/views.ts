import type { Person } from './agents-online.ts';

export interface Viewer extends Person {
  writing: boolean;
}

interface Options {
  who(socket: string): Person | undefined;
  changed(conversation: string, viewers: Viewer[]): void;
}

/** One entry a person, however many tabs; writing in any of them counts. */
export function together(all: Viewer[]): Viewer[] {
  const people = new Map<string, Viewer>();
  for (const { id, name, writing } of all)
    people.set(id, { id, name, writing: writing || (people.get(id)?.writing ?? false) });
  return [...people.values()];
}

/** Which agents have which conversation open, and who of them is writing. */
export function createViews({ who, changed }: Options) {
  /** conversation → socket → writing */
  const views = new Map<string, Map<string, boolean>>();

  const viewers = (conversation: string): Viewer[] =>
    together(
      [...(views.get(conversation) ?? [])].flatMap(([socket, writing]) => {
        const agent = who(socket);
        return agent ? [{ ...agent, writing }] : [];
      }),
    );

  function change(conversation: string, apply: (sockets: Map<string, boolean>) => void): void {
    const sockets = views.get(conversation) ?? new Map<string, boolean>();
    apply(sockets);
    if (sockets.size > 0) views.set(conversation, sockets);
    else views.delete(conversation);
    changed(conversation, viewers(conversation));
  }

  return {
    viewers,
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
