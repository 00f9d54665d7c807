import type { Hours } from '@throughline/shared/schema';
import type { Field } from './merge.ts';

/** What each part of the settings is called. */
const titles: Record<Field, string> = {
  name: 'Name',
  origins: 'Pages it may stand on',
  accent: 'Accent',
  greeting: 'First words',
  language: 'Language',
  position: 'Corner',
  offset: 'Distance',
  theme: 'Theme',
  languages: 'Languages',
  texts: 'Texts',
  hours: 'Hours',
  reply: 'Reply time',
  files: 'Files',
  greetings: 'Greetings',
  prechat: 'Form before a conversation',
  offline: 'Form while nobody is there',
  forms: 'Forms your pages open',
  surveys: 'Ratings your pages open',
  articles: 'Articles',
  rating: 'Rating',
  pageEvents: 'Page events',
  pageTags: 'Tags of pages',
};

const lists = new Intl.ListFormat('en', { type: 'conjunction' });
export const listOf = (fields: readonly Field[]): string =>
  lists.format(fields.map((field) => titles[field]));

/** `hours.week.monday.0.to` is about the hours. */
export const titleOfPath = (path: string | null): string | undefined =>
  titles[(path ?? '').split('.')[0] as Field];

export const DAYS = [
  ['monday', 'Monday'],
  ['tuesday', 'Tuesday'],
  ['wednesday', 'Wednesday'],
  ['thursday', 'Thursday'],
  ['friday', 'Friday'],
  ['saturday', 'Saturday'],
  ['sunday', 'Sunday'],
] as const satisfies readonly (readonly [keyof Hours['week'], string])[];

/** Words people most often want said otherwise, as they are in English; any other name works as well. */
export const TEXTS: readonly (readonly [key: string, english: string])[] = [
  ['placeholder', 'Write a message …'],
  ['newConversation', 'New conversation'],
  ['conversations', 'Your conversations'],
  ['online', 'Online'],
  ['away', 'We answer as soon as we are back'],
  ['replyWithin', 'We usually answer within {duration}'],
  ['awayNow', 'Nobody is here just now.'],
  ['leaveEmail', 'With your e-mail, our answer finds you.'],
  ['closed', 'The conversation was closed. Write to open it again.'],
];
