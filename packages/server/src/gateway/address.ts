import type { IncomingMessage } from 'node:http';
import proxyaddr from '@fastify/proxy-addr';
import type { Config } from '../config.ts';
import { networkOf } from './limits.ts';

/**
 * The client's address: the peer's, or behind proxies of ours the right-most one that is not. What a
 * client writes into `X-Forwarded-For` itself is never believed.
 */
export function addressReader(trust: Config['trustProxy']): (request: IncomingMessage) => string {
  const trusted =
    trust === false
      ? () => false
      : typeof trust === 'number'
        ? (_address: string, hop: number) => hop < trust
        : proxyaddr.compile(trust);
  return (request) => proxyaddr(request, trusted) ?? request.socket.remoteAddress ?? '';
}

/** What a client's requests are counted by, and told of. */
export function networkReader(trust: Config['trustProxy']): (request: IncomingMessage) => string {
  const addressOf = addressReader(trust);
  return (request) => networkOf(addressOf(request));
}

/** The origin under which people reach this relay, as far as this request shows it. */
export function ownOrigin(request: IncomingMessage, config: Config): string {
  if (config.publicUrl) return config.publicUrl;
  const forwarded = config.trustProxy === false ? undefined : request.headers['x-forwarded-proto'];
  const scheme = forwarded === 'https' ? 'https' : 'http';
  return `${scheme}://${request.headers.host ?? ''}`;
}
