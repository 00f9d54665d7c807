import { UNSEEN } from '../../lib/unseen.ts';

/** Line, tab, and what joins letters of scripts and parts of emoji. */
const KEPT = new Set(['\n', '\t', '\u200C', '\u200D', '\uFE0F']);

/** The same words, and nothing beside them that a model would obey. */
export const withoutUnseen = (text: string): string =>
  text.toWellFormed().replace(UNSEEN, (sign) => (KEPT.has(sign) ? sign : ''));

/** A tag, a comment, what only looks like one. */
const TAG = /<[/!?]?[a-z][^>]*>?|<!--[\s\S]*?(?:-->|$)/gi;

/** What is left of a tag inside of a tag is looked at again. */
export function withoutTags(text: string): string {
  const rest = text.replace(TAG, '');
  return rest === text ? text : withoutTags(rest);
}

/** Digits of every script as those of this one, and letters as they are meant to be read. */
export const plainly = (text: string): string =>
  withoutUnseen(text)
    .replace(/[\u200C\u200D]/g, '')
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, (digit) => String(digitOf(digit)));

/** Digits of a script stand in a row, from 0 on; the first of ten is where nine others follow. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code < 128 ? code - 48 : code - zero;
}
