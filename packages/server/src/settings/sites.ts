import { PROTOCOL } from '@throughline/shared';
import {
  type Blueprint,
  type Site,
  type SiteConfig,
  type SiteSettings,
  siteConfig,
} from '@throughline/shared/schema';
import { AppError } from '../lib/errors.ts';
import { fingerprint } from '../lib/fingerprint.ts';
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
  change(key: string, more: Partial<Site>, revision: Signature & { also?: Also }): Promise<number>;
  /**
   * Replaces what `SiteSettings` covers; who proves visitors and where it is asked about them stays.
   * @throws AppError `unknown_site`, `changed_meanwhile` when `version` is not that of the newest one
   */
  configure(key: string, settings: SiteSettings, revision: Revision): Promise<Site>;
}

interface Revision extends Signature {
  /** `settingsVersion` of what was read. */
  version: string;
}

/** What its pages may know: named one by one, so that nothing new is told by accident. */
const publicPart = siteConfig.omit({
  ...{ version: true, protocol: true, replyMs: true, files: true, pushKey: true },
});

type Told = SiteConfig & { version: string };
const known = new WeakMap<Site, Told>();

/** Made once for each published site: it is asked on every handshake. */
function tell(site: Site): Told {
  const kept = known.get(site);
  if (kept) return kept;
  const config = publicPart.parse(site);
  const version = fingerprint(JSON.stringify([config, site.reply, site.files]));
  const told = { ...config, version, protocol: PROTOCOL };
  known.set(site, told);
  return told;
}

/** Changes with whatever its pages are shown. */
export const configVersion = (site: Site): string => tell(site).version;

interface Known {
  /** Of one file. */
  maxBytes: number;
  /** How long answers took of late, where somebody knows. */
  measuredMs?: number | undefined;
  pushKey?: string;
}

export function publicConfig(site: Site, { maxBytes, measuredMs, pushKey }: Known): SiteConfig {
  const { reply, files } = site;
  const replyMs = reply === 'measured' ? measuredMs : reply?.withinMs;
  return {
    ...tell(site),
    ...(files !== false && { files: { maxBytes, accept: ACCEPT } }),
    ...(pushKey && { pushKey }),
    ...(replyMs === undefined ? {} : { replyMs }),
  };
}

/** Changes with whatever `SiteSettings` covers. */
export const settingsVersion = ({ context: _, identity: __, ...settings }: Site): string =>
  fingerprint(JSON.stringify(settings));

export const createSites = (blueprint: Published): Sites => {
  const get = (key: string) => blueprint.current.sites.find((site) => site.key === key);
  /** The configuration with one of its sites as `make` has it. */
  const replacing = (key: string, make: (site: Site) => Site) => (before: Blueprint) => {
    const known = before.sites.find((site) => site.key === key);
    if (!known) throw new AppError('unknown_site');
    return { ...before, sites: before.sites.map((site) => (site === known ? make(site) : site)) };
  };
  return {
    get,
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
        replacing(key, (site) => ({ ...site, ...more })),
        signature,
        also,
      ),

    async configure(key, settings, { version, ...signature }) {
      const configured = (known: Site): Site => {
        if (settingsVersion(known) !== version) throw new AppError('changed_meanwhile');
        const { identity, context } = known;
        return { key, ...settings, ...(identity && { identity }), ...(context && { context }) };
      };
      await blueprint.publish(replacing(key, configured), signature);
      const changed = get(key);
      if (!changed) throw new AppError('unknown_site');
      return changed;
    },
  };
};
