import { articleBody, storedArticle } from '@throughline/shared/schema';
import { KEYED } from './stamp.ts';

const ACCESS = { scope: 'knowledge:write', role: 'admin' } as const;
const one = '/v1/knowledge/:collection/:id';

export const putArticle = {
  method: 'PUT',
  url: one,
  ...ACCESS,
  name: 'putArticle',
  about: 'Writes an article that bots answer from, in place of the one of that id.',
  body: articleBody,
  answer: storedArticle,
  ...KEYED,
} as const;

export const removeArticle = {
  method: 'DELETE',
  url: one,
  ...ACCESS,
  name: 'removeArticle',
  about: 'No bot answers from it any more.',
  statuses: [204],
  reads: KEYED.reads,
  refuses: [...KEYED.refuses, 'not_found'],
} as const;
