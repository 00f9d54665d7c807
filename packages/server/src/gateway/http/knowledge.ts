import { AppError } from '../../lib/errors.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/knowledge.ts';
import { type Call, type Route, scoped } from './route.ts';
import { actOf } from './stamp.ts';

const SLUG = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;

/** Which article the address names. */
const named = ({ params: { collection = '', id = '' } }: Call<unknown, unknown>) => ({
  collection,
  id,
});

/** What bots answer from. */
export function knowledgeRoutes(parts: Parts): Route[] {
  const { knowledge } = parts;
  return [
    scoped(contract.putArticle, async (call, caller) => {
      const article = named(call);
      if (!Object.values(article).every((name) => SLUG.test(name))) throw new AppError('bad_value');
      const act = await actOf(parts, call, caller);
      return { ...article, passages: await knowledge.put({ ...article, ...call.body }, act) };
    }),

    scoped(contract.removeArticle, async (call, caller) => {
      await knowledge.remove(named(call), await actOf(parts, call, caller));
      return call.reply.send();
    }),
  ];
}
