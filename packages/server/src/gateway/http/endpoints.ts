import {
  type Endpoint,
  type EndpointSummary,
  isWithin,
  type PiiLevel,
  type Replay,
} from '@throughline/shared/schema';
import { toSend } from '../../events/cloud-event.ts';
import type { Delivery } from '../../events/deliveries.ts';
import { AppError } from '../../lib/errors.ts';
import { versionOf } from '../../settings/endpoints.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './callers.ts';
import * as contract from './contract/endpoints.ts';
import { type Call, type Route, scoped } from './route.ts';
import { actorOf, versionIn } from './stamp.ts';

/** Counts are exact up to here. */
const COUNT_MAX = 999;

/** A program hands on no more than it may see itself. */
function mayShow(caller: Caller, pii: PiiLevel | undefined): void {
  if (caller.kind !== 'bot' || pii === undefined) return;
  if (!isWithin(pii, caller.key.pii)) throw new AppError('forbidden');
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

  const existing = ({ params }: Call<unknown, unknown>): Endpoint => existingOf(parts, params.id);
  const tagged = async ({ reply }: Call<unknown, unknown>, endpoint: Endpoint) => {
    reply.header('etag', `"${versionOf(endpoint)}"`);
    return summaryOf(endpoint);
  };

  return [
    scoped(contract.listEndpoints, async () => ({
      data: await Promise.all(endpoints.all().map(summaryOf)),
    })),

    scoped(contract.createEndpoint, async ({ body, reply }, caller) => {
      mayShow(caller, body.pii);
      const who = actorOf(caller);
      const { endpoint, secret } = await endpoints.create(body, who.id);
      await notices.test(endpoint.id, who);
      reply.header('location', `/v1/endpoints/${endpoint.id}`);
      return { ...(await summaryOf(endpoint)), secret };
    }),

    scoped(contract.getEndpoint, (call) => tagged(call, existing(call))),

    scoped(contract.changeEndpoint, async (call, caller) => {
      mayShow(caller, call.body.pii);
      const revision = { by: actorOf(caller).id, version: versionIn(call) };
      return tagged(call, await endpoints.change(existing(call).id, call.body, revision));
    }),

    scoped(contract.removeEndpoint, async (call, caller) => {
      const revision = { by: actorOf(caller).id, version: versionIn(call) };
      await endpoints.remove(existing(call).id, revision);
      return call.reply.send();
    }),

    scoped(contract.pingEndpoint, async (call, caller) => {
      await notices.test(existing(call).id, actorOf(caller));
      return call.reply.send();
    }),

    scoped(contract.rotateEndpointSecret, async (call) => {
      const { endpoint, secret } = await endpoints.rotate(existing(call).id);
      return { ...(await summaryOf(endpoint)), secret };
    }),

    scoped(contract.enableEndpoint, async (call) => {
      const { id } = existing(call);
      await deliveries.saveState({
        endpoint: id,
        disabled: null,
        failingSince: null,
        failures: 0,
      });
      parts.wakeEndpoint(id);
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
      const shown = tries.map(({ endpoint: _, offset: __, ...rest }) => rest);
      return { ...summary, event, tries: shown };
    }),

    scoped(contract.replayEvents, async ({ params, body }) => {
      const endpoint = existingOf(parts, params.id);
      const count = await replayOf(endpoint, body);
      parts.wakeEndpoint(endpoint.id);
      return { count };
    }),
  ];

  async function replayOf(endpoint: Endpoint, what: Replay): Promise<number> {
    if ('since' in what) return replays.everything(endpoint, what.since);
    if ('failedSince' in what) return replays.failed(endpoint.id, what.failedSince);
    if (!(await replays.one(endpoint.id, what.offset))) throw new AppError('not_found');
    return 1;
  }
}

const lower = (a: PiiLevel, b: PiiLevel): PiiLevel => (isWithin(a, b) ? a : b);

function existingOf({ endpoints }: Pick<Parts, 'endpoints'>, id: string | undefined): Endpoint {
  const found = endpoints.get(id ?? '');
  if (!found) throw new AppError('not_found');
  return found;
}
