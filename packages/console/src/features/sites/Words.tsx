import { useState } from 'preact/hooks';
import { LineField } from '../../ui/inputs.tsx';
import { type PartProps, Section } from './parts.tsx';
import { TEXTS } from './words.ts';

const languagesIn = (text: string): string[] | undefined => {
  const tags = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((tag) => tag !== '');
  return tags.length > 0 ? tags : undefined;
};

/** Which languages it speaks, and what it says otherwise than by itself. */
export function Words({ draft, set }: PartProps) {
  // Kept as typed: a comma at the end is the beginning of the next one.
  const [listed, setListed] = useState(draft.languages?.join(', ') ?? '');
  const [language, setLanguage] = useState(draft.languages?.[0] ?? 'en');
  const { texts = {} } = draft;
  const own = texts[language] ?? {};

  function say(key: string, text: string): void {
    const { [key]: _, ...others } = own;
    const { [language]: __, ...rest } = texts;
    const next = text === '' ? others : { ...others, [key]: text };
    const all = Object.keys(next).length > 0 ? { ...rest, [language]: next } : rest;
    set({ texts: Object.keys(all).length > 0 ? all : undefined });
  }

  return (
    <Section title="Languages and words">
      <div class="site-row">
        <LineField
          label="Languages"
          placeholder="en, ar"
          hint="Which it may speak, the first one for everybody else. Empty: all there are."
          value={listed}
          onValue={(text) => {
            setListed(text);
            set({ languages: languagesIn(text) });
          }}
        />
        <LineField
          label="Language before the visitor’s own"
          placeholder="de"
          value={draft.language ?? ''}
          maxLength={35}
          onValue={(tag) => set({ language: tag || null })}
        />
      </div>
      <LineField
        label="Say in other words, in the language"
        hint="Its two letters. What is left empty stays as it is."
        value={language}
        maxLength={3}
        onValue={(tag) => setLanguage(tag.toLowerCase())}
      />
      <div class="words">
        {TEXTS.map(([key, english]) => (
          <LineField
            key={key}
            label={english}
            placeholder={key}
            value={own[key] ?? ''}
            maxLength={500}
            onValue={(text) => say(key, text)}
          />
        ))}
      </div>
    </Section>
  );
}
