import { localeOf } from '@throughline/shared';
import { en, type Texts } from './en.ts';

export interface Language {
  /** BCP 47, for Intl and the `lang` attribute. */
  tag: string;
  dir: 'ltr' | 'rtl';
  texts: Texts;
}

/** Loaded when asked for; a language costs nobody else a byte. */
const loaders: Record<string, { dir: Language['dir']; load(): Promise<Texts> }> = {
  ar: { dir: 'rtl', load: async () => (await import('./ar.ts')).ar },
};

/** `pt` of `pt-BR`. */
export const baseOf = (tag: string | null | undefined): string =>
  localeOf(tag)?.toLowerCase().split('-')[0] ?? '';

export const english: Language = { tag: 'en', dir: 'ltr', texts: en };

/** The first of the wanted languages there is; English where there is none, or it cannot be loaded. */
export async function loadLanguage(wanted: (string | null | undefined)[]): Promise<Language> {
  for (const tag of wanted.map(localeOf)) {
    const base = baseOf(tag);
    if (tag && base === 'en') return { ...english, tag };
    const known = loaders[base];
    if (!tag || !known) continue;
    try {
      return { tag, dir: known.dir, texts: await known.load() };
    } catch {
      return english;
    }
  }
  return english;
}

/** Fills `{name}` and the like. */
export const fill = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''));
