import { localeOf } from '@throughline/shared';
import { type AllTexts, en, type Text, type Texts } from './en.ts';

export interface Language {
  /** BCP 47, for Intl and the `lang` attribute. */
  tag: string;
  dir: 'ltr' | 'rtl';
  texts: Texts & Partial<AllTexts>;
}

/** Loaded when asked for; a language costs nobody else a byte. Portuguese is Brazil's. */
export const files: Record<string, () => Promise<{ texts: AllTexts }>> = {
  ar: () => import('./ar.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  fr: () => import('./fr.ts'),
  he: () => import('./he.ts'),
  it: () => import('./it.ts'),
  ja: () => import('./ja.ts'),
  nl: () => import('./nl.ts'),
  pl: () => import('./pl.ts'),
  pt: () => import('./pt.ts'),
  tr: () => import('./tr.ts'),
};

/** `pt` of `pt-BR`. */
export const baseOf = (tag: string | null | undefined): string =>
  localeOf(tag)?.toLowerCase().split('-')[0] ?? '';

export const english: Language = { tag: 'en', dir: 'ltr', texts: en };

/** The first of the wanted languages there is; English where there is none, or it cannot be loaded. */
export async function loadLanguage(wanted: (string | null | undefined)[]): Promise<Language> {
  for (const said of wanted.map(localeOf)) {
    if (!said) continue;
    // The names a language used to have lead to today's: `iw` is `he`.
    const { baseName: tag, language } = new Intl.Locale(said);
    if (language === 'en') return { ...english, tag };
    const load = files[language];
    if (!load) continue;
    try {
      const dir = /ar|he/.test(language) ? 'rtl' : 'ltr';
      return { tag, dir, texts: (await load()).texts };
    } catch {
      return english;
    }
  }
  return english;
}

export type Values = Record<string, string | number>;

/** Fills `{name}` and the like, in the form the count `n` asks for. */
export function fill(text: Text, values: Values, tag: string): string {
  const form =
    typeof text === 'string'
      ? text
      : (text[new Intl.PluralRules(tag).select(Number(values.n))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, key: string) => (values[key] ?? '').toLocaleString(tag));
}
