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
  return {
    toAgents,
    toVisitors,
    colleagues(online) {
      agents.emit('ephemeral', { kind: 'agents', online });
      visitors.emit('ephemeral', { kind: 'availability', online: answering(online) });
    },
    listener: {
      visitor: (contact, { online, context }) =>
        toAgents(watchRoom(contact), {
          kind: 'visitor',
          contact,
          online,
          ...(context ? { context } : {}),
        }),
      viewers: (conversation, viewers) =>
        toAgents(agentRoom(conversation), { kind: 'viewers', conversation, viewers }),
      delivered: ({ id, contact }, pub) =>
        toVisitors(contactRoom(contact), { kind: 'delivered', conversation: id, pub }),
    },
  };
}
