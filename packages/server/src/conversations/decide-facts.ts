import type { Actor, Fact, NewFact } from '@throughline/shared/schema';
import { areSoFar, haveRoom, toFact } from '../store/facts.ts';
import { type Decide, type Decision, refuse } from './decision.ts';
import { actorOf, type Principal } from './policy.ts';

/** The page's word stays one source, also where its visitor became somebody else meanwhile. */
function sourceOf(who: Principal, known: Fact[]): Actor {
  const page = known.find(({ source }) => source.kind === 'visitor')?.source;
  return who.kind === 'visitor' && page ? page : actorOf(who);
}

interface Context {
  known: Fact[];
  who: Principal;
  now: number;
  /** The field at fault, if so. */
  field: string;
}

export function record(facts: NewFact[], { known, who, now, field }: Context): Decision {
  const source = sourceOf(who, known);
  const said = facts.map((it) => toFact(it, source, now));
  if (!areSoFar(said, now)) return refuse('bad_value', field);
  if (!haveRoom(known, said)) return refuse('too_long', field);
  return { facts: [{ type: 'conversation.facts_recorded', data: { facts } }], said };
}

export const factsIn = (attributes: Record<string, NewFact['value']>): NewFact[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, value }));

export const decideFacts: {
  'conversation:describe': Decide<'conversation:describe'>;
  'facts:record': Decide<'facts:record'>;
} = {
  'conversation:describe': ({ said: known = [] }, { attributes }, context) => {
    const held = new Map(
      known.filter(({ source }) => source.kind === 'visitor').map((it) => [it.name, it.value]),
    );
    const facts = factsIn(attributes);
    // A page says it at every load.
    if (facts.every(({ name, value }) => (held.get(name) ?? null) === value)) return { facts: [] };
    return record(facts, { ...context, known, field: 'attributes' });
  },

  'facts:record': ({ said: known = [] }, { facts }, context) =>
    record(facts, { ...context, known, field: 'facts' }),
};
