import type { Principal } from '../../conversations/policy.ts';
import type { Stamp } from './stamp.ts';

/** Who gives a command over HTTP, as conversations know them. */
export const principalOf = ({ actor, cause }: Pick<Stamp, 'actor' | 'cause'>): Principal =>
  actor.kind === 'agent'
    ? { kind: 'agent', id: actor.id, name: actor.name ?? '' }
    : { kind: 'bot', id: actor.id, name: actor.name ?? '', cause };
