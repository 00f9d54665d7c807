import { oneLine } from './visible.ts';

export interface Part {
  text: string;
  /** Where the text is an address somebody may want to open. */
  href: string | undefined;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;
const ADDRESS_CHARS = 2048;
const SENTENCE_END = /[.,;:!?*_~…]/u;

/** How many more brackets an address closes than it opens. */
const excess = (address: string, open: string, close: string): number =>
  address.split(close).length - address.split(open).length;

/** Punctuation that ends the sentence rather than the address; a bracket only if it was never opened. */
function trimTail(address: string): string {
  const loose: Record<string, number> = {
    ')': excess(address, '(', ')'),
    ']': excess(address, '[', ']'),
  };
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? '';
    if (SENTENCE_END.test(last)) continue;
    const left = loose[last] ?? 0;
    if (left <= 0) break;
    loose[last] = left - 1;
  }
  return address.slice(0, end);
}

/** Only what a person can open with confidence: http and https, without a user name that hides the host. */
export function safeHref(address: string): string | undefined {
  if (address.length > ADDRESS_CHARS || !URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' ? href : undefined;
}

/**
 * As somebody wrote it, unless its host reads as another than it is: letters of two scripts look alike,
 * some signs look like a slash, and some turn what follows.
 */
function spell(address: string, href: string): string {
  const host = /^https?:\/\/([^/?#\\:]*)/i.exec(address)?.[1]?.toLowerCase();
  return host === new URL(href).hostname && oneLine(address) === address ? address : href;
}

/** Said of each part, for a page may have given every object a `href`. */
const plain = (text: string): Part => ({ text, href: undefined });

/** Cuts a text into plain parts and addresses, losing nothing but a false appearance. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimTail(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > from) parts.push(plain(text.slice(from, match.index)));
    parts.push({ text: spell(address, href), href });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push(plain(text.slice(from)));
  return parts;
}
