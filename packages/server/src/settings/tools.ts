import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Act } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import type { Published } from './blueprint.ts';
import { ownerOf, rotateSecret, secretsOf } from './secrets.ts';

/** The programs of the business that flows ask. */
export interface Tools {
  /** Undefined: there is none of that name. */
  urlOf(tool: string): string | undefined;
  /** What the relay signs its questions with, the current one first. */
  secretsOf(tool: string): Promise<string[]>;
  /**
   * A new secret, told to a repeat as well; the old one stays good for a day.
   * @throws AppError `not_found`, `wrong_status` while an earlier rotation is open, `secret_told`
   */
  rotate(tool: string, act: Act): Promise<string>;
}

export function createTools(
  store: Store,
  { blueprint, now }: { blueprint: Published; now: Clock },
): Tools {
  const urlOf = (tool: string) => blueprint.current.tools?.find(({ id }) => id === tool)?.url;
  return {
    urlOf,
    secretsOf: async (tool) =>
      (await secretsOf(store, ownerOf('tool', tool), now)).map(({ secret }) => secret),
    async rotate(tool, act) {
      if (!urlOf(tool)) throw new AppError('not_found');
      const target = { kind: 'tool', id: tool } as const;
      return rotateSecret(store, { target, make: newWebhookSecret, now, act });
    },
  };
}
