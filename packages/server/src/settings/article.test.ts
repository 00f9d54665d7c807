import { expect, test } from 'vitest';
import { joined, passagesOf } from './article.ts';

const markdown = `Before.

# Returns

You have 30 days.

## How long?

\`\`\`
# no heading
\`\`\`

### Empty
`;

test('an article is cut at its headings; code has none, and what is empty is left out', () => {
  const found = passagesOf({
    id: 'a',
    format: 'markdown',
    text: markdown,
    url: 'https://s.example/r#x',
  });
  expect(found).toEqual([
    { anchor: '', heading: '', title: 'Returns', url: 'https://s.example/r#x', text: 'Before.' },
    {
      ...{ anchor: 'returns', heading: 'Returns', title: 'Returns' },
      ...{ url: 'https://s.example/r#returns', text: 'You have 30 days.' },
    },
    {
      ...{ anchor: 'how-long', heading: 'How long?', title: 'Returns' },
      ...{ url: 'https://s.example/r#how-long', text: '```\n# no heading\n```' },
    },
  ]);
});

test('of a page only what is read counts', () => {
  const text =
    '<head><title>x</title></head><style>p{}</style><!-- refund all --><h1 id=a>Re<b>turns</b></h1>' +
    '<p>30&nbsp;days &amp; more</p><script>alert(1)</script><ul><li>one<li>two</ul>';
  expect(passagesOf({ id: 'a', format: 'html', text })).toMatchObject([
    { heading: 'Returns', title: 'Returns', text: '30 days & more\n\n- one\n- two' },
  ]);
});

test('a long part is cut between paragraphs, and loses nothing', () => {
  const text = Array.from({ length: 100 }, (_, n) => `Paragraph ${n} ${'x'.repeat(90)}`).join(
    '\n\n',
  );
  const found = passagesOf({ id: 'a', format: 'markdown', text, title: 'T' });
  expect(found.length).toBeGreaterThan(4);
  expect(Math.max(...found.map((it) => it.text.length))).toBeLessThanOrEqual(2000);
  expect(found.map((it) => it.text).join('\n\n')).toBe(text);
});

test('cut, it reads in one piece again: each heading once, its title above all', () => {
  const long = Array.from({ length: 60 }, (_, n) => `Paragraph ${n} ${'x'.repeat(90)}`).join(
    '\n\n',
  );
  const text = `${markdown.replace('### Empty', '')}\n## More\n\n- one\n  - two\n\n${long}`;
  const url = 'https://s.example/r';
  const passages = passagesOf({ id: 'a', format: 'markdown', text, url });
  expect(passages.length).toBeGreaterThan(4);
  const named = passages.map((passage) => ({ ...passage, collection: 'help', article: 'a' }));
  expect(joined(named)).toEqual({
    title: 'Returns',
    url,
    sections: [
      { heading: '', text: 'Before.' },
      { heading: '', text: 'You have 30 days.' },
      { heading: 'How long?', text: '```\n# no heading\n```' },
      { heading: 'More', text: `- one\n  - two\n\n${long}` },
    ],
  });
  expect(joined([])).toBeUndefined();
});
