import type { Fact } from './schema/facts.ts';

/** Why a value is the one that counts. */
export type FactReason = 'only' | 'source' | 'signed' | 'fresher' | 'stale';

/** One name with the value that counts, and what else is said about it. */
export interface EffectiveFact extends Fact {
  /** It has expired and nothing fresh is known: shown, and no reason to decide anything. */
  stale: boolean;
  /** What it has over the next best. */
  reason: FactReason;
  /** What other sources say, best first. */
  others: Fact[];
}

/** A business's own systems know better than an agent, an agent better than the page. */
const ranks: Record<Fact['source']['kind'], number> = { system: 2, bot: 2, agent: 1, visitor: 0 };

const order: [FactReason, (a: Fact, b: Fact) => number][] = [
  ['source', (a, b) => ranks[b.source.kind] - ranks[a.source.kind]],
  ['signed', (a, b) => Number(b.signed) - Number(a.signed)],
  ['fresher', (a, b) => b.observedAt - a.observedAt],
  ['fresher', (a, b) => (b.confidence ?? 1) - (a.confidence ?? 1)],
  // Nothing sets them apart; everybody still has to see the same one.
  ['fresher', (a, b) => (a.source.id < b.source.id ? -1 : 1)],
];

const compare = (a: Fact, b: Fact): number =>
  order.map(([, by]) => by(a, b)).find((result) => result !== 0) ?? 0;

const isStale = ({ expiresAt }: Fact, now: number): boolean =>
  expiresAt !== null && expiresAt <= now;

function judge([best, ...others]: [Fact, ...Fact[]], now: number): EffectiveFact {
  const stale = isStale(best, now);
  const rival = others.find((other) => isStale(other, now) === stale);
  const won = rival && order.find(([, by]) => by(best, rival) !== 0)?.[0];
  return { ...best, stale, others, reason: stale ? 'stale' : (won ?? 'only') };
}

/**
 * What counts of all that is said about a contact, by name: of what has not expired, the best source's,
 * then what is signed, then the freshest. The console, routing, bots and the API all ask this function,
 * so they never see two truths.
 */
export function effectiveFacts(facts: readonly Fact[], now: number): EffectiveFact[] {
  const byName = new Map<string, Fact[]>();
  for (const fact of facts)
    if (fact.value !== null) byName.set(fact.name, [...(byName.get(fact.name) ?? []), fact]);
  return [...byName.values()]
    .map((said) => {
      const sorted = said.sort(
        (a, b) => Number(isStale(a, now)) - Number(isStale(b, now)) || compare(a, b),
      );
      return judge(sorted as [Fact, ...Fact[]], now);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
