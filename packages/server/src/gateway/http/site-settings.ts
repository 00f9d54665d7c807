import type { Site } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import type { Purpose } from '../../settings/site-secrets.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sites.ts';
import { guarded, type Route } from './route.ts';

/** How a site's business proves who its visitors are, and where it is asked about them. */
export function siteSettingRoutes(parts: Parts): Route[] {
  const { sites, siteSecrets, egress, identities } = parts;

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

  return [
    guarded(contract.putSiteIdentity, async ({ params: { key = '' }, body }, { agent }) => {
      if (!(await identities.isUsable(body))) throw new AppError('bad_value');
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
