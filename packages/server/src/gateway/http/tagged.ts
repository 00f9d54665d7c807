import type { FastifyReply } from 'fastify';
import { fingerprint } from '../../lib/fingerprint.ts';
import type { Call } from './route.ts';

/** Sends JSON with a tag, and not again to whom has it. */
export function sendTagged(
  { request, reply }: Pick<Call<unknown, unknown>, 'request' | 'reply'>,
  text: string,
): FastifyReply {
  const etag = `"${fingerprint(text)}"`;
  reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('application/json').send(text);
}
