import type { Site } from '@throughline/shared/schema';
import { AppError } from '../../lib/errors.ts';
import type { SignedIn } from '../../settings/sessions.ts';
import type { Purpose } from '../../settings/site-secrets.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sites.ts';
import { type Call, guarded, type Route } from './route.ts';
import { signatureOf } from './stamp.ts';

/** How a site's business proves who its visitors are, and where it is asked about them. */
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

  return [
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
      guarded(contract.rotateSecret(purpose), async ({ params: { key = '' } }) => ({
        secret: await siteSecrets.rotate(purpose, key),
      })),
    ]),
  ];
}
