import { newWebhookSecret } from '@throughline/shared/webhooks';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { newToken } from '../lib/secrets.ts';
import type { Store } from '../store/store.ts';
import { rotateSecret, secretsOf } from './secrets.ts';
import type { Sites } from './sites.ts';

/** `identity`: the backend signs with it who visitors are; `context`: the relay signs its questions. */
export type Purpose = 'identity' | 'context';

export interface SiteSecrets {
  /** Those that are good now, the current one first. */
  of(purpose: Purpose, site: string): Promise<string[]>;
  /**
   * A new one; the old one stays good for a day.
   * @throws AppError `unknown_site`, `wrong_status` while an earlier rotation is open
   */
  rotate(purpose: Purpose, site: string): Promise<string>;
}

const makers: Record<Purpose, () => string> = { identity: newToken, context: newWebhookSecret };

export const createSiteSecrets = (
  store: Store,
  { sites, now }: { sites: Sites; now: Clock },
): SiteSecrets => ({
  of: async (purpose, site) =>
    (await secretsOf(store, `${purpose}:${site}`, now)).map(({ secret }) => secret),

  async rotate(purpose, site) {
    if (!sites.get(site)) throw new AppError('unknown_site');
    const secret = makers[purpose]();
    await rotateSecret(store, { owner: `${purpose}:${site}`, secret, now: now() });
    return secret;
  },
});
