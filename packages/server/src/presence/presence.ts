import type { Context } from '@throughline/shared/schema';

export interface Person {
  id: string;
  name: string;
}

export interface Viewer extends Person {
  writing: boolean;
}

/** Hears of changes; nothing here is stored, numbered or promised. */
export interface PresenceListener {
  agents(online: Person[]): void;
  visitor(contact: string, online: boolean, context: Context | undefined): void;
  viewers(conversation: string, viewers: Viewer[]): void;
}

export interface Presence {
  agentJoined(socket: string, agent: Person): void;
  agentLeft(socket: string): void;
  visitorJoined(socket: string, contact: string, context: Context | undefined): void;
  visitorMoved(contact: string, context: Context): void;
  visitorLeft(socket: string, contact: string): void;
  startViewing(socket: string, conversation: string): void;
  stopViewing(socket: string, conversation: string): void;
  setWriting(socket: string, conversation: string, on: boolean): void;
  agentsOnline(): Person[];
  visitorState(contact: string): { online: boolean; context: Context | undefined };
  viewers(conversation: string): Viewer[];
  stop(): void;
}

/** A reload or a short drop does not make anybody flicker. */
const GRACE_MS = 10_000;

interface Visit {
  sockets: Set<string>;
  context: Context | undefined;
}

/** Who is here, who looks at what, who is writing: in memory, gone with the process. */
export function createPresence(listener: PresenceListener): Presence {
  const agentOf = new Map<string, Person>();
  const online = new Map<string, Person & { sockets: number }>();
  const visits = new Map<string, Visit>();
  /** conversation → socket → writing */
  const views = new Map<string, Map<string, boolean>>();
  const leaving = new Map<string, NodeJS.Timeout>();

  const later = (key: string, run: () => void) => {
    clearTimeout(leaving.get(key));
    leaving.set(
      key,
      setTimeout(() => {
        leaving.delete(key);
        run();
      }, GRACE_MS).unref(),
    );
  };
  const stay = (key: string) => {
    clearTimeout(leaving.get(key));
    leaving.delete(key);
  };

  const agentsOnline = () => [...online.values()].map(({ id, name }) => ({ id, name }));

  /** One entry a person, however many tabs; writing in any of them counts. */
  const viewers = (conversation: string): Viewer[] => {
    const people = new Map<string, Viewer>();
    for (const [socket, writing] of views.get(conversation) ?? []) {
      const agent = agentOf.get(socket);
      if (!agent) continue;
      const known = people.get(agent.id);
      people.set(agent.id, { ...agent, writing: writing || (known?.writing ?? false) });
    }
    return [...people.values()];
  };

  const view = (conversation: string, change: (sockets: Map<string, boolean>) => void) => {
    const sockets = views.get(conversation) ?? new Map<string, boolean>();
    change(sockets);
    if (sockets.size > 0) views.set(conversation, sockets);
    else views.delete(conversation);
    listener.viewers(conversation, viewers(conversation));
  };

  return {
    agentJoined(socket, agent) {
      agentOf.set(socket, agent);
      stay(agent.id);
      const known = online.get(agent.id);
      online.set(agent.id, { ...agent, sockets: (known?.sockets ?? 0) + 1 });
      if (!known) listener.agents(agentsOnline());
    },

    agentLeft(socket) {
      for (const [conversation, sockets] of views)
        if (sockets.has(socket)) view(conversation, (all) => all.delete(socket));
      const agent = agentOf.get(socket);
      agentOf.delete(socket);
      const known = agent && online.get(agent.id);
      if (!known) return;
      known.sockets -= 1;
      if (known.sockets > 0) return;
      later(known.id, () => {
        if (online.get(known.id)?.sockets !== 0) return;
        online.delete(known.id);
        listener.agents(agentsOnline());
      });
    },

    visitorJoined(socket, contact, context) {
      stay(contact);
      const visit = visits.get(contact) ?? { sockets: new Set(), context };
      visit.sockets.add(socket);
      visit.context = context ?? visit.context;
      visits.set(contact, visit);
      listener.visitor(contact, true, visit.context);
    },

    visitorMoved(contact, context) {
      const visit = visits.get(contact);
      if (!visit) return;
      visit.context = { ...visit.context, ...context };
      listener.visitor(contact, true, visit.context);
    },

    visitorLeft(socket, contact) {
      const visit = visits.get(contact);
      if (!visit?.sockets.delete(socket) || visit.sockets.size > 0) return;
      later(contact, () => {
        if (visit.sockets.size > 0) return;
        visits.delete(contact);
        listener.visitor(contact, false, visit.context);
      });
    },

    startViewing: (socket, conversation) => view(conversation, (all) => all.set(socket, false)),
    stopViewing: (socket, conversation) => view(conversation, (all) => all.delete(socket)),

    setWriting(socket, conversation, on) {
      const writing = views.get(conversation)?.get(socket);
      if (writing !== undefined && writing !== on)
        view(conversation, (all) => all.set(socket, on));
    },

    agentsOnline,
    viewers,
    visitorState(contact) {
      const visit = visits.get(contact);
      return { online: (visit?.sockets.size ?? 0) > 0, context: visit?.context };
    },
    stop() {
      for (const timer of leaving.values()) clearTimeout(timer);
      leaving.clear();
    },
  };
}
