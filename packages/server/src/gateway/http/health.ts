import type { Parts } from '../parts.ts';
import { open, type Route, send } from './route.ts';

const isLoopback = (address: string | undefined): boolean =>
  address === '::1' || (address ?? '').replace(/^::ffff:/, '').startsWith('127.');

/** For orchestrators and monitoring. Metrics answer this machine only; scrape them beside the relay. */
export function healthRoutes({ metrics, events }: Parts, isReady: () => boolean): Route[] {
  return [
    open({ method: 'GET', url: '/livez' }, () => ({ status: 'ok' })),
    open({ method: 'GET', url: '/readyz' }, async ({ reply }) => {
      if (!isReady()) return reply.code(503).send({ status: 'draining' });
      await events.head();
      return { status: 'ok' };
    }),
    open({ method: 'GET', url: '/metrics' }, async ({ request, reply }) => {
      const { remoteAddress } = request.raw.socket;
      if (!isLoopback(remoteAddress) || request.headers['x-forwarded-for'] !== undefined)
        return send(reply, 'not_found');
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    }),
  ];
}
