import { TEXT_CHARS } from './limits.ts';
import { safeHref, splitLinks } from './links.ts';
import { oneLine } from './visible.ts';

/** What formatted text is made of; there is nothing else, so nothing else can be drawn. */
export interface MarkNode {
  tag: 'p' | 'b' | 'i' | 'code' | 'pre' | 'a' | 'blockquote' | 'ul' | 'ol' | 'li';
  children: Mark[];
  /** Of `a`: http, https, mailto or tel. */
  href?: string;
  /** Of `a`: its words name another place. */
  pretends?: true;
  /** Of `ol`: where it begins. */
  start?: number;
}
export type Mark = string | MarkNode;

/** Deeper than this, marks are letters. */
const DEPTH_MAX = 8;

/** Longer than any message can be. */
const CHARS_MAX = 2 * TEXT_CHARS;

/** Code, marks of emphasis, the parts of a link, addresses; everything between them is text. */
const TOKENS =
  /\\[\\`*_[\]()>#+.!-]|`+|\*+|_+|\[|\]\((?:[^\s()]|\([^\s()]*\))*\)|https?:\/\/[^\s<>"'`*\]]+/giu;
/** Without one of these there is nothing to find. */
const ANY = /[\\`*_\]]|:\/\//;
const WORD = /[\p{L}\p{N}]/u;
const CONTACT = /^(mailto:[^\s?<>"@]+@[^\s?<>"@]+|tel:\+?[\d().-]+)$/i;

interface Frame {
  /** `*`, `**`, `***`, `_` …, or `[`; the outermost has none. */
  mark: string;
  children: Mark[];
}

/** Two texts side by side are one, so that an address is found whole. */
function add(to: Mark[], mark: Mark): void {
  const last = to.at(-1);
  if (typeof mark === 'string' && typeof last === 'string') to[to.length - 1] = last + mark;
  else if (mark !== '') to.push(mark);
}

const textOf = (marks: Mark[]): string =>
  marks.map((mark) => (typeof mark === 'string' ? mark : textOf(mark.children))).join('');

const hasLink = (marks: Mark[]): boolean =>
  marks.some((mark) => typeof mark !== 'string' && (mark.tag === 'a' || hasLink(mark.children)));

/** As a host is written, also with dots that only look like one. */
const HOSTS = /[\p{L}\p{N}-]+(?:[.\u3002][\p{L}\p{N}-]+)*[.\u3002]\p{L}[\p{L}\p{N}-]+/gu;

/** Whether a link's words are taken for an address that is not where it leads. */
function pretends(words: string, href: string): boolean {
  const { host } = new URL(href);
  const said = words.normalize('NFKC').toLowerCase();
  const hosts = said.match(HOSTS) ?? [];
  const isOther = hosts.some((name) => name !== host && `www.${name}` !== host);
  return isOther || (hosts.length === 0 && said.includes('://')) || oneLine(words) !== words.trim();
}

const digits = (text: string): string => text.replace(/\D/g, '');

/** The words of a link to write to or to call; words that are another address or number do not count. */
function named(words: Mark[], said: string, address: string): Mark[] {
  const to = address.slice(address.indexOf(':') + 1);
  const isOther = said.includes('@') ? said.trim() !== to : digits(said) !== digits(to);
  const isAddress = said.includes('@') || digits(said).length > 4;
  return isAddress && isOther ? [to] : words;
}

/** The words that lead somewhere; where they name another place, that place stands behind them. */
function link(words: Mark[], address: string): Mark[] | undefined {
  const href = CONTACT.test(address) ? address : safeHref(address);
  if (!href || hasLink(words)) return undefined;
  const said = textOf(words);
  if (said.trim() === '') return [{ tag: 'a', href, children: [href] }];
  if (CONTACT.test(address)) return [{ tag: 'a', href, children: named(words, said, address) }];
  if (!pretends(said, href)) return [{ tag: 'a', href, children: words }];
  const children = [...words, ` (${new URL(href).host})`];
  return [{ tag: 'a', href, pretends: true, children }];
}

/** Addresses in plain text lead where they say. */
const linked = (marks: Mark[]): Mark[] =>
  marks.flatMap((mark) => {
    if (typeof mark !== 'string' || !mark.includes('://')) return mark;
    return splitLinks(mark).map(
      ({ text, href }): Mark => (href ? { tag: 'a', href, children: [text] } : text),
    );
  });

const emphasis: Record<number, (children: Mark[]) => MarkNode> = {
  1: (children) => ({ tag: 'i', children }),
  2: (children) => ({ tag: 'b', children }),
  3: (children) => ({ tag: 'b', children: [{ tag: 'i', children }] }),
};

/** What is open, innermost last. Every token is looked at once, and the depth is bounded. */
function createStack() {
  const frames: [Frame, ...Frame[]] = [{ mark: '', children: [] }];
  const top = (): Frame => frames.at(-1) as Frame;
  /** What was never closed is letters. */
  const spill = () => {
    const { mark, children } = frames.pop() as Frame;
    add(top().children, mark);
    for (const child of children) add(top().children, child);
  };
  return {
    text: (text: string) => add(top().children, text),
    put: (mark: Mark) => add(top().children, mark),
    isOpen: (mark: string) => frames.some((frame) => frame.mark === mark),
    /** The last mark opened that `run` could close a part of. */
    innermost: (run: string) =>
      frames.findLast(({ mark }) => mark !== '' && run.startsWith(mark))?.mark,
    open: (mark: string) => {
      if (frames.length < DEPTH_MAX) frames.push({ mark, children: [] });
      else add(top().children, mark);
    },
    /** Takes out what stands between `mark` and here. */
    close(mark: string): Mark[] {
      while (top().mark !== mark) spill();
      return (frames.pop() as Frame).children;
    },
    end(): Mark[] {
      while (frames.length > 1) spill();
      return frames[0].children;
    },
  };
}
type Stack = ReturnType<typeof createStack>;

interface Token {
  text: string;
  before: string;
  after: string;
}

/** A run of `*` or `_`: closes what it can, or opens. Inside of a word `_` is a letter. */
function emphasise(stack: Stack, { text, before, after }: Token): void {
  const isShut = text[0] === '_';
  const mayClose = before !== '' && !/\s/.test(before) && !(isShut && WORD.test(after));
  const mayOpen = after !== '' && !/\s/.test(after) && !(isShut && WORD.test(before));
  const half = text.length === 3 && mayClose && !stack.isOpen(text) && stack.innermost(text);
  if (half) {
    emphasise(stack, { text: half, before, after });
    emphasise(stack, { text: text.slice(half.length), before, after });
  } else if (text.length > 3) stack.text(text);
  else if (mayClose && stack.isOpen(text)) {
    const children = linked(stack.close(text));
    const wrap = emphasis[text.length];
    if (children.length > 0 && wrap) stack.put(wrap(children));
    else stack.text(text + text);
  } else if (mayOpen) stack.open(text);
  else stack.text(text);
}

function closeLink(stack: Stack, text: string): void {
  if (!stack.isOpen('[')) {
    stack.text(text);
    return;
  }
  const words = stack.close('[');
  const made = link(words, text.slice(2, -1)) ?? ['[', ...words, text];
  for (const mark of made) stack.put(mark);
}

/** Where each run of back-ticks is closed: at the next one as long as it. */
function closings(tokens: RegExpExecArray[]): Map<number, RegExpExecArray> {
  const next = new Map<number, RegExpExecArray>();
  const found = new Map<number, RegExpExecArray>();
  for (const token of [...tokens].reverse()) {
    const { length } = token[0];
    if (token[0][0] !== '`') continue;
    const closing = next.get(length);
    if (closing) found.set(token.index, closing);
    next.set(length, token);
  }
  return found;
}

/** A token that is no code. */
function take(stack: Stack, token: Token): void {
  const { text } = token;
  if (text[0] === '\\') stack.text(text.slice(1));
  else if (text === '[') stack.open(text);
  else if (text[0] === ']') closeLink(stack, text);
  else if (text[0] === '*' || text[0] === '_') emphasise(stack, token);
  else stack.text(text);
}

/** What stands in one paragraph, item or quote. */
function inline(text: string): Mark[] {
  if (!ANY.test(text)) return [text];
  const stack = createStack();
  const tokens = [...text.matchAll(TOKENS)];
  const closing = closings(tokens);
  let at = 0;
  for (const token of tokens) {
    const { 0: said, index } = token;
    if (index < at) continue;
    stack.text(text.slice(at, index));
    at = index + said.length;
    const end = closing.get(index);
    if (end) {
      stack.put({ tag: 'code', children: [text.slice(at, end.index)] });
      at = end.index + said.length;
    } else take(stack, { text: said, before: text[index - 1] ?? '', after: text[at] ?? '' });
  }
  stack.text(text.slice(at));
  return linked(stack.end());
}

const FENCE = /^ {0,3}```/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)(?:[-*+]|(\d{1,9})[.)]) +(?=\S)/;
const HEADING = /^ {0,3}#{1,6} +(.*)$/;

const isPlain = (line: string): boolean =>
  line.trim() !== '' && ![FENCE, QUOTE, ITEM, HEADING].some((pattern) => pattern.test(line));

/** How many lines from `from` on belong together. */
function run(lines: string[], from: number, belongs: (line: string) => boolean): number {
  let to = from;
  while (to < lines.length && belongs(lines[to] ?? '')) to++;
  return to - from;
}

interface Piece {
  made: Mark[];
  /** How many lines it took. */
  used: number;
}

function fence(lines: string[], from: number): Piece {
  const length = run(lines, from + 1, (line) => !FENCE.test(line));
  const code = lines.slice(from + 1, from + 1 + length).join('\n');
  return { made: [{ tag: 'pre', children: [code] }], used: length + 2 };
}

function quote(lines: string[], from: number, depth: number): Piece {
  const used = run(lines, from, (line) => QUOTE.test(line));
  const inner = lines.slice(from, from + used).map((line) => line.replace(QUOTE, ''));
  return { made: [{ tag: 'blockquote', children: blocks(inner, depth + 1) }], used };
}

/** Its items, each with the lines indented below it. */
function list(lines: string[], from: number, depth: number): Piece {
  const [, indent = '', start] = ITEM.exec(lines[from] ?? '') ?? [];
  const children: Mark[] = [];
  let at = from;
  for (let item = ITEM.exec(lines[at] ?? ''); item; item = ITEM.exec(lines[at] ?? '')) {
    const [lead, own = '', number] = item;
    if (own.length !== indent.length || (number === undefined) !== (start === undefined)) break;
    const below = `${own}  `;
    const rest = run(lines, at + 1, (line) => line.startsWith(below) && line.trim() !== '');
    const first = (lines[at] ?? '').slice(lead.length);
    const inner = lines.slice(at + 1, at + 1 + rest).map((line) => line.slice(below.length));
    children.push({ tag: 'li', children: blocks([first, ...inner], depth + 1) });
    at += 1 + rest;
  }
  const made: MarkNode =
    start === undefined ? { tag: 'ul', children } : { tag: 'ol', start: Number(start), children };
  return { made: [made], used: at - from };
}

function block(lines: string[], from: number, depth: number): Piece {
  const line = lines[from] ?? '';
  if (FENCE.test(line)) return fence(lines, from);
  if (depth < DEPTH_MAX && QUOTE.test(line)) return quote(lines, from, depth);
  if (depth < DEPTH_MAX && ITEM.test(line)) return list(lines, from, depth);
  const heading = HEADING.exec(line)?.[1];
  if (heading)
    return { made: [{ tag: 'p', children: [{ tag: 'b', children: inline(heading) }] }], used: 1 };
  const used = 1 + run(lines, from + 1, isPlain);
  const children = inline(lines.slice(from, from + used).join('\n'));
  return { made: [{ tag: 'p', children }], used };
}

function blocks(lines: string[], depth: number): Mark[] {
  const made: Mark[] = [];
  for (let at = 0; at < lines.length; ) {
    if ((lines[at] ?? '').trim() === '') {
      at++;
      continue;
    }
    const piece = block(lines, at, depth);
    made.push(...piece.made);
    at += piece.used;
  }
  return made;
}

/**
 * A message's text as a small tree: bold, italic, code, links, lists, quotes, lines. No images, no HTML, no
 * tables: what is none of these is text, letter for letter. Takes time in proportion to the text, whatever
 * it is, and goes eight levels deep.
 */
export const parseMarkdown = (text: string): Mark[] =>
  text.length > CHARS_MAX ? [{ tag: 'p', children: [text] }] : blocks(text.split(/\r?\n/), 0);

type Draw<V> = (
  tag: string,
  props: Record<string, string | number> | null,
  ...children: (V | string)[]
) => V;

const propsOf = ({
  tag,
  href,
  start,
  pretends,
}: MarkNode): Record<string, string | number> | null => {
  if (tag === 'a' && href) {
    const safe = { href, target: '_blank', rel: 'noopener noreferrer nofollow' };
    return pretends ? { ...safe, 'data-pretends': '' } : safe;
  }
  if (tag === 'ol' && start !== 1 && start !== undefined) return { start };
  if (tag === 'pre') return { dir: 'ltr' };
  return tag === 'p' || tag === 'li' || tag === 'blockquote' ? { dir: 'auto' } : null;
};

/** Draws a tree with a library's own function, so that every surface draws it by the same rules. */
export const drawMarkdown = <V>(marks: Mark[], draw: Draw<V>): (V | string)[] =>
  marks.map((mark) =>
    typeof mark === 'string'
      ? mark
      : draw(mark.tag, propsOf(mark), ...drawMarkdown(mark.children, draw)),
  );
