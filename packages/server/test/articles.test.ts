import type { Article } from '@throughline/shared/schema';
import { expect, test } from 'vitest';
import { putArticle } from './articles.ts';
import { site, startRelay } from './relay.ts';

test('visitors read articles of the collections their site names, and of no other', async () => {
  await using relay = await startRelay();
  for (const collection of ['help', 'staff'])
    await putArticle(relay, { collection, id: 'returns', text: `# Returns (${collection})` });
  await putArticle(relay, { collection: 'staff', id: 'salaries' });
  await relay.sites.put(site({ articles: ['faq', 'help'] }), 'test');
  const visitor = await relay.visitor();
  const read = (article: string) => visitor.ask<Article>('article:read', { article });
  expect(await read('returns')).toEqual({
    ok: true,
    data: {
      title: 'Returns (help)',
      url: null,
      sections: [{ heading: '', text: 'You have 30 days.' }],
    },
  });
  for (const name of ['salaries', 'nowhere'])
    expect(await read(name)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  await relay.sites.put(site(), 'test');
  expect(await read('returns')).toMatchObject({ ok: false, error: { code: 'not_found' } });
});
