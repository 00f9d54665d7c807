/** Marks that turn the direction of text, also of what stands behind theirs. */
const TURNS = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A stranger's text for places without markup to hold it in: a notification, a tooltip, a label. */
export const oneLine = (text: string): string =>
  text
    .replace(TURNS, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** Controls, spaces, marks without a letter, and the letters and signs that are drawn as nothing. */
export const isVisible = (text: string): boolean =>
  /[^\p{Cc}\p{Cf}\p{Z}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u.test(text);
