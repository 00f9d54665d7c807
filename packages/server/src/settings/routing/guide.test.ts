import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { routingDocument, routingView } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkRouting } from './check.ts';
import type { Term } from './expression.ts';
import { NEED_TERMS, OVERFLOW_TERMS, RULE_TERMS } from './vocabulary.ts';

const guide = readFileSync(
  join(import.meta.dirname, '../../../../../docs/guides/routing.md'),
  'utf8',
);

test('the example of the guide can be published', async () => {
  const { routing } = routingDocument.parse(parse(/```yaml\n([\s\S]+?)```/.exec(guide)?.[1] ?? ''));
  if (!routing) throw new Error('the guide shows no routing');
  const known = routing.agents.map(({ email }) => ({ id: email, email }));
  expect(await checkRouting(routing, known)).toEqual([]);
});

test.each<[string, readonly Term[]]>([
  ['Rules', RULE_TERMS],
  ['Rings', NEED_TERMS],
  ['Overflows', OVERFLOW_TERMS],
])('the guide lists what conditions may ask: %s', (title, terms) => {
  const [, after = ''] = guide.split(`\n${title} (`);
  const rows = terms.map(({ name, type, about }) => `| \`${name}\` | ${type} | ${about} |`);
  expect(after.split('\n\n')[1]?.split('\n').slice(2)).toEqual(rows);
});

test('a view has what rules may ask, and nothing else', () => {
  const names = Object.entries(routingView.shape).flatMap(([root, part]) => {
    const inner = part.unwrap();
    return 'shape' in inner ? Object.keys(inner.shape).map((name) => `${root}.${name}`) : [root];
  });
  expect(names.sort()).toEqual(RULE_TERMS.map(({ name }) => name).sort());
});
