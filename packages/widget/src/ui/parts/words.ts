import { baseOf, fill } from '../../i18n/languages.ts';
import { useView } from '../context.ts';

/** The words of one part, by language; English is always among them. */
export type Words<K extends string> = { en: Record<K, string> } & Record<string, Record<K, string>>;

export type Say<K extends string> = (key: K, values?: Record<string, string | number>) => string;

/** What only a part says, in the visitor's language, and as the business would rather say it. */
export function useWords<K extends string>(words: Words<K>): Say<K> {
  const language = useView((view) => view.language);
  const own = useView((view) => view.site?.texts);
  const base = baseOf(language.tag);
  const texts = { ...(words[base] ?? words.en), ...own?.[base] } as Record<K, string>;
  return (key, values = {}) => fill(texts[key], values, language.tag);
}
