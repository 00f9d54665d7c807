import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawMarkdown, type Mark, parseMarkdown } from './markdown.ts';

/** A tree as text: `<b>bold</b>`. Only for reading here; nothing is ever drawn from it. */
const show = (marks: Mark[]): string =>
  marks
    .map((mark) => {
      if (typeof mark === 'string') return mark;
      const { tag, href, start, children } = mark;
      const more = `${href ? ` ${href}` : ''}${start ? ` ${start}` : ''}`;
      return `<${tag}${more}>${show(children)}</${tag}>`;
    })
    .join('');
const shown = (text: string): string => show(parseMarkdown(text));
/** Of a single paragraph. */
const line = (text: string): string => shown(text).replace(/^<p>(.*)<\/p>$/s, '$1');

const nodes = (marks: Mark[]): Exclude<Mark, string>[] =>
  marks.flatMap((mark) => (typeof mark === 'string' ? [] : [mark, ...nodes(mark.children)]));
const depth = (marks: Mark[]): number =>
  Math.max(0, ...marks.map((mark) => (typeof mark === 'string' ? 0 : 1 + depth(mark.children))));

describe('inside of a line', () => {
  test.each([
    [
      '**bold** *italic* _italic_ `code`',
      '<b>bold</b> <i>italic</i> <i>italic</i> <code>code</code>',
    ],
    ['***both*** __bold__', '<b><i>both</i></b> <b>bold</b>'],
    ['*a **b***', '<i>a <b>b</b></i>'],
    ['**bold *both* bold**', '<b>bold <i>both</i> bold</b>'],
    ['2 * 3 * 4 and snake_case_name', '2 * 3 * 4 and snake_case_name'],
    ['**never closed and *neither', '**never closed and *neither'],
    ['****', '****'],
    ['\\*not italic\\*', '*not italic*'],
    ['`**code**` ``a`b``', '<code>**code**</code> <code>a`b</code>'],
    ['`open', '`open'],
    ['one\ntwo', 'one\ntwo'],
    [
      'see https://x.example/a_b_c, please',
      'see <a https://x.example/a_b_c>https://x.example/a_b_c</a>, please',
    ],
    ['**https://x.example/**', '<b><a https://x.example/>https://x.example/</a></b>'],
    ['[words](https://x.example/a(b)) after', '<a https://x.example/a(b)>words</a> after'],
    ['[**bold** words](https://x.example/)', '<a https://x.example/><b>bold</b> words</a>'],
    ['[a [b](https://x.example/)', '[a <a https://x.example/>b</a>'],
    ['[](https://x.example/)', '<a https://x.example/>https://x.example/</a>'],
    [
      '[write](mailto:a@b.example) [call](tel:+4930123456)',
      '<a mailto:a@b.example>write</a> <a tel:+4930123456>call</a>',
    ],
  ])('%j', (text, tree) => {
    expect(line(text)).toBe(tree);
  });
});

describe('lines', () => {
  test.each([
    ['one\n\ntwo', '<p>one</p><p>two</p>'],
    [
      '- a\n- b\n  - c\n- d',
      '<ul><li><p>a</p></li><li><p>b</p><ul><li><p>c</p></li></ul></li><li><p>d</p></li></ul>',
    ],
    ['3. a\n4. b', '<ol 3><li><p>a</p></li><li><p>b</p></li></ol>'],
    ['> a\n> b\nc', '<blockquote><p>a\nb</p></blockquote><p>c</p>'],
    ['```js\n**a**\n\n> b\n```\nc', '<pre>**a**\n\n> b</pre><p>c</p>'],
    ['```\nnever closed', '<pre>never closed</pre>'],
    ['# Title\ntext', '<p><b>Title</b></p><p>text</p>'],
    ['#hashtag', '<p>#hashtag</p>'],
    ['-no list', '<p>-no list</p>'],
    ['| a | b |\n|---|---|', '<p>| a | b |\n|---|---|</p>'],
    ['', ''],
  ])('%j', (text, tree) => {
    expect(shown(text)).toBe(tree);
  });
});

describe('[MD-02] what is no link', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '&#106;avascript:alert(1)',
    'javascript&colon;alert(1)',
    '\u0001javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:x.example/1',
    'file:///etc/passwd',
    '//evil.example',
    '/path',
    'https://user:pass@evil.example/',
    'mailto:a@b.example?bcc=c@d.example',
    'tel:1;ext=javascript:x',
  ])('%j', (address) => {
    expect(nodes(parseMarkdown(`[x](${address})`)).map(({ tag }) => tag)).not.toContain('a');
  });
});

test.each([
  '![x](https://evil.example/?d=1)',
  '[t]: https://evil.example/x\n![x][t]',
  '<img src="https://evil.example/x">',
])('[MD-03] an image is words: %j', (text) => {
  const tags = new Set(nodes(parseMarkdown(text)).map(({ tag }) => tag));
  for (const tag of tags) expect(['p', 'a']).toContain(tag);
});

