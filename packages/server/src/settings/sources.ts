import type { Source } from '@throughline/shared/schema';
import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Act } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import type { Published, Signature } from './blueprint.ts';
import { addSecret, ownerOf, rotateSecret, secretFrom, secretsOf } from './secrets.ts';

export interface Sources {
  get(id: string): Source | undefined;
  all(): Source[];
  /**
   * Adds or changes it; the secret of a new one is told here, to a repeat as well, and never again.
   * @throws AppError `unknown_site`, `idempotency_conflict`, `secret_told`
   */
  put(source: Source, signature: Signature): Promise<{ secret?: string }>;
  /** @throws AppError `not_found`, `idempotency_conflict` */
  remove(id: string, signature: Signature): Promise<void>;
  /**
   * The new secret, to a repeat as well.
   * @throws AppError `not_found`, `wrong_status` while an earlier rotation is open, `secret_told`
   */
  rotate(id: string, act: Act): Promise<string>;
  secretsOf(id: string): Promise<string[]>;
}

export function createSources(
  store: Store,
  { blueprint, now }: { blueprint: Published; now: Clock },
): Sources {
  const get = (id: string) => blueprint.current.sources.find((source) => source.id === id);
  return {
    get,
    all: () => blueprint.current.sources,

    async put(source, signature) {
      const owner = ownerOf('source', source.id);
      let isNew = false;
      const time = await blueprint.publish(
        (before) => {
          if (!before.sites.some(({ key }) => key === source.site))
            throw new AppError('unknown_site');
          const others = before.sources.filter(({ id }) => id !== source.id);
          isNew = others.length === before.sources.length;
          return { ...before, sources: [...others, source] };
        },
        signature,
        async (tx, at) => {
          if (isNew) await addSecret(tx, { owner, secret: newWebhookSecret(), now: at });
        },
      );
      return isNew ? { secret: await secretFrom(store, { owner, now }, time) } : {};
    },

    async remove(id, signature) {
      await blueprint.publish(
        (before) => {
          if (!before.sources.some((source) => source.id === id)) throw new AppError('not_found');
          return { ...before, sources: before.sources.filter((source) => source.id !== id) };
        },
        signature,
        (tx) => tx.secrets.removeOf(ownerOf('source', id)),
      );
    },

    async rotate(id, act) {
      if (!get(id)) throw new AppError('not_found');
      const target = { kind: 'source', id } as const;
      return rotateSecret(store, { target, make: newWebhookSecret, now, act });
    },

    async secretsOf(id) {
      return (await secretsOf(store, ownerOf('source', id), now)).map(({ secret }) => secret);
    },
  };
}
