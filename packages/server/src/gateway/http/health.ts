import { document } from '@throughline/shared/schema';
import type { Parts } from '../parts.ts';
import { open, type Route, send } from './route.ts';

const isLoopback = (address: string | undefined): boolean =>
  address === '::1' || (address ?? '').replace(/^::ffff:/, '').startsWith('127.');

/** Whoever probes may put into the address what it likes. */
const PROBE = { method: 'GET', query: document } as const;

/** For orchestrators and monitoring. Metrics answer this machine only; scrape them beside the relay. */
export function healthRoutes({ metrics, events }: Parts, isReady: () => boolean): Route[] {
  return [
    open({ ...PROBE, url: '/livez', name: 'isAlive', about: 'Whether the process runs.' }, () => ({
      status: 'ok',
    })),
    open(
      { ...PROBE, url: '/readyz', name: 'isReady', about: 'Whether it takes requests.' },
      async ({ reply }) => {
        if (!isReady()) return reply.code(503).send({ status: 'draining' });
        await events.head();
        return { status: 'ok' };
      },
    ),
    open(
      { ...PROBE, url: '/metrics', name: 'readMetrics', about: 'Numbers for Prometheus.' },
      async ({ request, reply }) => {
        const { remoteAddress } = request.raw.socket;
        if (!isLoopback(remoteAddress) || request.headers['x-forwarded-for'] !== undefined)
          return send(reply, 'not_found');
        return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
      },
    ),
  ];
}
