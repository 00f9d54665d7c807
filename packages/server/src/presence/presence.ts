import type { Context } from '@throughline/shared/schema';
import { ALONE, type Bus } from '../lib/bus.ts';
import { createAgentsOnline, type Person } from './agents-online.ts';
import { createDelivered } from './delivered.ts';
import { createNeighbours, type Neighbours } from './neighbours.ts';
import { createViews, together, type Viewer } from './views.ts';
import { createVisits, type VisitState } from './visits.ts';

/** Hears of changes; nothing here is stored, numbered or promised (P22). */
export interface PresenceListener {
  /** Those at this relay, and everybody. */
  agents(online: Person[], here: Person[]): void;
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
  /** At this relay. */
  visitorsHere(): Iterable<string>;
  /** What other relays say, for whatever else they have to say of themselves. */
  neighbours: Neighbours;
  stop(): void;
}

/** A reload or a short drop does not make anybody flicker. */
const GRACE_MS = 10_000;

interface Reached {
  kind: 'reached';
  conversation: { id: string; contact: string };
  pub: number;
}

const isReached = (message: object): message is Reached =>
  'kind' in message && message.kind === 'reached';

const [AGENT, VISITOR, VIEW] = ['agent ', 'visitor ', 'view '];

/** What is known of people, here and at other relays. */
function createSights(listener: PresenceListener, bus: Bus) {
  /** Keys of agents at other relays: looked for among all their visitors, they would take long. */
  const elsewhere = new Set<string>();
  const neighbours = createNeighbours(bus, hear);
  const agents = createAgentsOnline((here) => {
    tellAgents();
    for (const { id, name } of here) neighbours.set(AGENT + id, { id, name });
  });
  const visits = createVisits((contact, { online, context }) => {
    neighbours.set(VISITOR + contact, online ? { context } : undefined);
    // With the page they left from, where they are nowhere else.
    const isElsewhere = neighbours.of(VISITOR + contact).length > 0;
    listener.visitor(contact, isElsewhere ? visitorState(contact) : { online, context });
  });
  const views = createViews({
    who: agents.of,
    changed(conversation, viewers) {
      neighbours.set(VIEW + conversation, viewers.length > 0 ? viewers : undefined);
      tellViewers(conversation);
    },
  });

  function agentsOnline(): Person[] {
    const others = [...elsewhere].flatMap((key) => neighbours.of(key) as Person[]);
    const everybody = [...agents.list(), ...others];
    return [...new Map(everybody.map((it) => [it.id, it])).values()];
  }

  function visitorState(contact: string): VisitState {
    const here = visits.state(contact);
    const [there] = neighbours.of(VISITOR + contact) as Pick<VisitState, 'context'>[];
    if (here.online || !there) return here;
    return { online: true, context: there.context };
  }

  const tellAgents = () => listener.agents(agentsOnline(), agents.list());

  function tellViewers(conversation: string): void {
    const others = neighbours.of(VIEW + conversation) as Viewer[][];
    listener.viewers(conversation, together([...views.viewers(conversation), ...others.flat()]));
  }

  /** Of what others say, whoever is here is told. */
  function hear(keys: string[]): void {
    const people = keys.filter((key) => key.startsWith(AGENT));
    for (const key of people)
      if (neighbours.of(key).length > 0) elsewhere.add(key);
      else elsewhere.delete(key);
    if (people.length > 0) tellAgents();
    for (const key of keys) {
      if (key.startsWith(VIEW)) tellViewers(key.slice(VIEW.length));
      const contact = key.startsWith(VISITOR) && key.slice(VISITOR.length);
      if (contact) listener.visitor(contact, visitorState(contact));
    }
  }

  return { neighbours, agents, visits, views, agentsOnline, visitorState };
}

/**
 * Who is here, who looks at what, who is writing, what came through: in memory, gone with the process. Over
 * the bus it is known at every relay.
 */
export function createPresence(listener: PresenceListener, bus: Bus = ALONE): Presence {
  const sights = createSights(listener, bus);
  const { agents, visits, views, neighbours } = sights;
  const delivered = createDelivered(listener.delivered);
  const grace = createGrace();
  bus.hear((message) => {
    if (isReached(message)) delivered.reach(message.conversation, message.pub);
  });
  return {
    agentJoined: agents.join,
    agentLeft(socket) {
      views.closeAll(socket);
      const gone = agents.leave(socket);
      if (!gone) return;
      grace.after(gone, () => {
        if (agents.isGone(gone)) neighbours.set(AGENT + gone, undefined);
        agents.forget(gone);
      });
    },
    visitorJoined: visits.join,
    visitorMoved: visits.move,
    visitorLeft(socket, contact) {
      if (visits.leave(socket, contact)) grace.after(contact, () => visits.forget(contact));
    },
    startViewing: views.open,
    stopViewing: views.close,
    setWriting: views.write,
    reach({ id, contact }, pub) {
      const conversation = { id, contact };
      delivered.reach(conversation, pub);
      bus.send({ kind: 'reached', conversation, pub } satisfies Reached);
    },
    delivered: delivered.of,
    agentsOnline: sights.agentsOnline,
    visitorState: sights.visitorState,
    visitorsHere: visits.contacts,
    neighbours,
    stop() {
      grace.stop();
      neighbours.stop();
    },
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
