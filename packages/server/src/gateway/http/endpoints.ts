import {
  type Endpoint,
  type EndpointSummary,
  isWithin,
  type PiiLevel,
} from '@throughline/shared/schema';
import { toSend } from '../../events/cloud-event.ts';
import type { Delivery } from '../../events/deliveries.ts';
import { AppError } from '../../lib/errors.ts';
import { idFrom } from '../../lib/id-from.ts';
import { versionOf } from '../../settings/endpoints.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './callers.ts';
import * as contract from './contract/endpoints.ts';
import { type Call, type Route, scoped } from './route.ts';
import { actOf, actorOf, idOf, signatureOf, versionIn } from './stamp.ts';

/** Counts are exact up to here. */
const COUNT_MAX = 999;

/** A program hands on no more than it may see itself, and takes over nothing that is handed on. */
function mayShow(caller: Caller, ...levels: (PiiLevel | undefined)[]): void {
  if (caller.kind !== 'bot') return;
  if (levels.some((pii) => pii !== undefined && !isWithin(pii, caller.key.pii)))
    throw new AppError('forbidden');
}

/** Where a business receives events: what there is, and what may be changed about it. */
export function endpointRoutes(parts: Parts): Route[] {
  const { endpoints, deliveries, notices } = parts;

  async function summaryOf(endpoint: Endpoint): Promise<EndpointSummary> {
    const { disabled, failingSince } = await deliveries.state(endpoint.id);
    const [, previous] = await endpoints.secretsOf(endpoint.id);
    const previousUntil = previous?.expiresAt ?? null;
    const counts = await deliveries.counts(endpoint.id, COUNT_MAX);
    return { ...endpoint, disabled, failingSince, previousUntil, deliveries: counts };
  }

  const revisionOf = async (call: Call<unknown, unknown>, caller: Caller) => ({
    ...(await signatureOf(parts, call, actorOf(caller).id)),
    version: versionIn(call),
  });
  const existing = ({ params }: Call<unknown, unknown>): Endpoint => existingOf(parts, params.id);
  const tagged = async ({ reply }: Call<unknown, unknown>, endpoint: Endpoint) => {
    reply.header('etag', `"${versionOf(endpoint)}"`);
    return summaryOf(endpoint);
  };

  return [
    scoped(contract.listEndpoints, async () => ({
      data: await Promise.all(endpoints.all().map(summaryOf)),
    })),

    scoped(contract.createEndpoint, async (call, caller) => {
      const { body, reply } = call;
      mayShow(caller, body.pii);
      const actor = actorOf(caller);
      const signature = await signatureOf(parts, call, actor.id);
      reply.header('location', `/v1/endpoints/${signature.id}`);
      const { endpoint, secret } = await endpoints.create(body, signature);
      await notices.test(endpoint.id, { id: idFrom(endpoint.id, 'test'), actor });
      return { ...(await summaryOf(endpoint)), secret };
    }),

    scoped(contract.getEndpoint, (call) => tagged(call, existing(call))),

    scoped(contract.changeEndpoint, async (call, caller) => {
      mayShow(caller, existing(call).pii, call.body.pii);
      const revision = await revisionOf(call, caller);
      return tagged(call, await endpoints.change(call.params.id ?? '', call.body, revision));
    }),

    scoped(contract.removeEndpoint, async (call, caller) => {
      await endpoints.remove(call.params.id ?? '', await revisionOf(call, caller));
      return call.reply.send();
    }),

    scoped(contract.pingEndpoint, async (call, caller) => {
      const { id: endpoint } = existing(call);
      const actor = actorOf(caller);
      await notices.test(endpoint, { id: await idOf(parts, call, actor.id), actor });
      return call.reply.send();
    }),

    scoped(contract.rotateEndpointSecret, async (call, caller) => {
      const { id, pii } = existing(call);
      mayShow(caller, pii);
      const { endpoint, secret } = await endpoints.rotate(id, await actOf(parts, call, caller));
      return { ...(await summaryOf(endpoint)), secret };
    }),

    scoped(contract.enableEndpoint, async (call, caller) => {
      const { id } = existing(call);
      await endpoints.enable(id, await actOf(parts, call, caller));
      return summaryOf(existing(call));
    }),

    ...deliveryRoutes(parts),
  ];
}

/** What was sent, what came of it, and once more. */
function deliveryRoutes(parts: Parts): Route[] {
  const { deliveries, replays, events, source } = parts;

  const describe = async (delivery: Delivery | undefined) => {
    if (!delivery) throw new AppError('not_found');
    const [record] = await events.read(delivery.offset - 1, 1);
    const { offset, state, attempts, nextAt, createdAt, conversation } = delivery;
    const about = { type: record?.type ?? '', id: record?.id ?? '', conversation };
    return { record, summary: { offset, state, attempts, nextAt, createdAt, ...about } };
  };

  return [
    scoped(contract.listDeliveries, async ({ query, params }) => {
      const { id: endpoint } = existingOf(parts, params.id);
      const { state, before = Number.MAX_SAFE_INTEGER, limit } = query;
      const only = state ? { state } : {};
      const found = await deliveries.list({ endpoint, before, limit, ...only });
      const data = await Promise.all(found.map(async (it) => (await describe(it)).summary));
      const last = data.length === limit ? data.at(-1)?.offset : undefined;
      return { data, next: last ?? null };
    }),

    scoped(contract.getDelivery, async ({ params }, caller) => {
      const endpoint = existingOf(parts, params.id);
      const offset = Number(params.offset);
      if (!Number.isSafeInteger(offset)) throw new AppError('not_found');
      const { record, summary } = await describe(await deliveries.get(endpoint.id, offset));
      const tries = await deliveries.attempts(endpoint.id, offset);
      const pii = caller.kind === 'bot' ? lower(caller.key.pii, endpoint.pii) : endpoint.pii;
      const event = record && toSend(record, { source, pii });
      // A receiver may answer with what it was told.
      const isAll = pii === endpoint.pii;
      const shown = tries.map(({ endpoint: _, offset: __, response, ...rest }) => ({
        ...rest,
        response: isAll ? response : null,
      }));
      return { ...summary, event, tries: shown };
    }),

    scoped(contract.replayEvents, async (call, caller) => {
      const endpoint = existingOf(parts, call.params.id);
      const count = await replays.run(endpoint, call.body, await actOf(parts, call, caller));
      return { count };
    }),
  ];
}

const lower = (a: PiiLevel, b: PiiLevel): PiiLevel => (isWithin(a, b) ? a : b);

function existingOf({ endpoints }: Pick<Parts, 'endpoints'>, id: string | undefined): Endpoint {
  const found = endpoints.get(id ?? '');
  if (!found) throw new AppError('not_found');
  return found;
}
