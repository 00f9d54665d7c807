import { PROTOCOL } from '@throughline/shared';
import {
  type Site,
  type SiteConfig,
  type SiteSettings,
  siteConfig,
} from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import { fingerprint } from '../lib/fingerprint.ts';
import type { Published } from './blueprint.ts';

export interface Sites {
  /** From memory: it is asked on every handshake. */
  get(key: string): Site | undefined;
  all(): Site[];
  /** Adds a site, or changes the one with its key, by publishing the next version of the blueprint. */
  put(site: Site, by: string): Promise<void>;
  /**
   * Replaces what `SiteSettings` covers; who proves visitors and where it is asked about them stays.
   * @throws AppError `unknown_site`, `changed_meanwhile` when `version` is not that of the newest one
   */
  configure(key: string, settings: SiteSettings, revision: Revision): Promise<Site>;
}

interface Revision {
  by: string;
  /** `settingsVersion` of what was read. */
  version: string;
}

/** What its pages may know: named one by one, so that nothing new is told by accident. */
const publicPart = siteConfig.omit({ version: true, protocol: true, replyMs: true });

type Told = SiteConfig & { version: string };
const known = new WeakMap<Site, Told>();

/** Made once for each published site: it is asked on every handshake. */
function tell(site: Site): Told {
  const kept = known.get(site);
  if (kept) return kept;
  const config = publicPart.parse(site);
  const version = fingerprint(JSON.stringify([config, site.reply]));
  const told = { ...config, version, protocol: PROTOCOL };
  known.set(site, told);
  return told;
}

/** Changes with whatever its pages are shown. */
export const configVersion = (site: Site): string => tell(site).version;

/** `measuredMs`: how long answers took of late, where somebody knows. */
export function publicConfig(site: Site, measuredMs?: number): SiteConfig {
  const { reply } = site;
  const replyMs = reply === 'measured' ? measuredMs : reply?.withinMs;
  return { ...tell(site), ...(replyMs === undefined ? {} : { replyMs }) };
}

/** Changes with whatever `SiteSettings` covers. */
export const settingsVersion = ({ context: _, identity: __, ...settings }: Site): string =>
  fingerprint(JSON.stringify(settings));

export const createSites = (blueprint: Published): Sites => {
  const get = (key: string) => blueprint.current.sites.find((site) => site.key === key);
  return {
    get,
    all: () => blueprint.current.sites,
    put: (site, by) =>
      blueprint.publish((before) => {
        const others = before.sites.filter(({ key }) => key !== site.key);
        return { ...before, sites: [...others, site] };
      }, by),

    async configure(key, settings, { by, version }) {
      await blueprint.publish((before) => {
        const known = before.sites.find((site) => site.key === key);
        if (!known) throw new AppError('unknown_site');
        if (settingsVersion(known) !== version) throw new AppError('changed_meanwhile');
        const { identity, context } = known;
        const changed = {
          key,
          ...settings,
          ...(identity && { identity }),
          ...(context && { context }),
        };
        return { ...before, sites: before.sites.map((site) => (site === known ? changed : site)) };
      }, by);
      const changed = get(key);
      if (!changed) throw new AppError('unknown_site');
      return changed;
    },
  };
};
