export interface Part {
  text: string;
  /** Present when the text is an address somebody may want to open. */
  href?: string;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/giu;

/** Punctuation that ends the sentence rather than the address; a bracket only if it was never opened. */
function trimTail(address: string): string {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] ?? '';
    if (/[.,;:!?*_~…]/u.test(last)) continue;
    const inside = address.slice(0, end);
    const isLoose =
      (last === ')' && inside.split('(').length < inside.split(')').length) ||
      (last === ']' && inside.split('[').length < inside.split(']').length);
    if (!isLoose) break;
  }
  return address.slice(0, end);
}

/** Only what a person can open with confidence: http and https, without a user name that hides the host. */
export function safeHref(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' ? href : undefined;
}

/** Cuts a text into plain parts and addresses, losing nothing. */
export function splitLinks(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimTail(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
