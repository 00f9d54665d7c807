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
    '<p>\n  <b>30</b>&nbsp;days &amp; more</p><script>alert(1)</script><ul><li>one<li>two</ul>';
  expect(passagesOf({ id: 'a', format: 'html', text })).toMatchObject([
    { heading: 'Returns', title: 'Returns', text: '30 days & more\n\n- one\n- two' },
  ]);
});

test('a heading that stands right above others is said with each of them', () => {
  const text =
    '# Help\n## Delivery\n### Here\nA day.\n### Abroad\n#### By air\nThree.\n## Old\n## Returns\nFree.';
  const found = passagesOf({ id: 'a', format: 'markdown', text });
  expect(found.map(({ heading, anchor }) => [heading, anchor])).toEqual([
    ['Delivery: Here', 'here'],
    ['Delivery: Abroad: By air', 'by-air'],
    ['Returns', 'returns'],
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
  const items = Array.from({ length: 60 }, (_, n) => `- item ${n} ${'x'.repeat(90)}`).join('\n');
  const text = `${markdown.replace('### Empty', '')}\n## More\n\n- one\n  - two\n\n${items}`;
  const url = 'https://s.example/r';
  const passages = passagesOf({ id: 'a', format: 'markdown', text, url });
  const named = passages.map((passage) => ({ ...passage, collection: 'help', article: 'a' }));
  const read = joined(named);
  expect(read).toMatchObject({ title: 'Returns', url });
  const [before, returns, how, more, ...rest] = read?.sections ?? [];
  expect([before, returns, how]).toEqual([
    { heading: '', text: 'Before.' },
    { heading: '', text: 'You have 30 days.' },
    { heading: 'How long?', text: '```\n# no heading\n```' },
  ]);
  expect(more?.heading).toBe('More');
  expect(rest.length).toBeGreaterThan(1);
  expect(rest.every(({ heading }) => heading === '')).toBe(true);
  // A list is cut between its lines.
  const all = [more, ...rest].map((part) => part?.text).join('\n');
  expect(all.replace(/\n\n/g, '\n')).toBe(`- one\n  - two\n${items}`);
  expect(joined([])).toBeUndefined();
});
