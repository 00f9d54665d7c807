import type { AgentStatus, Context, Ephemeral } from '@throughline/shared/schema';

interface Person {
  id: string;
  name: string;
}

export interface Colleague extends Person {
  /** A relay that does not say takes everybody who is here for available. */
  status?: AgentStatus | undefined;
}

interface Viewer extends Person {
  writing: boolean;
}

interface Visit {
  online: boolean;
  context?: Context | undefined;
}

/** Who is here and what they are doing; nothing of it is remembered (rule P22). */
export interface Presence {
  /** Colleagues who are signed in. */
  online: readonly Colleague[];
  /** Who has a conversation open, by its id; oneself included. */
  viewers: Readonly<Record<string, readonly Viewer[]>>;
  /** Conversations whose visitor is writing. */
  typing: Readonly<Record<string, true>>;
  /** Visitors on the site, by contact. */
  visits: Readonly<Record<string, Visit>>;
  /** How often each site was configured anew while one was connected, by its key. */
  sites: Readonly<Record<string, number>>;
}

export const newPresence = (): Presence => ({
  online: [],
  viewers: {},
  typing: {},
  visits: {},
  sites: {},
});

export function setTyping(presence: Presence, conversation: string, on: boolean): Presence {
  if (on === conversation in presence.typing) return presence;
  const { [conversation]: _, ...others } = presence.typing;
  return { ...presence, typing: on ? { ...others, [conversation]: true } : others };
}

/** Without a connection nobody knows who is here; where a visitor was remains worth knowing. */
export function forgetPeople({ visits }: Presence): Presence {
  const left = Object.entries(visits).map(([contact, { context }]): [string, Visit] => [
    contact,
    { online: false, context },
  ]);
  return { ...newPresence(), visits: Object.fromEntries(left) };
}

export function applyEphemeral(presence: Presence, message: Ephemeral): Presence {
  switch (message.kind) {
    case 'agents':
      return { ...presence, online: message.online };
    case 'viewers':
      return {
        ...presence,
        viewers: { ...presence.viewers, [message.conversation]: message.viewers },
      };
    case 'typing':
      return message.actor.kind === 'visitor'
        ? setTyping(presence, message.conversation, message.on)
        : presence;
    case 'visitor': {
      const { contact, online, context } = message;
      return { ...presence, visits: { ...presence.visits, [contact]: { online, context } } };
    }
    case 'site': {
      const { site } = message;
      return { ...presence, sites: { ...presence.sites, [site]: (presence.sites[site] ?? 0) + 1 } };
    }
    // What visitors are told.
    case 'standing':
    case 'availability':
    case 'delivered':
      return presence;
  }
}
