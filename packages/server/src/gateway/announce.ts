import type { AgentStatus, Ephemeral } from '@throughline/shared/schema';
import type { Person } from '../presence/agents-online.ts';
import type { PresenceListener } from '../presence/presence.ts';
import {
  type AgentNamespace,
  agentRoom,
  contactRoom,
  type VisitorNamespace,
  watchRoom,
} from './rooms.ts';

/** Whoever is signed in, and whether they take conversations. */
export type Colleague = Person & { status: AgentStatus };

/** Who answers, as visitors are told. */
export const answering = (people: Colleague[]): string[] =>
  people.filter(({ status }) => status === 'available').map(({ id }) => id);

export interface Outlets {
  toAgents(room: string, message: Ephemeral): void;
  toVisitors(room: string, message: Ephemeral): void;
  /** To those at this relay: each tells its own of what all of them know. */
  toVisitorsHere(room: string, message: Ephemeral): void;
  colleagues(people: Colleague[]): void;
  listener: Omit<PresenceListener, 'agents'>;
}

/** Where ephemerals leave: presence tells what changed, the rooms decide who hears of it. */
export function announcePresence(namespaces: {
  visitors: VisitorNamespace;
  agents: AgentNamespace;
}): Outlets {
  const { visitors, agents } = namespaces;
  const toAgents = (room: string, message: Ephemeral): void => {
    agents.to(room).emit('ephemeral', message);
  };
  const toVisitors = (room: string, message: Ephemeral): void => {
    visitors.to(room).emit('ephemeral', message);
  };
  const toAgentsHere = (room: string, message: Ephemeral): void => {
    agents.local.to(room).emit('ephemeral', message);
  };
  const toVisitorsHere = (room: string, message: Ephemeral): void => {
    visitors.local.to(room).emit('ephemeral', message);
  };
  return {
    toAgents,
    toVisitors,
    toVisitorsHere,
    colleagues(online) {
      agents.local.emit('ephemeral', { kind: 'agents', online });
      visitors.local.emit('ephemeral', { kind: 'availability', online: answering(online) });
    },
    listener: {
      visitor: (contact, { online, context }) =>
        toAgentsHere(watchRoom(contact), {
          kind: 'visitor',
          contact,
          online,
          ...(context ? { context } : {}),
        }),
      viewers: (conversation, viewers) =>
        toAgentsHere(agentRoom(conversation), { kind: 'viewers', conversation, viewers }),
      delivered: ({ id, contact }, pub) =>
        toVisitorsHere(contactRoom(contact), { kind: 'delivered', conversation: id, pub }),
    },
  };
}
