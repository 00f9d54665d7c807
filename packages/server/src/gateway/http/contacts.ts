import { effectiveFacts } from '@throughline/shared';
import { forPeople, versionOf } from '../../contacts/queries.ts';
import type { Parts } from '../parts.ts';
import type { Caller } from './callers.ts';
import * as contract from './contract/contacts.ts';
import { erasingRoute } from './erasing.ts';
import { type Call, type Route, scoped, send } from './route.ts';
import { answer, missing, stampOf, versionIn } from './stamp.ts';

const viewerOf = ({ kind }: Caller) => (kind === 'bot' ? 'programs' : 'people');

/** Who the business's people are: what its own systems say of them, and what is known. */
export function contactRoutes(parts: Parts): Route[] {
  const { contacts, program, sites, now } = parts;

  async function show(call: Call<unknown, unknown>, id: string, caller: Caller) {
    const summary = await contacts.summary(id, viewerOf(caller));
    if (!summary) return missing(call.reply);
    call.reply.header('etag', `"${versionOf(summary)}"`);
    return { ...summary, effective: effectiveFacts(summary.facts, now()) };
  }

  return [
    scoped(contract.findContact, async ({ query }, caller) => {
      const found = await contacts.byExternalId(query.site, query.externalId);
      const summary = found && (await contacts.summary(found.id, viewerOf(caller)));
      return { data: summary ? [summary] : [] };
    }),

    scoped(contract.putContact, async (call, caller) => {
      if (!sites.get(call.body.site)) return send(call.reply, 'unknown_site');
      const stamp = await stampOf(parts, call, caller);
      const { id, isNew } = await program.upsert(stamp, call.body);
      call.reply.code(isNew ? 201 : 200).header('location', `/v1/contacts/${id}`);
      return { id };
    }),

    scoped(contract.getContact, (call, caller) => show(call, call.params.id ?? '', caller)),

    scoped(contract.changeContact, async (call, caller) => {
      const id = call.params.id ?? '';
      const stamp = await stampOf(parts, call, caller);
      const version = versionIn(call);
      await program.change(stamp, { contact: id, change: call.body, version });
      return show(call, id, caller);
    }),

    cardRoute(parts),
    ...recordRoutes(parts),
  ];
}

/** What the site's own system shows of a contact. */
const cardRoute = ({ provider, contacts }: Parts): Route =>
  scoped(contract.getContactCard, async ({ params, reply }, caller) => {
    const summary = await contacts.summary(params.id ?? '', viewerOf(caller));
    return summary ? provider.ask(summary.id) : missing(reply);
  });

type BlockShape = typeof contract.blockContact | typeof contract.unblockContact;

const blockRoute = (parts: Parts, shape: BlockShape, blocked: boolean): Route =>
  scoped(shape, async (call, caller) => {
    const stamp = await stampOf(parts, call, caller);
    const input = { contact: call.params.id ?? '', blocked };
    return answer(call.reply, await parts.program.block(stamp, input));
  });

/** What happens to a contact, and what is said about it. */
function recordRoutes(parts: Parts): Route[] {
  const { contacts, program } = parts;
  return [
    scoped(contract.recordFacts, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const input = { contact: call.params.id ?? '', facts: call.body.facts };
      return answer(call.reply, await program.record(stamp, input));
    }),

    scoped(contract.trackEvent, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const input = { contact: call.params.id ?? '', event: call.body };
      return answer(call.reply, await program.track(stamp, input));
    }),

    scoped(contract.mergeContact, async (call, caller) => {
      const stamp = await stampOf(parts, call, caller);
      const input = { from: call.params.id ?? '', into: call.body.into };
      return answer(call.reply, await program.merge(stamp, input));
    }),

    blockRoute(parts, contract.blockContact, true),
    blockRoute(parts, contract.unblockContact, false),
    erasingRoute(parts),

    scoped(contract.listTimeline, async ({ params, query, reply }, caller) => {
      const summary = await contacts.summary(params.id ?? '', viewerOf(caller));
      if (!summary) return missing(reply);
      const before = query.before ?? Number.MAX_SAFE_INTEGER;
      const records = await contacts.timeline(summary.id, before, query.limit);
      const last = records.length === query.limit ? records.at(-1) : undefined;
      const shown = caller.kind === 'agent' ? records.map(forPeople) : records;
      const data = shown.map(({ id, offset, type, time, actor, data: said }) => ({
        id,
        offset,
        type,
        time,
        actor,
        data: said,
      }));
      return { data, next: last?.offset ?? null };
    }),
  ];
}
