import type { PiiLevel } from '@throughline/shared/schema';

interface LevelWords {
  value: PiiLevel;
  title: string;
  /** What it takes in beyond the level before. */
  text: string;
}

/** How much of people a program or a server is shown, from the least on. */
export const LEVELS: readonly LevelWords[] = [
  {
    value: 'none',
    title: 'Nothing personal',
    text: 'What happened, when and in which conversation: ids and states.',
  },
  {
    value: 'pseudonymous',
    title: 'Pages and devices',
    text: 'Also which pages were open, languages and devices. No names.',
  },
  {
    value: 'contact',
    title: 'Names and addresses',
    text: 'Also names, e-mail addresses, tags and what else is known of people.',
  },
  {
    value: 'content',
    title: 'Everything, messages too',
    text: 'Also every word people write, and the notes of the team.',
  },
];

export const levelTitle = (level: PiiLevel): string =>
  LEVELS.find(({ value }) => value === level)?.title ?? level;
