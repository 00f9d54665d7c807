import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import type { Config } from '../config.ts';
import { ownOrigin } from './address.ts';

/**
 * The session cookie. Under https it carries the `__Host-` prefix: a browser then takes it only with
 * Secure, for this host alone. Browsers refuse that over plain http, so there it goes without.
 */
export const sessionCookie = (isHttps: boolean): string =>
  isHttps ? '__Host-throughline' : 'throughline';

export const isHttps = (request: IncomingMessage, config: Config): boolean =>
  ownOrigin(request, config).startsWith('https:');

export function sessionToken(request: IncomingMessage, config: Config): string | undefined {
  const cookies = parseCookie(request.headers.cookie ?? '');
  return cookies[sessionCookie(isHttps(request, config))];
}
