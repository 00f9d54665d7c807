import type { Article as ReadArticle } from '@throughline/shared/schema';
import type { Passage } from '../store/store.ts';

export interface Article {
  collection: string;
  id: string;
  format: 'markdown' | 'html';
  text: string;
  title?: string | undefined;
  /** Where visitors can read it. */
  url?: string | undefined;
}

/** As much as a model reads at once; a longer part is cut between paragraphs. */
const PASSAGE_CHARS = 2000;

const ENTITIES: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' },
};

function decodeOne(all: string, name: string): string {
  if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? all;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

const decoded = (text: string): string =>
  text.replace(/&(#\d{1,7}|#x[\da-f]{1,6}|\w+);/gi, decodeOne);

/** Of a page what somebody would read, with its headings as in Markdown. Nothing is loaded or run. */
const markdownOf = (html: string): string =>
  decoded(
    html
      .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
      .replace(/<(script|style|template|noscript|head)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
      .replace(/<h([1-6])\b[^>]*>([\s\S]*?)<\/h\1\s*>/gi, (_all, level, words: string) => {
        const line = words.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
        return `\n\n${'#'.repeat(Number(level))} ${line}\n\n`;
      })
      .replace(/<li\b[^>]*>/gi, '\n- ')
      .replace(/<(?:br|\/p|\/div|\/tr|\/ul|\/ol|\/table|\/section|p|div)\b[^>]*>/gi, '\n\n')
      .replace(/<[^>]*>/g, ' ')
      .replace(/^ +/gm, ''),
  );

const HEADING = /^ {0,3}(#{1,6}) +(.+?) *#*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 100);

interface Part {
  level: number;
  heading: string;
  lines: string[];
}

/** From heading to heading; what stands in a block of code is none. */
function partsOf(text: string): Part[] {
  const parts: Part[] = [{ level: 0, heading: '', lines: [] }];
  let isCode = false;
  for (const line of text.split(/\r?\n/)) {
    if (FENCE.test(line)) isCode = !isCode;
    const [, marks, heading] = (!isCode && HEADING.exec(line)) || [];
    if (marks === undefined || heading === undefined) parts.at(-1)?.lines.push(line);
    else parts.push({ level: marks.length, heading: heading.trim(), lines: [] });
  }
  return parts;
}

function cut(text: string): string[] {
  if (text.length <= PASSAGE_CHARS) return [text];
  const ends = ['\n\n', '\n', ' '].map((end) => text.lastIndexOf(end, PASSAGE_CHARS));
  const at = ends.find((end) => end > 0) ?? PASSAGE_CHARS;
  return [text.slice(0, at).trim().toWellFormed(), ...cut(text.slice(at).trim())];
}

/** Cut where its headings are, each part with the title of the whole. */
export function passagesOf({
  id,
  format,
  text,
  title,
  url,
}: Omit<Article, 'collection'>): Omit<Passage, 'collection' | 'article'>[] {
  const parts = partsOf(format === 'html' ? markdownOf(text) : text);
  const name = title ?? parts.find(({ heading }) => heading !== '')?.heading ?? id;
  /** Headings with nothing of their own, whose parts follow. */
  const above: Part[] = [];
  return parts.flatMap((part) => {
    const { level, heading, lines } = part;
    while ((above.at(-1)?.level ?? -1) >= level) above.pop();
    const anchor = anchorOf(heading);
    const words = lines
      .join('\n')
      // What stands at the beginning of a line says to what it belongs.
      .replace(/(?<=\S)[ \t]+/g, ' ')
      .replace(/ $/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    if (words === '') {
      if (heading !== name) above.push(part);
      return [];
    }
    const address = url && (anchor ? `${url.split('#')[0]}#${anchor}` : url);
    const path = [...above.map((it) => it.heading), heading].filter(Boolean).join(': ');
    const about = { anchor, url: address ?? null, title: name, heading: path };
    return cut(words).map((piece) => ({ ...about, text: piece }));
  });
}

/** As it reads in one piece, each heading once; undefined where nothing was cut. */
export function joined(passages: readonly Passage[]): ReadArticle | undefined {
  const [first] = passages;
  if (!first) return undefined;
  const { title, url } = first;
  const sections = passages.map(({ anchor, heading, text }, i) => {
    const before = passages[i - 1];
    const isSame = before?.heading === heading && before.anchor === anchor;
    // The title stands above it already.
    return { heading: isSame || heading === title ? '' : heading, text };
  });
  return { title, url: url?.split('#')[0] ?? null, sections };
}
