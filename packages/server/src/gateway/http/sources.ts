import type { Source } from '@throughline/shared/schema';
import { checkWebhook, WebhookError } from '@throughline/shared/webhooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCall } from '../../contacts/mapping.ts';
import type { LogRecord } from '../../events/log.ts';
import { AppError } from '../../lib/errors.ts';
import { idFrom } from '../../lib/id-from.ts';
import { parseJson } from '../../lib/json.ts';
import type { Parts } from '../parts.ts';
import * as contract from './contract/sources.ts';
import { guarded, open, type Route, send } from './route.ts';
import { actOf, signatureOf } from './stamp.ts';

/** Systems that call in: for administrators, and where they call. */
export function sourceRoutes(parts: Parts): Route[] {
  const { sources } = parts;
  return [
    guarded(contract.listSources, () => ({ data: sources.all() })),

    guarded(contract.putSource, async (call, { agent }) => {
      const { params, body, reply } = call;
      const source = { id: params.id ?? '', ...body };
      const { secret } = await sources.put(source, await signatureOf(parts, call, agent.id));
      reply.code(secret ? 201 : 200);
      return { ...source, ...(secret ? { secret } : {}) };
    }),

    guarded(contract.removeSource, async (call, { agent }) => {
      await sources.remove(call.params.id ?? '', await signatureOf(parts, call, agent.id));
      return call.reply.send();
    }),

    guarded(contract.rotateSourceSecret, async (call, agent) => ({
      secret: await sources.rotate(call.params.id ?? '', await actOf(parts, call, agent)),
    })),

    open(contract.receiveCall, ({ request, reply }) => receive(parts, request, reply)),
  ];
}

/** What a source says; the same `webhook-id` again has no second effect. */
async function receive(
  { sources, program, events, now }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { id: name } = request.params as { id: string };
  const source = sources.get(name);
  if (!source) return send(reply, 'not_found');
  const secret = await sources.secretsOf(name);
  const { id, body } = checked(String(request.body), request.headers, { secret, now: now() });
  const actor = { kind: 'bot' as const, id: `source:${name}`, name };
  const stamp = (what: string) => ({ id: idFrom(actor.id, id, what), actor, cause: null });
  const firstAt = firstTime(source, await events.find(stamp('facts').id)) ?? now();
  const meaning = readCall(source, parseJson(body), firstAt);
  if (!meaning) return send(reply, 'bad_value');
  const { site } = source;
  const { externalId, facts, event } = meaning;
  const { id: contact } = await program.upsert(stamp('contact'), { site, externalId });
  if (facts.length > 0) await must(program.record(stamp('facts'), { contact, facts }));
  if (event) await must(program.track(stamp('event'), { contact, event }));
  return reply.send({ contact });
}

/** When a call that comes again came first: its facts end when they ended then. */
function firstTime({ facts }: Source, told: LogRecord | undefined): number | undefined {
  const said = told && 'facts' in told.data ? told.data.facts : [];
  const ends = facts.flatMap(({ name, expiresInMs }) => {
    const expiresAt = said.find((fact) => fact.name === name)?.expiresAt;
    return expiresInMs && expiresAt ? [expiresAt - expiresInMs] : [];
  });
  return ends[0];
}

function checked(...args: Parameters<typeof checkWebhook>): ReturnType<typeof checkWebhook> {
  try {
    return checkWebhook(...args);
  } catch (error) {
    if (error instanceof WebhookError) throw new AppError('signature_invalid');
    throw error;
  }
}

/** The same id with another body is another call under a used id. */
async function must(outcome: ReturnType<Parts['program']['record']>): Promise<void> {
  const done = await outcome;
  if (!done.ok) throw new AppError(done.error.code);
}
