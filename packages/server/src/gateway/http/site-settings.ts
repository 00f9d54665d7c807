import type { Site } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import type { SignedIn } from '../../settings/sessions.ts';
import type { Purpose } from '../../settings/site-secrets.ts';
import { settingsVersion } from '../../settings/sites.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sites.ts';
import { type Call, guarded, type Route } from './route.ts';
import { actOf, signatureOf, versionIn } from './stamp.ts';

/** What a site is like, how its business proves who visitors are, and where it is asked about them. */
export function siteSettingRoutes(parts: Parts): Route[] {
  const { sites, siteSecrets, egress, identities } = parts;

  async function change(
    call: Call<unknown, unknown>,
    { agent }: SignedIn,
    { purpose, ...more }: Partial<Site> & { purpose?: Purpose },
  ): Promise<{ secret?: string }> {
    const { key = '' } = call.params;
    const signature = await signatureOf(parts, call, agent.id);
    if (!purpose) {
      await sites.change(key, more, signature);
      return {};
    }
    // The first secret is told with what it is for; later ones by rotating.
    const also = siteSecrets.first(purpose, key);
    const time = await sites.change(key, more, { ...signature, also });
    const secret = await siteSecrets.from(purpose, key, time);
    return secret === undefined ? {} : { secret };
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
      const signature = await signatureOf(parts, call, agent.id);
      const revision = { ...signature, version: versionIn(call) };
      return tagged(call, await sites.configure(params.key ?? '', body, revision));
    }),

    guarded(contract.putSiteIdentity, async (call, signedIn) => {
      const { body } = call;
      if (!(await identities.isUsable(body))) throw new AppError('bad_value');
      const purpose = body.algorithm === 'HS256' ? { purpose: 'identity' as const } : {};
      return { ...body, ...(await change(call, signedIn, { identity: body, ...purpose })) };
    }),

    guarded(contract.putSiteContext, async (call, signedIn) => {
      const { body } = call;
      if (await egress.check(body.url)) throw new AppError('address_not_allowed');
      return { ...body, ...(await change(call, signedIn, { context: body, purpose: 'context' })) };
    }),

    ...(['identity', 'context'] as const).flatMap((purpose) => [
      guarded(contract.removeSetting(purpose), async (call, signedIn) => {
        await change(call, signedIn, { [purpose]: undefined });
        return call.reply.send();
      }),
      guarded(contract.rotateSecret(purpose), async (call, agent) => {
        const act = await actOf(parts, call, agent);
        return { secret: await siteSecrets.rotate(purpose, call.params.key ?? '', act) };
      }),
    ]),
  ];
}
