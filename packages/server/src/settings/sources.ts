import type { Source } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Store } from '../store/store.ts';
import type { Published } from './blueprint.ts';
import { addSecret, rotateSecret, secretsOf } from './secrets.ts';

export interface Sources {
  get(id: string): Source | undefined;
  all(): Source[];
  /**
   * Adds or changes it; the secret of a new one is told here and never again.
   * @throws AppError `unknown_site`
   */
  put(source: Source, by: string): Promise<{ secret?: string }>;
  /** @throws AppError `not_found` */
  remove(id: string, by: string): Promise<void>;
  /** @throws AppError `not_found`, `wrong_status` while an earlier rotation is open */
  rotate(id: string): Promise<string>;
  secretsOf(id: string): Promise<string[]>;
}

const ownerOf = (id: string): string => `source:${id}`;

export function createSources(
  store: Store,
  { blueprint, now }: { blueprint: Published; now: Clock },
): Sources {
  const get = (id: string) => blueprint.current.sources.find((source) => source.id === id);
  return {
    get,
    all: () => blueprint.current.sources,

    async put(source, by) {
      const secret = newWebhookSecret();
      let isNew = false;
      await blueprint.publish(async (before, tx) => {
        if (!before.sites.some(({ key }) => key === source.site))
          throw new AppError('unknown_site');
        const others = before.sources.filter(({ id }) => id !== source.id);
        isNew = others.length === before.sources.length;
        if (isNew) await addSecret(tx, { owner: ownerOf(source.id), secret, now: now() });
        return { ...before, sources: [...others, source] };
      }, by);
      return isNew ? { secret } : {};
    },

    remove: (id, by) =>
      blueprint.publish(async (before, tx) => {
        if (!before.sources.some((source) => source.id === id)) throw new AppError('not_found');
        await tx.secrets.removeOf(ownerOf(id));
        return { ...before, sources: before.sources.filter((source) => source.id !== id) };
      }, by),

    async rotate(id) {
      if (!get(id)) throw new AppError('not_found');
      const secret = newWebhookSecret();
      await rotateSecret(store, { owner: ownerOf(id), secret, now: now() });
      return secret;
    },

    async secretsOf(id) {
      return (await secretsOf(store, ownerOf(id), now)).map(({ secret }) => secret);
    },
  };
}
