/** A letter too many, too few, changed, or two of them in each other's place. */
const SLIPS_MAX = 2;
/** So short a word is near to anything. */
const SHORTEST = 5;

/** How many letters have to be put in, taken out or changed to make one of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const letter of one) {
    const next = [(row[0] ?? 0) + 1];
    for (const [i, wanted] of [...other].entries()) {
      const changed = (row[i] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(changed, (row[i + 1] ?? 0) + 1, (next[i] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** What somebody meant who wrote a word that is none; undefined: nothing is near it. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length < SHORTEST) return undefined;
  const [best] = [...known]
    .map((it) => ({ it, slips: distance(word, it) }))
    .filter(({ slips }) => slips <= SLIPS_MAX)
    .sort((a, b) => a.slips - b.slips);
  return best?.it;
}
