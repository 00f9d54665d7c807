import type { Site } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import type { Purpose } from '../../settings/site-secrets.ts';
import { settingsVersion } from '../../settings/sites.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sites.ts';
import { type Call, guarded, type Route } from './route.ts';
import { versionIn } from './stamp.ts';

/** What a site is like, how its business proves who visitors are, and where it is asked about them. */
export function siteSettingRoutes(parts: Parts): Route[] {
  const { sites, siteSecrets, egress } = parts;

  async function change(key: string, by: string, more: Partial<Site>): Promise<Site> {
    const site = sites.get(key);
    if (!site) throw new AppError('unknown_site');
    const changed = { ...site, ...more };
    await sites.put(changed, by);
    return changed;
  }

  /** The first secret is told with what it is for; later ones by rotating. */
  async function firstSecret(purpose: Purpose, key: string): Promise<{ secret?: string }> {
    const known = await siteSecrets.of(purpose, key);
    return known.length > 0 ? {} : { secret: await siteSecrets.rotate(purpose, key) };
  }

  const tagged = ({ reply }: Call<unknown, unknown>, site: Site): Site => {
    reply.header('etag', `"${settingsVersion(site)}"`);
    return site;
  };

  return [
    guarded(contract.listSites, () => ({ data: sites.all() })),

    guarded(contract.getSiteSettings, (call) => {
      const site = sites.get(call.params.key ?? '');
      if (!site) throw new AppError('unknown_site');
      return tagged(call, site);
    }),

    guarded(contract.putSiteSettings, async (call, { agent }) => {
      const { params, body } = call;
      const revision = { by: agent.id, version: versionIn(call) };
      return tagged(call, await sites.configure(params.key ?? '', body, revision));
    }),

    guarded(contract.putSiteIdentity, async ({ params: { key = '' }, body }, { agent }) => {
      await change(key, agent.id, { identity: body });
      return {
        ...body,
        ...(body.algorithm === 'HS256' ? await firstSecret('identity', key) : {}),
      };
    }),

    guarded(contract.putSiteContext, async ({ params: { key = '' }, body }, { agent }) => {
      if (await egress.check(body.url)) throw new AppError('address_not_allowed');
      await change(key, agent.id, { context: body });
      return { ...body, ...(await firstSecret('context', key)) };
    }),

    ...(['identity', 'context'] as const).flatMap((purpose) => [
      guarded(
        contract.removeSetting(purpose),
        async ({ params: { key = '' }, reply }, { agent }) => {
          await change(key, agent.id, { [purpose]: undefined });
          return reply.send();
        },
      ),
      guarded(contract.rotateSecret(purpose), async ({ params: { key = '' } }) => ({
        secret: await siteSecrets.rotate(purpose, key),
      })),
    ]),
  ];
}
