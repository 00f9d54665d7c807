import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botsDocument, reply } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const guide = readFileSync(join(import.meta.dirname, '../../../../../docs/guides/bots.md'), 'utf8');

test('the reply in the guide is one', () => {
  const [, text = ''] = /```json\n([\s\S]+?)```/.exec(guide) ?? [];
  expect(reply.parse(JSON.parse(text)).acts.map((act) => act.do)).toEqual(['say', 'note']);
});

test('the bots in the guide can be published', () => {
  const documents = [...guide.matchAll(/```yaml\n(bots:[\s\S]+?)```/g)].map(
    ([, text = '']) => text,
  );
  const shapes = documents.flatMap((text) => {
    const { bots } = botsDocument.parse(parse(text));
    return bots.map((bot) => (bot.kind === 'http' ? bot.shape : ''));
  });
  expect(shapes).toEqual(['throughline', 'rasa', 'directline']);
});
