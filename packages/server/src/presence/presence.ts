import type { Context } from '@throughline/shared/schema';
import { createAgentsOnline, type Person } from './agents-online.ts';
import { createDelivered } from './delivered.ts';
import { createViews, type Viewer } from './views.ts';
import { createVisits, type VisitState } from './visits.ts';

/** Hears of changes; nothing here is stored, numbered or promised (P22). */
export interface PresenceListener {
  agents(online: Person[]): void;
  visitor(contact: string, state: VisitState): void;
  viewers(conversation: string, viewers: Viewer[]): void;
  delivered(conversation: { id: string; contact: string }, pub: number): void;
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
  /** An agent's console has this conversation up to `pub`. */
  reach(conversation: { id: string; contact: string }, pub: number): void;
  /** How far an agent's console has it; 0: nothing is known. */
  delivered(conversation: string): number;
  agentsOnline(): Person[];
  visitorState(contact: string): VisitState;
  stop(): void;
}

/** A reload or a short drop does not make anybody flicker. */
const GRACE_MS = 10_000;

/** Who is here, who looks at what, who is writing, what came through: in memory, gone with the process. */
export function createPresence(listener: PresenceListener): Presence {
  const agents = createAgentsOnline(listener.agents);
  const visits = createVisits(listener.visitor);
  const views = createViews({ who: agents.of, changed: listener.viewers });
  const delivered = createDelivered(listener.delivered);
  const grace = createGrace();
  return {
    agentJoined: agents.join,
    agentLeft(socket) {
      views.closeAll(socket);
      const gone = agents.leave(socket);
      if (gone) grace.after(gone, () => agents.forget(gone));
    },
    visitorJoined: visits.join,
    visitorMoved: visits.move,
    visitorLeft(socket, contact) {
      if (visits.leave(socket, contact)) grace.after(contact, () => visits.forget(contact));
    },
    startViewing: views.open,
    stopViewing: views.close,
    setWriting: views.write,
    reach: delivered.reach,
    delivered: delivered.of,
    agentsOnline: agents.list,
    visitorState: visits.state,
    stop: grace.stop,
  };
}

/** One pending farewell per person; whoever came back in time is not forgotten when it fires. */
function createGrace() {
  const pending = new Map<string, NodeJS.Timeout>();
  return {
    after(key: string, run: () => void): void {
      clearTimeout(pending.get(key));
      const timer = setTimeout(() => {
        pending.delete(key);
        run();
      }, GRACE_MS);
      pending.set(key, timer.unref());
    },
    stop(): void {
      for (const timer of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}
