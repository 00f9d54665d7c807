import { randomUUIDv7 } from 'node:crypto';
import { PROTOCOL } from '@throughline/shared';
import {
  type Blueprint,
  blueprint,
  parse,
  type Site,
  type SiteConfig,
} from '@throughline/shared/schema';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { Store } from '../store/store.ts';

export interface Sites {
  /** From memory: it is asked on every handshake. */
  get(key: string): Site | undefined;
  all(): Site[];
  /** Adds a site, or changes the one with its key, by publishing the next version of the blueprint. */
  put(site: Site, by: string): Promise<void>;
  /** Takes over what was published since, here or by another program. */
  refresh(): Promise<void>;
  readonly version: number;
}

export const publicConfig = ({
  key,
  name,
  accent,
  greeting,
  language,
  position,
}: Site): SiteConfig => ({
  key,
  name,
  accent,
  greeting,
  language,
  position,
  protocol: PROTOCOL,
});

const read = (document: string): Blueprint => blueprint.parse(JSON.parse(document));

export async function createSites(store: Store, now: Clock): Promise<Sites> {
  let current: Blueprint = { sites: [] };
  let version = 0;

  async function refresh(): Promise<void> {
    const row = await store.read.blueprints.latest();
    if (!row || row.version === version) return;
    current = read(row.document);
    version = row.version;
  }

  await refresh();
  return {
    get: (key) => current.sites.find((site) => site.key === key),
    all: () => current.sites,
    refresh,
    async put(site, by) {
      await store.write('blueprint', async (tx) => {
        const row = await tx.blueprints.latest();
        const before = row ? read(row.document) : { sites: [] };
        const sites = [...before.sites.filter(({ key }) => key !== site.key), site];
        const checked = parse(blueprint, { ...before, sites });
        if (!checked.ok)
          throw new AppError(checked.error.code, { detail: checked.error.field ?? '' });
        const next = (row?.version ?? 0) + 1;
        const publishedAt = now();
        await tx.blueprints.insert({
          version: next,
          document: JSON.stringify(checked.value),
          publishedAt,
          by,
        });
        await tx.events.append({
          id: randomUUIDv7(),
          type: 'config.published',
          site: null,
          contact: null,
          conversation: null,
          seq: null,
          pub: null,
          time: publishedAt,
          actor: { kind: 'system', id: by },
          cause: null,
          data: { version: next, by },
        });
      });
      await refresh();
    },
    get version() {
      return version;
    },
  };
}
