/** Copies of a value, one for each text in it, with `change` made to that text; and where it stands. */
export function* eachText(
  value: unknown,
  change: (text: string) => string,
  at = '',
): Generator<[at: string, changed: unknown]> {
  if (typeof value === 'string') yield [at, change(value)];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    for (const [where, changed] of eachText(inner, change, `${at}/${key}`))
      yield [
        where,
        Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed },
      ];
}
