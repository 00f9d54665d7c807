import { type Mark, parseMarkdown } from '@throughline/shared/markdown';

export interface Reach {
  /** Hosts of the blueprint, `*.` before those with all below them. */
  hosts: readonly string[];
  /** The site's own pages. */
  origins: readonly string[];
  /** Whether the business itself wrote this address, letter for letter. */
  isKnown(url: string): boolean;
}

const hostFits = (host: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;

/**
 * Where it may lead; undefined: nowhere. What follows `?` and `#` could carry the conversation away to
 * whoever reads that host's records, so only an address the business wrote keeps it.
 */
function allowed(address: string, { hosts, origins, isKnown }: Reach): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username || url.password || !/^https?:$/.test(url.protocol)) return undefined;
  const isOwn = origins.includes(url.origin);
  const isListed = url.protocol === 'https:' && hosts.some((host) => hostFits(url.host, host));
  if (!isOwn && !isListed) return undefined;
  if (isKnown(address)) return address;
  return `${url.origin}${url.pathname}`;
}

const IMAGE = /!\[([^\]]*)\](?:\([^)]*\)?|\[[^\]]*\])/g;
const DEFINITION = /^[ \t]*\[[^\]\n]+\]:[^\n]*$/gm;
const BY_REFERENCE = /\[([^\]\n]+)\]\s?\[[^\]\n]*\]/g;
const INLINE = /\[([^\]\n]*)\]\(\s*<?([^)>\s]*)>?[^)]*\)/g;
/** Also without a scheme, where a path follows that could say something. */
const BARE =
  /(?<![\]\w.-])(?:[a-z][a-z0-9+.-]*:\/\/[^\s<>"'`)\]]+|\/\/[^\s<>"'`)\]]+|www\.[^\s<>"'`)\]]+|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}[/?#][^\s<>"'`)\]]*)|(?<=\]\()[^)\s]+/giu;

function bare(address: string, reach: Reach): string {
  const tail = /[.,;:!?…]+$/.exec(address)?.[0] ?? '';
  const said = address.slice(0, address.length - tail.length);
  const full = said.includes('://') ? said : `https://${said.replace(/^\/\//, '')}`;
  return (allowed(full, reach) ?? '') + tail;
}

const rewrite = (text: string, reach: Reach): string =>
  text
    .replace(IMAGE, '$1')
    .replace(DEFINITION, '')
    // `[1][2]` names two sources.
    .replace(BY_REFERENCE, (all, words: string) => (/^\d{1,2}$/.test(words) ? all : words))
    .replace(INLINE, (_all, words: string, address: string) => {
      const url = allowed(address, reach);
      return url ? `[${words}](${url})` : words;
    })
    .replace(BARE, (address) => bare(address, reach));

/** What is drawn as a link, by the same rules as on the page. */
const linksIn = (marks: Mark[]): string[] =>
  marks.flatMap((mark) =>
    typeof mark === 'string' ? [] : [...(mark.href ? [mark.href] : []), ...linksIn(mark.children)],
  );

const ROUNDS = 5;

/**
 * Without images and without links to anywhere else; a link that may not be leaves its words. Nothing is
 * fetched to find out.
 * @returns undefined when what is left still leads elsewhere
 */
export function withinReach(text: string, reach: Reach): string | undefined {
  let rest = text;
  for (let round = 0; round < ROUNDS; round++) {
    const next = rewrite(rest, reach);
    if (next === rest) break;
    rest = next;
  }
  const isFine = linksIn(parseMarkdown(rest)).every((href) => allowed(href, reach) !== undefined);
  return isFine && rewrite(rest, reach) === rest ? rest : undefined;
}
