import { createHash } from 'node:crypto';
import { publicConfig } from '../../settings/sites.ts';
import type { Parts } from '../parts.ts';
import { open, type Route, send } from './route.ts';

/** The public part of a site's configuration, for its pages and cheap to ask again. */
export function siteRoutes({ sites }: Parts): Route[] {
  return [
    open({ method: 'GET', url: '/v1/sites/:key' }, ({ params, request, reply }) => {
      const site = sites.get(params.key ?? '');
      if (!site) return send(reply, 'unknown_site');
      const { origin } = request.headers;
      if (origin !== undefined && !site.origins.includes(origin))
        return send(reply, 'origin_not_allowed');
      if (origin !== undefined) reply.header('access-control-allow-origin', origin);
      const text = JSON.stringify(publicConfig(site));
      const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
      reply
        .header('vary', 'origin')
        .header('etag', etag)
        .header('cache-control', 'public, max-age=60, stale-while-revalidate=86400');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('application/json').send(text);
    }),
  ];
}