describe('[MD-04] [MD-05] a link cannot pretend', () => {
  test.each([
    ['[https://bank.example](https://evil.example/x)', 'https://bank.example (evil.example)'],
    ['[bank.example](https://evil.example)', 'bank.example (evil.example)'],
    ['[www.bank.example](https://bank.example)', 'www.bank.example (bank.example)'],
    ['[bank\uff0eexample](https://evil.example)', 'bank\uff0eexample (evil.example)'],
    ['[bank\u3002example](https://evil.example)', 'bank\u3002example (evil.example)'],
    ['[ht**tp**s://bank.example](https://evil.example)', 'https://bank.example (evil.example)'],
    ['[\u202eelpmaxe.knab](https://evil.example)', '\u202eelpmaxe.knab (evil.example)'],
    ['[\u0430pple.com](https://\u0430pple.com)', '\u0430pple.com (xn--pple-43d.com)'],
    ['https://\u0430pple.com/', 'https://xn--pple-43d.com/'],
    ['[bank.example](https://bank.example/in)', 'bank.example'],
    ['[our terms](https://bank.example/terms)', 'our terms'],
    ['[help@bank.example](mailto:me@evil.example)', 'me@evil.example'],
    ['[+49 30 123456](tel:+49900666)', '+49900666'],
    ['[+49 30 123456](tel:+4930123456)', '+49 30 123456'],
  ])('%j reads %j', (text, words) => {
    expect(line(text).replace(/<[^>]*>/g, '')).toBe(words);
  });
});

test('[MD-04] links open apart, without a word about where they came from', () => {
  const draw = (tag: string, props: object | null) => ({ tag, ...props });
  const [, link] = drawMarkdown<object>(
    (parseMarkdown('x https://x.example/')[0] as Exclude<Mark, string>).children,
    draw,
  );
  const rel = 'noopener noreferrer nofollow';
  expect(link).toEqual({ tag: 'a', href: 'https://x.example/', target: '_blank', rel });
});

test.each([
  '{{constructor.constructor("x")()}}',
  `$${'{alert(1)}'}`,
  '<%= 7 * 7 %>',
  '<b onclick=x>',
])('[MD-01] [MD-09] %s is text', (text) => {
  expect(shown(text)).toBe(`<p>${text}</p>`);
});

const TAGS = ['p', 'b', 'i', 'code', 'pre', 'a', 'blockquote', 'ul', 'ol', 'li'];
const BOUND_MS = 50;
const DEPTH_MAX = 40;

/** What the processor spent on it, at best: what else the machine does is not the parser's. */
function spentMs(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4; i++) {
    const before = process.cpuUsage();
    parseMarkdown(text);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe('[EV-30] [MD-06] takes no longer and goes no deeper', () => {
  const deep = Array.from({ length: 200 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n');
  test.each([
    ['quotes', '>'.repeat(10_000)],
    ['quotes, spaced', '> '.repeat(10_000)],
    ['lines of quotes', '>\n'.repeat(10_000)],
    ['stars', '*'.repeat(50_000)],
    ['stars that open', '*a '.repeat(6600)],
    ['stars of all kinds', '**a*'.repeat(5000)],
    ['back-ticks', '`'.repeat(100_000)],
    ['back-ticks apart', '`a'.repeat(9999)],
    [
      'back-ticks of all lengths',
      Array.from({ length: 190 }, (_, i) => '`'.repeat(i + 1)).join('a'),
    ],
    ['a table of 1000 columns', `${'|a'.repeat(1000)}\n${'|-'.repeat(1000)}`],
    ['a list 200 deep', deep],
    ['items', '- a\n'.repeat(5000)],
    ['brackets', '['.repeat(20_000)],
    ['half links', '[a]('.repeat(5000)],
    ['half addresses', '](a(b'.repeat(4000)],
    ['links', '[a](https://a.de)'.repeat(1100)],
    ['addresses', 'https://'.repeat(2500)],
    ['backslashes', '\\'.repeat(20_000)],
  ])('%s', (_, text) => {
    expect(depth(parseMarkdown(text))).toBeLessThanOrEqual(DEPTH_MAX);
    expect(spentMs(text)).toBeLessThan(BOUND_MS);
  });

  const piece = fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '```\n',
    '[',
    '](https://a.de)',
    '](',
    '\n',
    '\n> ',
    '\n- ',
    '\n  - ',
    '\n1. ',
    '\\',
    ' ',
    'a',
    '#',
    '🙂',
    'https://a.de',
    '\u202e',
    '<b>',
  );
  test('whatever it is made of, in time that grows with the text alone', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        const once = pieces.join('');
        const text = once.repeat(Math.ceil(20_000 / once.length)).slice(0, 20_000);
        const tree = parseMarkdown(text);
        expect(depth(tree)).toBeLessThanOrEqual(DEPTH_MAX);
        for (const { tag } of nodes(tree)) expect(TAGS).toContain(tag);
        expect(spentMs(text)).toBeLessThan(BOUND_MS);
      }),
      { seed: 20, numRuns: 25 },
    );
  });

  test('no letter is lost: what is left out are marks', () => {
    const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
    const words = fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '[',
      ']',
      '\n',
      '\n> ',
      '\n- ',
      ' ',
      'abc',
      'ü9',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        expect(letters(show(parseMarkdown(text)).replace(/<\/?[a-z]+>/g, ''))).toBe(letters(text));
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
