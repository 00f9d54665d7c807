import { configVersion, publicConfig } from '../../settings/sites.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sites.ts';
import { open, type Route, send } from './route.ts';
import { sendTagged } from './tagged.ts';

/** As another relay told of it: what was published there a moment ago may not be known here yet. */
async function siteAsTold(
  { sites, blueprint }: Pick<Parts, 'sites' | 'blueprint'>,
  key: string,
  version: string | undefined,
) {
  const site = sites.get(key);
  if (!site || version === undefined || version === configVersion(site)) return site;
  await blueprint.refresh();
  return sites.get(key);
}

/** The public part of a site's configuration, for its pages and cheap to ask again. */
export function siteRoutes(parts: Parts): Route[] {
  const { replyTimes, config, subscriptions } = parts;
  return [
    open(contract.getSite, async (call) => {
      const { params, query, request, reply } = call;
      const site = await siteAsTold(parts, params.key ?? '', query.version);
      if (!site) return send(reply, 'unknown_site');
      const { origin } = request.headers;
      const named = [origin, query.origin].filter((one) => one !== undefined);
      if (!named.every((one) => site.origins.includes(one)))
        return send(reply, 'origin_not_allowed');
      if (origin !== undefined) reply.header('access-control-allow-origin', origin);
      reply
        .header('vary', 'origin')
        .header('cache-control', 'public, max-age=60, stale-while-revalidate=86400');
      const measuredMs = site.reply === 'measured' ? await replyTimes.median(site.key) : undefined;
      const { maxBytes } = config.files;
      const pushKey = subscriptions.keys.publicKey;
      return sendTagged(
        call,
        JSON.stringify(publicConfig(site, { maxBytes, measuredMs, pushKey })),
      );
    }),
  ];
}
