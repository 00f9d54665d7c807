import type { Actor, CloudEvent } from '@throughline/shared/schema';
import { shortId } from '../../lib/patterns.ts';

const unnamed: Record<Actor['kind'], (id: string) => string> = {
  visitor: (id) => `Visitor ${shortId(id)}`,
  agent: (id) => `Agent ${shortId(id)}`,
  bot: (id) => `Bot ${shortId(id)}`,
  system: () => 'Relay',
};

const kinds: Record<Actor['kind'], string> = {
  visitor: 'visitor',
  agent: 'agent',
  bot: 'bot',
  system: '',
};

/** Who did it, and what they are where the name leaves it open. */
export function actorOf({ data: { actor } }: CloudEvent): { name: string; kind: string } {
  if (actor.name) return { name: actor.name, kind: kinds[actor.kind] };
  return { name: unnamed[actor.kind](actor.id), kind: '' };
}
