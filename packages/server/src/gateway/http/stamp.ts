import { randomUUIDv7 } from 'node:crypto';
import { type Problem, problem } from '@throughline/shared';
import type { Actor } from '@throughline/shared/schema';
import type { FastifyReply } from 'fastify';
import type { Stamp } from '../../contacts/append.ts';
import { AppError } from '../../lib/errors.ts';
import { idFrom } from '../../lib/id-from.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './callers.ts';
import { type Call, sendProblem } from './route.ts';

export type { Stamp } from '../../contacts/append.ts';

/** Steps from a person's act after which programs that answer each other are stopped. */
const DEPTH_MAX = 5;
/** Printable ASCII, as the draft of the header has it (draft-ietf-httpapi-idempotency-key-header). */
const KEY = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

export const actorOf = (caller: Caller): Actor =>
  caller.kind === 'bot'
    ? { kind: 'bot', id: caller.key.id, name: caller.key.name }
    : { kind: 'agent', id: caller.agent.id, name: caller.agent.name };

/**
 * An `Idempotency-Key` becomes the id of the event, which is unique for ever (rule P6): the same
 * request again is answered as before, another one under the same key is refused. `Throughline-Cause`
 * names the event a program reacts to, so that programs that answer each other can be stopped.
 */
export async function stampOf(
  { events, log }: Parts,
  { request, reply }: Call<unknown, unknown>,
  caller: Caller,
): Promise<Stamp> {
  const actor = actorOf(caller);
  const { 'idempotency-key': key, 'throughline-cause': causeId } = request.headers;
  if (key !== undefined && (typeof key !== 'string' || !KEY.test(key)))
    throw new AppError('bad_value');
  const id =
    key === undefined ? randomUUIDv7() : idFrom(actor.id, request.method, request.url, key);
  if (key !== undefined && (await events.find(id))) reply.header('idempotency-replayed', 'true');
  if (causeId === undefined) return { id, actor, cause: null };
  const cause = await events.find(String(causeId));
  if (!cause) throw new AppError('bad_value');
  const depth = (cause.cause?.depth ?? 0) + 1;
  if (depth <= DEPTH_MAX) return { id, actor, cause: { id: cause.id, depth } };
  log.warn({ cause: cause.id, actor: actor.id }, 'programs answer each other in a circle; stopped');
  throw new AppError('loop_stopped');
}

/** What a command did, as an answer: a receipt, or the problem. */
export function answer(
  reply: FastifyReply,
  outcome: { ok: true; data: unknown } | { ok: false; error: Problem },
): FastifyReply {
  return outcome.ok ? reply.send(outcome.data) : sendProblem(reply, outcome.error);
}

/** The version a writer read (RFC 9110 13.1.1). */
export function versionIn({ request }: Call<unknown, unknown>): string {
  const header = request.headers['if-match'];
  if (header === undefined) throw new AppError('version_missing');
  return header.replace(/^"|"$/g, '');
}

export const missing = (reply: FastifyReply): FastifyReply =>
  sendProblem(reply, problem('not_found'));
