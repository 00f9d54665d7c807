import { isVisible, oneLine } from '@throughline/shared';

/** How many colours an avatar can have; the style sheet names each. */
export const HUES = 8;

/** Always the same colour for the same id; the hash (FNV-1a) keeps ids of one minute apart. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % HUES;
}

/** Up to two letters, first and last word; none when the name has no letters to give. */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words;
  return picked
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

interface Nameable {
  id: string;
  name: string | null;
  email?: string | null;
}

/** Nobody has to be called "unknown": four characters tell two visitors apart. */
const standIn = (id: string): string => `Visitor ${id.slice(-4).toUpperCase()}`;

export const nameOf = ({ id, name, email }: Nameable): string =>
  name && isVisible(name) ? oneLine(name) : email || standIn(id);

export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;
