import { uuidv7 } from '@throughline/shared';
import { createKnowledge } from '../src/settings/knowledge.ts';
import type { TestRelay } from './relay.ts';

interface Written {
  collection: string;
  id: string;
  text?: string;
}

/** An article the business has written. */
export async function putArticle(
  { store }: TestRelay,
  { text = '# Returns', ...article }: Written,
) {
  const act = { id: uuidv7(), actor: { kind: 'system', id: 'test' } } as const;
  const said = { ...article, format: 'markdown', text: `${text}\n\nYou have 30 days.` } as const;
  await createKnowledge(store, Date.now).put(said, act);
}
