import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { newToken } from '../lib/secrets.ts';
import type { Act } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import type { Also } from './blueprint.ts';
import { addSecret, ownerOf, rotateSecret, secretsOf } from './secrets.ts';
import type { Sites } from './sites.ts';

/** `identity`: the backend signs with it who visitors are; `context`: the relay signs its questions. */
export type Purpose = 'identity' | 'context';

export interface SiteSecrets {
  /** Those that are good now, the current one first. */
  of(purpose: Purpose, site: string): Promise<string[]>;
  /** Makes the first one together with what it is for. */
  first(purpose: Purpose, site: string): Also;
  /** The one that was made at a time. */
  from(purpose: Purpose, site: string, time: number): Promise<string | undefined>;
  /**
   * A new one, told to a repeat as well; the old one stays good for a day.
   * @throws AppError `unknown_site`, `wrong_status` while an earlier rotation is open, `secret_told`
   */
  rotate(purpose: Purpose, site: string, act: Act): Promise<string>;
}

const makers: Record<Purpose, () => string> = { identity: newToken, context: newWebhookSecret };

export const createSiteSecrets = (
  store: Store,
  { sites, now }: { sites: Sites; now: Clock },
): SiteSecrets => ({
  of: async (purpose, site) =>
    (await secretsOf(store, ownerOf(purpose, site), now)).map(({ secret }) => secret),

  first: (purpose, site) => async (tx, time) => {
    const owner = ownerOf(purpose, site);
    if ((await tx.secrets.of(owner)).length > 0) return;
    await addSecret(tx, { owner, secret: makers[purpose](), now: time });
  },

  async from(purpose, site, time) {
    const known = await secretsOf(store, ownerOf(purpose, site), now);
    return known.find(({ createdAt }) => createdAt === time)?.secret;
  },

  async rotate(purpose, site, act) {
    if (!sites.get(site)) throw new AppError('unknown_site');
    const target = { kind: purpose, id: site };
    return rotateSecret(store, { target, make: makers[purpose], now, act });
  },
});
