import { LIMITS } from '@throughline/shared';
import type { Conversation } from '../store/store.ts';
import { type Decide, type Decision, refuse } from './decision.ts';

function retag(row: Conversation, tags: string[]): Decision {
  const same = tags.length === row.tags.length && tags.every((tag, i) => tag === row.tags[i]);
  return { facts: same ? [] : [{ type: 'conversation.updated', data: { tags } }] };
}

export const decideTags: {
  'conversation:tag': Decide<'conversation:tag'>;
  'conversation:label': Decide<'conversation:label'>;
} = {
  'conversation:tag': ({ row }, { tags }) => retag(row, tags),

  // What a page says, anybody can say who opens its console: it has the tags that are left to it (decision 0033).
  'conversation:label': ({ row, site }, { add, remove }) => {
    const theirs = site?.pageTags ?? [];
    for (const [field, tags] of Object.entries({ add, remove }))
      if (!tags.every((tag) => theirs.includes(tag))) return refuse('bad_value', field);
    const kept = [...row.tags, ...add].filter((tag) => !remove.includes(tag));
    const tags = [...new Set(kept)];
    return tags.length > LIMITS.tags ? refuse('too_long', 'add') : retag(row, tags);
  },
};
