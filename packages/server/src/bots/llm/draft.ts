import { review } from './review.ts';
import type { Session } from './session.ts';

/** So far that nothing is cut in two: no word, no number, no address, no link. */
function wholeWords(text: string): string {
  const upTo = text.slice(0, text.search(/\s\S*$/u) + 1);
  const open = upTo.lastIndexOf('[');
  const isOpen = open >= 0 && !/^\[[^\]]*\](?:[^(]|\([^)]*\))/.test(upTo.slice(open));
  return (isOpen ? upTo.slice(0, open) : upTo).trimEnd();
}

/** Longer texts are looked at again when they have grown by a part of themselves, not at each word. */
const GROWTH = 1.05;

/**
 * Shows what is written while it is written. It passes the same guards as the whole; with the first
 * thing that is held it stands still, and what comes of it is decided at the end.
 */
export function createDraft(session: Session, show: (text: string) => void) {
  let shown = 0;
  let isHeld = false;
  return (text: string): void => {
    if (isHeld) return;
    const whole = wholeWords(text);
    if (whole.length <= shown * (shown > 200 ? GROWTH : 1)) return;
    const verdict = review(whole, session);
    isHeld = 'held' in verdict && verdict.held !== 'empty';
    if (!('text' in verdict)) return;
    shown = whole.length;
    show(verdict.text);
  };
}
