import { oneLine } from '@throughline/shared';
import { type CloudEvent, TYPE_PREFIX } from '@throughline/shared/schema';
import { printable } from '../lib/json.ts';

/** JSON that shows the same to every reader and commands no terminal. */
export const toSafeJson = (value: unknown): string => printable(JSON.stringify(value));

export const shortName = ({ type }: Pick<CloudEvent, 'type'>): string =>
  type.replace(TYPE_PREFIX, '');

/** A few words of it: what was written, or what else there is. */
function wordsOf({ data }: CloudEvent): string {
  const { conversation, contact, actor, ...own } = data;
  if ('redacted' in own) return '(deleted)';
  if ('text' in own) return own.text;
  return Object.keys(own).length > 0 ? JSON.stringify(own) : '';
}

/** One line without anything a terminal would obey; beyond what `oneLine` knows, the Arabic letter mark. */
const clean = (text: string): string => oneLine(text).replaceAll('\u061C', '');

/** An id by its end, where two ids of one day differ. */
const shorten = (subject: string): string => subject.replace(/[0-9a-f-]{28}(?=[0-9a-f]{8}$)/, '…');

/** One event for people: all of it, or as much as fits a screen of so many columns. */
export function lineOf(event: CloudEvent, columns?: number): string {
  const name = clean(shortName(event)).padEnd(21);
  const [subject, words] = [clean(event.subject), clean(wordsOf(event))];
  if (columns === undefined) return [clean(event.time), name, subject, words].join('  ').trimEnd();
  const time = new Date(event.time).toLocaleTimeString('en-GB');
  const signs = [...[time, name, shorten(subject), words].join('  ').trimEnd()];
  return signs.length <= columns ? signs.join('') : `${signs.slice(0, columns - 1).join('')}…`;
}
