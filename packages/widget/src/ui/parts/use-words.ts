import { fill } from '../../i18n/languages.ts';
import { useView } from '../context.ts';

/** A part's own words, by language; English where there are none. */
type Words<K extends string> = { en: Record<K, string> } & Record<string, Record<K, string>>;

/** A word of the part in the visitor's language. */
export function useWords<K extends string>(
  words: Words<K>,
): (key: K, values?: Record<string, string | number>) => string {
  const { tag } = useView((view) => view.language);
  const texts = words[tag.toLowerCase().split('-')[0] ?? ''] ?? words.en;
  return (key, values) => fill(texts[key], values ?? {});
}
