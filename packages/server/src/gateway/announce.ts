import type { Ephemeral } from '@throughline/shared/schema';
import type { PresenceListener } from '../presence/presence.ts';
import {
  type AgentNamespace,
  agentRoom,
  contactRoom,
  type VisitorNamespace,
  watchRoom,
} from './rooms.ts';

export interface Outlets {
  toAgents(room: string, message: Ephemeral): void;
  toVisitors(room: string, message: Ephemeral): void;
  listener: PresenceListener;
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
    listener: {
      agents(people) {
        agents.emit('ephemeral', { kind: 'agents', online: people });
        const online = people.map(({ id }) => id);
        visitors.emit('ephemeral', { kind: 'availability', online });
      },
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
