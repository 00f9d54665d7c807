import { UUID_V7 } from '@throughline/shared';
import type { FastifyReply } from 'fastify';
import { contentDisposition } from '../../conversations/files/names.ts';
import type { Parts } from '../parts.ts';
import { principalOf } from './caller-principal.ts';
import * as contract from './contract/files.ts';
import { open, type Route, scoped, send } from './route.ts';
import { actorOf, stampOf } from './stamp.ts';

/** Nothing in a file runs or loads anything, whatever a browser takes it for; a page elsewhere may draw it. */
const SAFE = {
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'private, max-age=300',
};

/** Files of conversations: bringing and fetching them. */
export function fileRoutes(parts: Parts): Route[] {
  const { uploads, links } = parts;
  return [
    scoped(contract.beginFile, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const claim = { ...call.body, id: stamp.id, conversation: call.params.id ?? '' };
      return uploads.begin(principalOf(stamp), claim);
    }),

    open(contract.putFile, async ({ params, request, reply }) => {
      const { id = '' } = params;
      const closed = parts.closedFor();
      if (closed) return send(reply, closed.code, closed);
      if (!UUID_V7.test(id)) return send(reply, 'not_found');
      const { 'throughline-ticket': ticket = '', 'content-length': said } = request.headers;
      const length = said === undefined ? undefined : Number(said);
      // What is refused is not read to its end.
      reply.header('connection', 'close');
      const body = request.raw;
      const stored = await uploads.receive(id, { ticket: String(ticket), length, body });
      reply.removeHeader('connection');
      return stored;
    }),

    open(contract.getFile, async ({ params, query, reply }) => {
      const file = await links.open(params.id ?? '', query);
      return file ? serve(reply, file) : send(reply, 'not_found');
    }),

    scoped(contract.getFileLink, async ({ params, reply }, caller) => {
      const { id = '' } = params;
      const found = await links.of(principalOf({ actor: actorOf(caller), cause: null }), [id]);
      return (Object.hasOwn(found, id) && found[id]) || send(reply, 'not_found');
    }),
  ];
}

type Served = NonNullable<Awaited<ReturnType<Parts['links']['open']>>>;

function serve(reply: FastifyReply, { name, type, bytes, body, isInline }: Served): FastifyReply {
  return reply
    .headers(SAFE)
    .header('content-disposition', contentDisposition(isInline ? 'inline' : 'attachment', name))
    .header('content-length', bytes)
    .type(isInline ? type : 'application/octet-stream')
    .send(body);
}
