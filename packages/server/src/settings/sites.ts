import { PROTOCOL } from '@throughline/shared';
import type { Site, SiteConfig } from '@throughline/shared/schema';
import { ACCEPT } from '../lib/media/kinds.ts';
import type { Published } from './blueprint.ts';

export interface Sites {
  /** From memory: it is asked on every handshake. */
  get(key: string): Site | undefined;
  all(): Site[];
  /** Adds a site, or changes the one with its key, by publishing the next version of the blueprint. */
  put(site: Site, by: string): Promise<void>;
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
  put: (site, by) =>
    blueprint.publish((before) => {
      const others = before.sites.filter(({ key }) => key !== site.key);
      return { ...before, sites: [...others, site] };
    }, by),
});
