import { randomUUIDv7 } from 'node:crypto';
import { type Problem, problem } from '@throughline/shared';
import type { Actor } from '@throughline/shared/schema';
import type { FastifyReply } from 'fastify';
import type { Stamp } from '../../contacts/append.ts';
import type { LogRecord } from '../../events/log.ts';
import { AppError } from '../../lib/errors.ts';
import { idFrom } from '../../lib/id-from.ts';
import type { Signature } from '../../settings/blueprint.ts';
import type { Act } from '../../settings/secrets.ts';
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
 * An `Idempotency-Key` becomes the id of what a request causes, which is unique for ever (rule P6): the
 * same request again is answered as before, another one under the same key is refused.
 */
export async function idOf(
  { events }: Pick<Parts, 'events'>,
  { request, reply }: Call<unknown, unknown>,
  who: string,
): Promise<string> {
  const { 'idempotency-key': key } = request.headers;
  if (key === undefined) return randomUUIDv7();
  if (typeof key !== 'string' || !KEY.test(key)) throw new AppError('bad_value');
  const id = idFrom(who, request.method, request.url, key);
  if (await events.find(id)) reply.header('idempotency-replayed', 'true');
  return id;
}

/** Who changes the configuration, and the id of the event that says so. */
export const signatureOf = async (
  parts: Pick<Parts, 'events'>,
  call: Call<unknown, unknown>,
  by: string,
): Promise<Required<Signature>> => ({ by, id: await idOf(parts, call, by) });

/** Who does what leaves no other event, and the id of the one that says so. */
export async function actOf(
  parts: Pick<Parts, 'events'>,
  call: Call<unknown, unknown>,
  caller: Caller,
): Promise<Act> {
  const actor = actorOf(caller);
  return { id: await idOf(parts, call, actor.id), actor };
}

/**
 * Under which id a program does something, and because of what: `Throughline-Cause` names the event it
 * reacts to, so that programs that answer each other can be stopped.
 */
export async function stampOf(
  parts: Parts,
  call: Call<unknown, unknown>,
  caller: Caller,
): Promise<Stamp> {
  const { events, log } = parts;
  const actor = actorOf(caller);
  const id = await idOf({ events }, call, actor.id);
  const { 'throughline-cause': causeId } = call.request.headers;
  if (causeId === undefined) return { id, actor, cause: null };
  const cause = await events.find(String(causeId));
  if (!cause) throw new AppError('bad_value');
  const depth = (cause.cause?.depth ?? 0) + 1;
  if (depth <= DEPTH_MAX) return { id, actor, cause: { id: cause.id, depth } };
  log.warn({ cause: cause.id, actor: actor.id }, 'programs answer each other in a circle; stopped');
  await tellEndpoints(parts, cause, `${call.request.method} ${call.request.url}`);
  throw new AppError('loop_stopped');
}

const LOOP = 'loop stopped: programs answer each other in a circle';

/** Whoever looks after an endpoint that got the event sees once why nothing came of it. */
async function tellEndpoints(
  { deliveries, endpoints, now }: Parts,
  { id, offset }: LogRecord,
  asked: string,
): Promise<void> {
  const request = `${asked}\nthroughline-cause: ${id}`;
  const refused = { status: 508, error: LOOP, request, response: '508 loop_stopped' };
  for (const { id: endpoint } of endpoints.all()) {
    if (!(await deliveries.get(endpoint, offset))) continue;
    const tries = await deliveries.attempts(endpoint, offset);
    if (tries.some(({ error }) => error === LOOP)) continue;
    await deliveries.note({ endpoint, offset, at: now(), durationMs: 0, ...refused });
  }
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
