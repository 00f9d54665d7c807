import { PROTOCOL } from '@throughline/shared';
import type { Site, SiteConfig } from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import { ACCEPT } from '../lib/media/kinds.ts';
import type { Also, Published, Signature } from './blueprint.ts';

export interface Sites {
  /** From memory: it is asked on every handshake. */
  get(key: string): Site | undefined;
  all(): Site[];
  /** Adds a site, or changes the one with its key, by publishing the next version of the blueprint. */
  put(site: Site, by: string): Promise<void>;
  /**
   * Changes what is named of a site.
   * @returns when it was published
   * @throws AppError `unknown_site`, `idempotency_conflict`
   */
  change(key: string, more: Partial<Site>, revision: Revision): Promise<number>;
}

interface Revision extends Signature {
  also?: Also;
}

export const publicConfig = (
  { key, name, accent, greeting, language, position, pageEvents, files }: Site,
  { maxBytes }: { maxBytes: number },
): SiteConfig => ({
  key,
  name,
  accent,
  greeting,
  language,
  position,
  ...(pageEvents && { pageEvents }),
  ...(files !== false && { files: { maxBytes, accept: ACCEPT } }),
  protocol: PROTOCOL,
});

export const createSites = (blueprint: Published): Sites => ({
  get: (key) => blueprint.current.sites.find((site) => site.key === key),
  all: () => blueprint.current.sites,

  async put(site, by) {
    await blueprint.publish(
      (before) => {
        const others = before.sites.filter(({ key }) => key !== site.key);
        return { ...before, sites: [...others, site] };
      },
      { by },
    );
  },

  change: (key, more, { also, ...signature }) =>
    blueprint.publish(
      (before) => {
        if (!before.sites.some((site) => site.key === key)) throw new AppError('unknown_site');
        const sites = before.sites.map((site) => (site.key === key ? { ...site, ...more } : site));
        return { ...before, sites };
      },
      signature,
      also,
    ),
});
