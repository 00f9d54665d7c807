import type { AgentStatus } from '@throughline/shared/schema';
import type { Core } from './core.ts';
import type { Notices } from './notices.ts';
import { isRouted, myId, type State } from './state.ts';

type Chosen = 'available' | 'away';

/** Undefined: without a connection nobody knows. */
export function statusOf({ presence, link }: State, agent: string): AgentStatus | undefined {
  if (link.status !== 'online') return undefined;
  const found = presence.online.find(({ id }) => id === agent);
  return found ? (found.status ?? 'available') : 'offline';
}

/** What one has asked for and the relay has not confirmed. */
const asked = ({ outbox }: State): Chosen | undefined => {
  const entry = outbox.findLast(({ name, state }) => name === 'status:set' && state !== 'failed');
  return entry?.name === 'status:set' ? entry.input.status : undefined;
};

/** One's own, as one has just chosen it. */
export const myStatus = (state: State): AgentStatus | undefined =>
  asked(state) ?? statusOf(state, myId(state));

export interface Availability {
  choose(status: Chosen): void;
}

const AWAY = 'You are away now: nothing new is brought to you.';

/** Whoever lets offers pass is set to away by the relay: they are told, with the way back. */
export function createAvailability(
  { store }: Core,
  notices: Notices,
  set: (status: Chosen) => void,
): Availability {
  let chosen: Chosen | undefined;
  const choose = (status: Chosen) => {
    chosen = status;
    set(status);
  };
  store.subscribe((now, before) => {
    if (now.presence.online === before.presence.online || !isRouted(now)) return;
    const me = myId(now);
    const isNew = statusOf(now, me) === 'away' && statusOf(before, me) === 'available';
    if (isNew && chosen !== 'away')
      notices.say(AWAY, {
        tone: 'warning',
        action: { label: 'I am back', run: () => choose('available') },
      });
  });
  return { choose };
}
