import { isComposing } from './typing.ts';

/** The part of a keyboard event that decides what it means. */
export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
  keyCode?: number;
  getModifierState?(name: string): boolean;
}

const isLetter = (key: string): boolean => /^[a-z]$/i.test(key);
const isNamed = (key: string): boolean => key.length > 1;

/** Under Ctrl or ⌘ a Greek or Cyrillic keyboard still means the key where the letter is printed. */
function letterOf({ key, code }: KeyPress, isChord: boolean): string {
  if (isChord && key.length === 1 && !isLetter(key)) return /^Key([A-Z])$/.exec(code)?.[1] ?? key;
  return key;
}

/**
 * What was pressed, as commands name it: `e`, `Shift+e`, `?`, `Mod+k`, `Mod+Shift+Enter`. Undefined
 * for what must stay with the person who types: Alt and AltGr write characters in most of the world.
 */
export function keyOf(press: KeyPress): string | undefined {
  if (isComposing(press) || press.altKey || press.getModifierState?.('AltGraph')) return undefined;
  const isChord = press.ctrlKey || press.metaKey;
  const key = letterOf(press, isChord);
  const hasShift = press.shiftKey && (isLetter(key) || isNamed(key));
  const name = isLetter(key) ? key.toLowerCase() : key;
  return `${isChord ? 'Mod+' : ''}${hasShift ? 'Shift+' : ''}${name}`;
}

const SEQUENCE_MS = 1000;

/** Joins two presses within a second, `g` then `m`, where some command begins with the first. */
export function createSequence(
  isPrefix: (key: string) => boolean,
): (key: string, now: number) => string {
  let first: string | undefined;
  let at = 0;
  return (key, now) => {
    const joined = first !== undefined && now - at < SEQUENCE_MS ? `${first} ${key}` : undefined;
    first = joined === undefined && isPrefix(key) ? key : undefined;
    at = now;
    return joined ?? key;
  };
}
