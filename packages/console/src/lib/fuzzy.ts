export interface Match {
  score: number;
  /** Indexes of the characters that matched, for marking them. */
  at: readonly number[];
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const isWordStart = (text: string, i: number): boolean =>
  i === 0 || !/[\p{L}\p{N}]/u.test(text[i - 1] ?? '');

/**
 * Finds the query's characters in order. The start of a word and an unbroken run count for more, so
 * `rs` finds "Resolve" behind "Snooze until…" only when nothing better is there.
 */
export function fuzzy(query: string, text: string): Match | undefined {
  const wanted = fold(query).replace(/\s+/g, '');
  if (wanted === '') return { score: 0, at: [] };
  const folded = fold(text);
  const sameLength = folded.length === text.length;
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const char of wanted) {
    const i = findNext(folded, char, { from, previous: at.at(-1) });
    if (i === -1) return undefined;
    score += scoreOf(folded, i, at.at(-1));
    at.push(i);
    from = i + 1;
  }
  return { score: score - folded.length / 100, at: sameLength ? at : [] };
}

/** The next character where it counts most: right behind the last one, at a word's start, or anywhere. */
function findNext(
  text: string,
  char: string,
  { from, previous }: { from: number; previous: number | undefined },
): number {
  if (previous !== undefined && text[previous + 1] === char) return previous + 1;
  for (let i = text.indexOf(char, from); i !== -1; i = text.indexOf(char, i + 1))
    if (isWordStart(text, i)) return i;
  return text.indexOf(char, from);
}

function scoreOf(text: string, i: number, previous: number | undefined): number {
  if (previous !== undefined && i === previous + 1) return 3;
  return isWordStart(text, i) ? 4 - Math.min(i, 20) / 20 : 1;
}
